//! `cargo xtask arm`: the core's tests on 64-bit ARM, as QEMU plays it.
//!
//! Debian's Rust builds them in the Debian root, and its QEMU runs them there, with ONNX Runtime's
//! own library for that processor. ONNX Runtime has other kernels for each generation of
//! processors, so the goldens run on several. This says what a processor computes, not how fast.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::cargo::run_as;
use crate::ort;
use crate::platform::Platform;
use crate::root::Root;

const TARGET: &str = "aarch64-unknown-linux-gnu";

/// The processors to run on, as QEMU calls them: everything there is, with the matrix extension
/// SME; the same without it; phones since 2018, which have `dotprod`; older and cheap ones.
const PROCESSORS: [&str; 4] = ["max", "max,sme=off", "cortex-a76", "cortex-a53"];

/// Where more than the goldens is tested. Only kernels differ between processors, and the goldens
/// pass through all that are used.
const MAIN: &str = "max,sme=off";

/// The tests of the core that the check runs.
const TESTS: [&str; 9] = [
    "cache", "decode", "edit", "engine", "library", "metrics", "observer", "pack", "tools",
];

/// And those that it leaves out, since QEMU takes a hundred times as long, and why.
#[cfg(test)]
const LEFT_OUT: [(&str, &str); 11] = [
    ("behavior", "it asks hundreds of questions"),
    ("cancel", "its graphs are slow on purpose"),
    (
        "faults",
        "it starts itself again, which would not run under QEMU",
    ),
    ("fixtures", "one of its packs is slow on purpose"),
    (
        "grammar",
        "it computes nothing that processors do in different ways",
    ),
    (
        "look",
        "minutes of arithmetic in Rust, which is the same everywhere; ONNX Runtime has no part in it",
    ),
    ("memory", "it would measure QEMU's"),
    ("npu", "it is for another processor"),
    (
        "providers",
        "two minutes of self-tests, in which QEMU decides what is faster",
    ),
    ("spatial", "as `look`"),
    (
        "text",
        "a minute of passes; `cache` has a text student, too",
    ),
];

/// The tests of `TESTS` that take minutes as well, for as many questions or a text of a megabyte.
const SLOW: [&str; 4] = [
    "many_threads_get_their_own_answers",
    "texts::any_text_is_answered",
    "texts::texts_of_a_mebibyte_are_answered",
    "texts::truncation_keeps_the_beginning_and_the_end_token",
];

/// The test that repeats the goldens of the shipped pack.
const GOLDENS: &str = "goldens_are_reproduced";

/// Runs `cargo test` of the core with these arguments on one processor, or on each.
pub(crate) fn command(processor: Option<&str>, arguments: &[String]) -> Result<ExitCode> {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let machine = Machine::ensure()?;
    for processor in processor.map_or(PROCESSORS.to_vec(), |one| vec![one]) {
        machine.run(processor, &arguments)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The check of `cargo xtask test`.
pub(crate) fn test() -> Result<()> {
    let machine = Machine::ensure()?;
    let tests = TESTS.map(|name| ["--test", name]).concat();
    let skipped = SLOW.map(|name| ["--skip", name]).concat();
    let all = [
        &["--lib", "--no-fail-fast"],
        &tests[..],
        &["--"],
        &skipped[..],
    ]
    .concat();
    machine.run(MAIN, &all)?;
    for processor in PROCESSORS.into_iter().filter(|one| *one != MAIN) {
        machine.run(processor, &["--test", "engine", GOLDENS])?;
    }
    Ok(())
}

/// What the tests run on.
struct Machine {
    root: Root,
    /// ONNX Runtime for it.
    library: std::path::PathBuf,
}

impl Machine {
    fn ensure() -> Result<Self> {
        Ok(Self {
            root: Root::ensure()?,
            library: ort::ensure(Platform::LinuxAarch64)?,
        })
    }

    fn run(&self, processor: &str, arguments: &[&str]) -> Result<()> {
        println!("on {processor}:");
        let mut command = self.root.cargo("test")?;
        complete(&mut command, processor)
            .args(arguments)
            .env("ORT_DYLIB_PATH", &self.library);
        run_as("cargo test", &mut command).with_context(|| format!("on the processor {processor}"))
    }
}

fn complete<'a>(command: &'a mut Command, processor: &str) -> &'a mut Command {
    let runner = format!("qemu-aarch64 -cpu {processor}");
    command
        .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", runner)
        .env(
            "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER",
            "aarch64-linux-gnu-gcc",
        )
        .args(["--package", "colorist-core", "--target", TARGET])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::paths;

    #[test]
    fn every_test_of_the_core_is_run_or_left_out_for_a_reason() {
        let files = std::fs::read_dir(paths::root().join("core/tests")).unwrap();
        let files = files.map(|entry| entry.unwrap().path());
        let found: BTreeSet<_> = files
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .filter(|name| name != "support")
            .collect();
        let left_out = LEFT_OUT.map(|(name, _)| name);
        let known = TESTS.iter().chain(&left_out).map(ToString::to_string);
        assert_eq!(found, known.collect());
    }
}

//! The checks themselves.

use std::process::Command;

use anyhow::Result;

use super::Step;
use crate::cargo::{build, cargo, run};
use crate::offline::{self, Answer};
use crate::{
    android, arm, bindings, fuzz, kotlin, mobile, npu, ort, page, paths, privacy, python, swift,
    tools,
};

/// In this order: what the others need first, then the quick ones.
pub(super) const STEPS: &[Step] = &[
    Step {
        name: "ort",
        about: "ONNX Runtime's library is there",
        check: || ort::ensure_host().map(drop),
    },
    Step {
        name: "fmt",
        about: "the Rust code is formatted",
        check: fmt,
    },
    Step {
        name: "clippy",
        about: "no lint, in any target",
        check: clippy,
    },
    Step {
        name: "rust",
        about: "unit, integration and documentation tests",
        check: rust,
    },
    Step {
        name: "fuzz",
        about: "hostile input: thousands for each target of tests/fuzz",
        check: fuzz::check,
    },
    Step {
        name: "doc",
        about: "the Rust documentation builds without a warning",
        check: doc,
    },
    Step {
        name: "bindings",
        about: "the committed bindings are the generated ones",
        check: bindings::check,
    },
    Step {
        name: "kotlin",
        about: "the Kotlin library and its tests",
        check: kotlin::test,
    },
    Step {
        name: "arm",
        about: "the core's tests on 64-bit ARM, under QEMU",
        check: arm::test,
    },
    Step {
        name: "mobile",
        about: "the library compiles for phones, and is small enough",
        check: mobile::check,
    },
    Step {
        name: "android",
        about: "the library for Android and its AARs, as far as it goes without the NDK",
        check: android::check,
    },
    Step {
        name: "swift",
        about: "the Swift package and its tests",
        check: swift::test,
    },
    Step {
        name: "privacy",
        about: "what ships has no way into a network, and asks for none",
        check: privacy::check,
    },
    Step {
        name: "python",
        about: "models/: format, lints, types and tests; the tests of the benchmark of peers",
        check: python_tests,
    },
    Step {
        name: "npu",
        about: "a student on Qualcomm's NPU, emulated: every node on it, goldens reproduced",
        check: npu::test,
    },
    Step {
        name: "video",
        about: "videos and LUTs through ffmpeg",
        check: video,
    },
    Step {
        name: "page",
        about: "the annotators' page in headless Chromium",
        check: page::test,
    },
    Step {
        name: "deny",
        about: "licenses, banned crates and sources",
        check: deny,
    },
];

fn fmt() -> Result<()> {
    run(&mut cargo(&["fmt", "--all", "--check"]))
}

// Cargo's default members: all but the bindings' generator, which takes minutes to build.

fn clippy() -> Result<()> {
    run(&mut cargo(&[
        "clippy",
        "--locked",
        "--all-targets",
        "--features",
        "colorist-harness/ffmpeg",
        "--",
        "-D",
        "warnings",
    ]))
}

/// How many test processes there are at least.
const LEAST: usize = 40;

fn rust() -> Result<()> {
    // Not stopping at the first crate that fails: one run should name them all.
    let mut command = cargo(&["test", "--locked", "--no-fail-fast"]);
    if !offline::AVAILABLE {
        return run(&mut command);
    }
    // Every test process is under the filter that leaves no network.
    let wrapper = offline::Wrapper::new("rust")?;
    let runner = format!(
        "target.\"cfg(unix)\".runner={:?}",
        wrapper.words(Answer::Kill)?
    );
    let (name, value) = wrapper.environment();
    run(command.args(["--config", &runner]).env(name, value))?;
    wrapper.check(LEAST)
}

fn doc() -> Result<()> {
    run(cargo(&["doc", "--locked", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}

fn python_tests() -> Result<()> {
    // The metrics of the training loop are held against those of the program.
    let program = format!("colorist{}", std::env::consts::EXE_SUFFIX);
    let program = build()?.join(program);
    let python = python::environment("models")?;
    for arguments in [
        ["-m", "ruff", "check"].as_slice(),
        &["-m", "ruff", "format", "--check"],
        &["-m", "mypy"],
    ] {
        run(Command::new(&python)
            .args(arguments)
            .current_dir(paths::root().join("models")))?;
    }
    for folder in ["models", "tests/bench/peers"] {
        run(Command::new(&python)
            .env("COLORIST_BIN", &program)
            .args(["-m", "pytest", "--quiet", "tests"])
            .current_dir(paths::root().join(folder)))?;
    }
    Ok(())
}

fn video() -> Result<()> {
    tools::ffmpeg()?;
    // Not under the filter: one of them listens for whom ffmpeg might be led to call.
    run(&mut cargo(&[
        "test",
        "--locked",
        "--package",
        "colorist-harness",
        "--features",
        "ffmpeg",
        "--test",
        "video",
    ]))
}

fn deny() -> Result<()> {
    run(Command::new(tools::cargo_deny()?)
        .args(["--locked", "check", "--hide-inclusion-graph"])
        .args(["licenses", "bans", "sources"])
        .current_dir(paths::root()))
}

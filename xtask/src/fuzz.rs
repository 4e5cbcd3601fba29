//! libFuzzer on the targets of `tests/fuzz`, with the stable compiler.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::cargo::{cargo, run};
use crate::tools::Missing;
use crate::{ort, paths};

/// What `cargo fuzz build --sanitizer none` hands to the compiler, too: LLVM's pass for coverage.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// What ends every run: an input that takes longer, seconds, or a process that holds more, MB.
const LIMITS: [&str; 2] = ["-timeout=10", "-rss_limit_mb=1024"];

/// The longest that a target runs in the checks, seconds; a quiet machine gets through its runs.
const SECONDS: u32 = 12;

/// A target in the checks.
struct Target {
    name: &'static str,
    /// How many inputs.
    runs: u32,
    /// The longest input, bytes.
    longest: u32,
    /// Files of `tests/golden` to begin with, beside those in `seeds`.
    goldens: &'static [&'static str],
}

const TARGETS: &[Target] = &[
    Target {
        name: "intent",
        runs: 20_000,
        longest: 256,
        goldens: &[],
    },
    Target {
        name: "intent_text",
        runs: 500,
        longest: 256,
        goldens: &[],
    },
    Target {
        name: "manifest",
        runs: 5_000,
        longest: 5_000,
        goldens: &["tiny-pack/pack.json"],
    },
    Target {
        name: "archive",
        runs: 8_000,
        longest: 12_000,
        goldens: &[],
    },
    Target {
        name: "tokenizer",
        runs: 4_000,
        longest: 4_096,
        goldens: &["tiny-pack/tokenizer.json"],
    },
    Target {
        name: "json",
        runs: 10_000,
        longest: 4_096,
        goldens: &[],
    },
    Target {
        name: "rows",
        runs: 50_000,
        longest: 2_048,
        goldens: &[],
    },
    Target {
        name: "picture",
        runs: 20_000,
        longest: 4_096,
        goldens: &[],
    },
];

/// Builds the targets and runs one of them, with libFuzzer's own arguments.
pub(crate) fn command(name: &str, arguments: &[String]) -> Result<()> {
    let programs = build()?;
    run(Command::new(programs.join(name))
        .args(LIMITS)
        .args(arguments)
        .current_dir(folder()))
}

/// Builds the targets and runs each of them for a while, two at a time.
pub(crate) fn check() -> Result<()> {
    let manifest = folder().join("Cargo.toml");
    run(cargo(&["fmt", "--check", "--manifest-path"]).arg(manifest))?;
    let programs = build()?;
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(target) = TARGETS.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if let Err(error) = one(&programs, target) {
                        println!("{}: {error:#}", target.name);
                        failed.lock().map(|mut list| list.push(target.name)).ok();
                    }
                }
            });
        }
    });
    match failed.into_inner() {
        Ok(failed) if failed.is_empty() => Ok(()),
        Ok(failed) => bail!("found something: {}", failed.join(", ")),
        Err(_) => bail!("a run of a target panicked"),
    }
}

/// Where the targets are.
fn folder() -> PathBuf {
    paths::root().join("tests/fuzz")
}

/// Builds the targets and names their folder.
fn build() -> Result<PathBuf> {
    if !cfg!(unix) {
        bail!(Missing("fuzzing needs Linux or macOS".to_owned()));
    }
    ort::ensure_host()?;
    let target = paths::target()?.join("fuzz");
    let host = host()?;
    // With `--target`, what runs while building is left without the instrumentation.
    run(
        cargo(&["build", "--locked", "--release", "--manifest-path"])
            .arg(folder().join("Cargo.toml"))
            .args(["--target", &host, "--target-dir"])
            .arg(&target)
            .env("RUSTFLAGS", FLAGS)
            .env("CARGO_INCREMENTAL", "0"),
    )?;
    Ok(target.join(host).join("release"))
}

/// The name of this platform, as the compiler says it.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output()?;
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("rustc does not tell its host")?.to_owned())
}

/// Runs a target from its seeds on. What it finds stays in `tests/fuzz/artifacts`.
fn one(programs: &Path, target: &Target) -> Result<()> {
    let name = target.name;
    let corpus = programs.join(format!("{name}.corpus"));
    if corpus.exists() {
        fs::remove_dir_all(&corpus)?;
    }
    let artifacts = folder().join("artifacts");
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&artifacts)?;
    let log = programs.join(format!("{name}.log"));
    let output = File::create(&log)?;
    let golden = |file: &&str| format!("../golden/{file}");
    let goldens: Vec<String> = target.goldens.iter().map(golden).collect();
    let mut command = Command::new(programs.join(name));
    command.arg(&corpus);
    // A student that writes words is asked the same as the others.
    let seeds = Path::new("seeds").join(name.trim_end_matches("_text"));
    if folder().join(&seeds).is_dir() {
        command.arg(seeds);
    }
    if !goldens.is_empty() {
        command.arg(format!("-seed_inputs={}", goldens.join(",")));
    }
    let status = command
        .args(LIMITS)
        // The same inputs for every change: what fails is the change's own.
        .args(["-seed=1", "-print_final_stats=1"])
        .arg(format!("-runs={}", target.runs))
        .arg(format!("-max_len={}", target.longest))
        .arg(format!("-max_total_time={SECONDS}"))
        .arg(format!("-artifact_prefix={}/{name}-", artifacts.display()))
        .current_dir(folder())
        .stdout(output.try_clone()?)
        .stderr(output)
        .status()?;
    let log = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    if !status.success() {
        let found = log
            .lines()
            .find_map(|line| line.split("Test unit written to ").nth(1));
        let end: Vec<&str> = log.lines().rev().take(30).collect();
        end.iter().rev().for_each(|line| println!("{line}"));
        bail!(
            "{status}; repeat it with `cargo xtask fuzz {name} {}`",
            found.unwrap_or("-runs=1000000")
        );
    }
    let statistic = |name: &str| {
        let line = log.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or("?").trim().to_owned()
    };
    println!(
        "{name}: {} inputs, slowest {} s, {} MB at most",
        statistic("stat::number_of_executed_units:"),
        statistic("stat::slowest_unit_time_sec:"),
        statistic("stat::peak_rss_mb:"),
    );
    Ok(())
}

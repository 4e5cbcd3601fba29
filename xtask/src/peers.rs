//! `cargo xtask peers`: Colorist beside other ways to run the same T5, see `tests/bench/README.md`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::cargo::{cargo, run};
use crate::{ort, paths, python, tools};

/// Where everything about the peers is, below the repository's root.
const FOLDER: &str = "tests/bench/peers";

pub(crate) fn command(arguments: &[String]) -> Result<ExitCode> {
    ort::ensure_host()?;
    let target = paths::target()?;
    run(
        cargo(&["build", "--release", "--package", "colorist-harness"])
            .arg("--target-dir")
            .arg(&target),
    )?;
    let models = python::environment("models")?;
    let peers = python::environment(FOLDER)?;
    let mut command = Command::new(peers);
    command
        .args(["-m", "peers"])
        .arg("--colorist")
        .arg(target.join(format!("release/colorist{}", std::env::consts::EXE_SUFFIX)))
        .arg("--models-python")
        .arg(models)
        .arg("--cache")
        .arg(paths::cache()?)
        .arg("--candle")
        .arg(candle()?)
        // Not its working directory: paths among the arguments are the caller's.
        .env("PYTHONPATH", paths::root().join("tests/bench"));
    if let Some(folder) = node()? {
        command.arg("--node").arg(folder);
    }
    run(command.args(arguments))?;
    Ok(ExitCode::SUCCESS)
}

/// Builds candle's program, a workspace of its own, and names it.
fn candle() -> Result<PathBuf> {
    let target = paths::cache()?.join("peers/candle-target");
    run(cargo(&["build", "--release", "--locked", "--target-dir"])
        .arg(&target)
        // Its folder has settings of its own for the compiler.
        .current_dir(paths::root().join(FOLDER).join("candle")))?;
    Ok(target.join(format!(
        "release/candle-peer{}",
        std::env::consts::EXE_SUFFIX
    )))
}

/// A folder in the cache with transformers.js, or nothing where Node.js is missing.
fn node() -> Result<Option<PathBuf>> {
    if !tools::works(&PathBuf::from("npm"), &["--version"]) {
        eprintln!("transformers.js does not take part: no npm found, install Node.js");
        return Ok(None);
    }
    let folder = paths::cache()?.join("peers/node");
    paths::make(&folder)?;
    let mut same = folder.join("node_modules/.package-lock.json").is_file();
    for name in ["package.json", "package-lock.json"] {
        let (from, to) = (paths::root().join(FOLDER).join(name), folder.join(name));
        let text = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
        same &= fs::read(&to).is_ok_and(|there| there == text);
        fs::write(&to, text).with_context(|| format!("cannot write {}", to.display()))?;
    }
    if !same {
        // Its scripts would fetch a library for other processors than this one.
        run(Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&folder))?;
    }
    Ok(Some(folder))
}

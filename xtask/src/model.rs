//! `cargo xtask model`: the training pipeline of `models/`, from rows to pack.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{cargo, ort, paths, python};

pub(crate) fn command(arguments: &[String]) -> Result<ExitCode> {
    // What the pipeline makes is scored by the program itself.
    ort::ensure_host()?;
    let target = paths::target()?;
    cargo::run(
        cargo::cargo(&["build", "--release", "--package", "colorist-harness"])
            .arg("--target-dir")
            .arg(&target),
    )?;
    let program = format!("release/colorist{}", std::env::consts::EXE_SUFFIX);
    let program = target.join(program);
    let python = python::environment("models")?;
    let whole = [String::from("all")];
    let arguments = if arguments.is_empty() {
        &whole
    } else {
        arguments
    };
    cargo::run(
        Command::new(python)
            .args(["-m", "colorist_models"])
            .args(arguments)
            .env("COLORIST_BIN", program)
            // Training frees and asks for the same large buffers all the time; without these, glibc
            // gives each one back to the kernel, and most of the time goes into page faults.
            .envs([
                ("MALLOC_MMAP_MAX_", "0"),
                ("MALLOC_TRIM_THRESHOLD_", "100000000000"),
            ])
            // Not its working directory: paths among the arguments are the caller's.
            .env("PYTHONPATH", paths::root().join("models")),
    )?;
    Ok(ExitCode::SUCCESS)
}

//! `cargo xtask model`: the training pipeline of `models/`, from rows to pack.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{cargo, ort, paths, python};

pub(crate) fn command(arguments: &[String]) -> Result<ExitCode> {
    // The last step scores the pack through the Rust core.
    ort::ensure_host()?;
    let python = python::models()?;
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
            .current_dir(paths::root().join("models")),
    )?;
    Ok(ExitCode::SUCCESS)
}

//! `cargo xtask demo`: one edit in the terminal, from nothing.

use std::process::ExitCode;

use anyhow::Result;

use crate::cargo::{cargo, run};
use crate::ort;

pub(crate) fn command(intent: &str) -> Result<ExitCode> {
    ort::ensure_host()?;
    let package = ["--release", "--package", "colorist-harness"];
    // Built first with cargo's progress shown, so that the run itself prints the table alone.
    run(cargo(&["build"]).args(package))?;
    let status = cargo(&["run", "--quiet"])
        .args(package)
        .args(["--bin", "colorist", "--", "edit", "--", intent])
        .status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        // The harness has said why.
        ExitCode::FAILURE
    })
}

//! `cargo xtask demo`: one edit in the terminal and on a photo, from nothing.

use std::fs;
use std::process::ExitCode;

use anyhow::Result;

use crate::cargo::{cargo, run};
use crate::{ort, paths};

pub(crate) fn command(intent: &str) -> Result<ExitCode> {
    ort::ensure_host()?;
    let package = ["--release", "--package", "colorist-harness"];
    // Built first with cargo's progress shown, so that the run itself prints the table alone.
    run(cargo(&["build"]).args(package))?;
    fs::create_dir_all(paths::root().join("target/demo"))?;
    // The harness names the picture it has written.
    let picture = [
        "--image",
        "tests/photos/mountain.jpg",
        "--out",
        "target/demo/before-after.jpg",
        "--split",
    ];
    let status = cargo(&["run", "--quiet"])
        .args(package)
        .args(["--bin", "colorist", "--", "edit"])
        .args(picture)
        .args(["--", intent])
        .status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        // The harness has said why.
        ExitCode::FAILURE
    })
}

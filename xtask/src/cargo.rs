//! Cargo, called from the repository's root.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::paths;

/// The cargo that runs this program, with its arguments.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(paths::root());
    command
}

/// Builds the project as its tests use it, and names the folder of the results.
///
/// All of it, although the caller wants one part: Cargo then takes the dependencies that the Rust
/// tests were built with, instead of building the same ones with fewer features.
pub(crate) fn build() -> Result<PathBuf> {
    let target = paths::target()?;
    let mut command = cargo(&["build"]);
    if cfg!(windows) {
        // It cannot replace this program while that runs.
        command.args(["--package", "colorist-ffi", "--package", "colorist-harness"]);
    }
    run(command.arg("--target-dir").arg(&target))?;
    Ok(target.join("debug"))
}

/// Runs a command with the terminal as its own, and fails when it does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    run_as(&name, command)
}

/// The same under another name, for a command that another one starts.
pub(crate) fn run_as(name: &str, command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {name}"))?;
    if !status.success() {
        bail!("{name}: {status}");
    }
    Ok(())
}

//! Python, pip and the virtual environment of `models/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::paths;

/// `python3 -m pip`, or the pip of a small virtual environment where Python came without it.
pub(crate) fn pip() -> Result<Command> {
    let python = interpreter()?;
    let python = if works(&python, &["-m", "pip", "--version"]) {
        python
    } else {
        let folder = paths::cache()?.join("pip");
        if !works(&program(&folder), &["-m", "pip", "--version"]) {
            create(&python, &folder)?;
        }
        program(&folder)
    };
    let mut pip = Command::new(python);
    pip.args(["-m", "pip"]);
    Ok(pip)
}

/// The interpreter of the virtual environment with everything that `models/` needs.
///
/// Made anew when the requirements change, and at once there when they did not.
pub(crate) fn models() -> Result<PathBuf> {
    let requirements = paths::root().join("models/requirements.txt");
    let text = fs::read(&requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let hash: String = Sha256::digest(&text)
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let folder = paths::cache()?.join(format!("models-{hash}"));
    let stamp = folder.join("complete");
    let python = program(&folder);
    if stamp.is_file() && works(&python, &["--version"]) {
        return Ok(python);
    }
    eprintln!(
        "making the Python environment of models/ in {}",
        folder.display()
    );
    create(&interpreter()?, &folder)?;
    let status = Command::new(&python)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(["--no-input", "--no-deps", "--requirement"])
        .arg(&requirements)
        .status()
        .context("cannot start pip")?;
    if !status.success() {
        bail!("pip could not install models/requirements.txt; its reason is above");
    }
    // Written last: an installation that was cut off is never taken for a whole one.
    fs::write(&stamp, "")?;
    Ok(python)
}

/// The Python that the caller's `PATH` names.
pub(crate) fn interpreter() -> Result<PathBuf> {
    ["python3", "python"]
        .into_iter()
        .map(PathBuf::from)
        .find(|name| {
            works(
                name,
                &["-c", "import sys; sys.exit(sys.version_info < (3, 9))"],
            )
        })
        .context("no Python 3.9 or newer on PATH: install python3")
}

fn create(python: &Path, folder: &Path) -> Result<()> {
    let output = Command::new(python)
        .args(["-m", "venv", "--clear"])
        .arg(folder)
        .output()
        .context("cannot start Python")?;
    if !output.status.success() {
        bail!(
            "Python could not make a virtual environment: install python3-venv \
             (Debian, Ubuntu: apt-get install python3-venv)"
        );
    }
    Ok(())
}

fn program(environment: &Path) -> PathBuf {
    if cfg!(windows) {
        environment.join("Scripts/python.exe")
    } else {
        environment.join("bin/python")
    }
}

fn works(program: &Path, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

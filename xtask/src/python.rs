//! Python, pip and virtual environments.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::paths;
use crate::tools::works;

/// The oldest minor version of Python 3 whose pip knows how to get ONNX Runtime.
const FOR_PIP: u32 = 9;
/// The oldest one that the packages in every `requirements.txt` were locked for.
const FOR_LOCKED: u32 = 11;

/// `python3 -m pip`, or the pip of a small virtual environment where Python came without it.
pub(crate) fn pip() -> Result<Command> {
    let python = interpreter(FOR_PIP)?;
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

/// The interpreter of a virtual environment with everything in `FOLDER/requirements.txt`, where
/// `folder` is below the repository's root.
///
/// Made anew when the requirements change, and at once there when they did not.
pub(crate) fn environment(folder: &str) -> Result<PathBuf> {
    let requirements = paths::root().join(folder).join("requirements.txt");
    let text = fs::read(&requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let hash: String = Sha256::digest(&text)
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let name = format!("{}-{hash}", folder.replace('/', "-"));
    let home = paths::cache()?.join(name);
    let stamp = home.join("complete");
    let python = program(&home);
    if stamp.is_file() && works(&python, &["--version"]) {
        return Ok(python);
    }
    eprintln!(
        "making the Python environment of {folder}/ in {}",
        home.display()
    );
    create(&interpreter(FOR_LOCKED)?, &home)?;
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
        bail!(
            "pip could not install {}; its reason is above",
            requirements.display()
        );
    }
    // Written last: an installation that was cut off is never taken for a whole one.
    fs::write(&stamp, "")?;
    Ok(python)
}

/// The first Python on the caller's `PATH` that is 3.`minor` or newer.
fn interpreter(minor: u32) -> Result<PathBuf> {
    let check = format!("import sys; sys.exit(sys.version_info < (3, {minor}))");
    [
        "python3",
        "python3.13",
        "python3.12",
        "python3.11",
        "python",
    ]
    .into_iter()
    .map(PathBuf::from)
    .find(|name| works(name, &["-c", &check]))
    .with_context(|| format!("no Python 3.{minor} or newer on PATH: install python3.{minor}"))
}

/// Makes a virtual environment.
fn create(python: &Path, folder: &Path) -> Result<()> {
    paths::make(folder)?;
    let output = Command::new(python)
        .args(["-m", "venv", "--clear"])
        .arg(folder)
        .output()
        .context("cannot start Python")?;
    if !output.status.success() {
        // Some versions say why on one, some on the other.
        let said = [output.stderr, output.stdout].concat();
        bail!(
            "Python could not make a virtual environment in {}: on Debian and Ubuntu it needs the \
             package python3-venv\n{}",
            folder.display(),
            String::from_utf8_lossy(&said).trim()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_that_nobody_has_is_asked_for_by_its_version() {
        let message = interpreter(9999).unwrap_err().to_string();
        assert!(message.contains("Python 3.9999"), "{message}");
        assert!(interpreter(FOR_PIP).is_ok());
    }

    #[test]
    fn what_venv_said_is_handed_on() {
        let folder = std::env::temp_dir().join(format!("colorist-venv-{}", std::process::id()));
        // Cargo knows no option `-m`, and says so.
        let message = create(Path::new(env!("CARGO")), &folder).unwrap_err();
        fs::remove_dir_all(&folder).unwrap();
        assert!(message.to_string().contains("-m"), "{message}");
    }
}

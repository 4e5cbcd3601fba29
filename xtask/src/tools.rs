//! Programs of others that the checks need.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cargo::{cargo, run};
use crate::paths;

/// The version of cargo-deny that the checks are written for.
const CARGO_DENY: &str = "0.20.2";

/// A toolchain that this machine does not have, and what would mend that.
///
/// An error of its own, because a developer's machine may lack what CI must have.
#[derive(Debug)]
pub(crate) struct Missing(pub(crate) String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// Whether ffmpeg is there, with its ffprobe.
pub(crate) fn ffmpeg() -> Result<()> {
    for program in ["ffmpeg", "ffprobe"] {
        let started = Command::new(program).arg("-version").output();
        if !started.is_ok_and(|output| output.status.success()) {
            bail!(Missing(format!(
                "no {program} found: install it (Debian, Ubuntu: apt-get install ffmpeg)"
            )));
        }
    }
    // An option of 5.1, the oldest that will do, and the encoders that the tests use.
    for (list, wanted) in [
        (&["-h", "full"][..], ["-fps_mode", "-filter_threads"]),
        (&["-encoders"][..], ["libx264", "libvpx-vp9"]),
    ] {
        let output = Command::new("ffmpeg")
            .arg("-hide_banner")
            .args(list)
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        if let Some(missing) = wanted.iter().find(|word| !text.contains(**word)) {
            bail!(Missing(format!(
                "this ffmpeg has no {missing}: install ffmpeg 5.1 or newer, with x264 and VP9"
            )));
        }
    }
    Ok(())
}

/// Whether a program starts with these arguments and ends well.
pub(crate) fn works(program: &Path, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The path of cargo-deny; built into the cache folder when it is not there.
pub(crate) fn cargo_deny() -> Result<PathBuf> {
    let tools = paths::cache()?.join("tools");
    let program = tools.join("bin").join(if cfg!(windows) {
        "cargo-deny.exe"
    } else {
        "cargo-deny"
    });
    let found = Command::new(&program)
        .arg("--version")
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|output| {
            String::from_utf8_lossy(&output.stdout)
                .trim()
                .ends_with(CARGO_DENY)
        });
    if !found {
        eprintln!(
            "building cargo-deny {CARGO_DENY}, once, into {}",
            tools.display()
        );
        paths::make(&tools)?;
        // Unoptimized: it reads one small graph, and builds in half the time.
        run(cargo(&[
            "install",
            "--debug",
            "--locked",
            "--quiet",
            "--version",
            CARGO_DENY,
        ])
        .arg("--root")
        .arg(&tools)
        .arg("cargo-deny"))
        .context("cannot install cargo-deny")?;
    }
    Ok(program)
}

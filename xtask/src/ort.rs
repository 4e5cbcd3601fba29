//! `cargo xtask ort`: ONNX Runtime's native library, taken out of its Python wheel.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::platform::{PYTHON, Platform, VERSION};
use crate::{paths, python};

/// Said whenever the library could not be had.
const OTHERWISE: &str =
    "mend what follows, or set ORT_DYLIB_PATH to a libonnxruntime of version 1.28 that you have";

pub(crate) fn command(platform: Option<Platform>) -> Result<ExitCode> {
    let platform = match platform {
        Some(platform) => platform,
        None => Platform::host()?,
    };
    println!("{}", ensure(platform)?.display());
    Ok(ExitCode::SUCCESS)
}

/// Makes sure that this machine has a library: the one that `ORT_DYLIB_PATH` names, or the cached one.
pub(crate) fn ensure_host() -> Result<PathBuf> {
    match paths::variable("ORT_DYLIB_PATH") {
        Some(path) => named(path),
        None => ensure(Platform::host()?),
    }
}

fn named(path: PathBuf) -> Result<PathBuf> {
    if !path.is_file() {
        bail!(
            "ORT_DYLIB_PATH names no file: {}; unset it, and `cargo xtask ort` gets the library",
            path.display()
        );
    }
    Ok(path)
}

/// The library's path in the cache folder; fetches it when it is not there.
pub(crate) fn ensure(platform: Platform) -> Result<PathBuf> {
    let target = path(platform)?;
    if target.is_file() {
        return Ok(target);
    }
    let folder = target.parent().context("the cache folder has no parent")?;
    let work = folder.join(format!("fetch-{}", std::process::id()));
    paths::make(&work)?;
    let outcome = fetch(platform, &work, &target);
    // The outcome matters more than a folder left behind.
    let _ = fs::remove_dir_all(&work);
    outcome?;
    Ok(target)
}

/// This machine's library lies where the SDK looks by itself, another platform's beside it.
fn path(platform: Platform) -> Result<PathBuf> {
    let mut folder = format!("onnxruntime-{VERSION}");
    if Platform::host().ok() != Some(platform) {
        folder.push_str(&format!("-{platform}"));
    }
    Ok(paths::cache()?.join(folder).join(platform.wheel().library))
}

fn fetch(platform: Platform, work: &Path, target: &Path) -> Result<()> {
    let wheel = platform.wheel();
    eprintln!("fetching onnxruntime {VERSION} for {platform}");
    let requirement = format!("onnxruntime=={VERSION}");
    let file = download(&requirement, PYTHON, wheel.tag, wheel.sha256, work)
        .with_context(|| format!("no ONNX Runtime; {OTHERWISE}"))?;

    let mut archive = zip::ZipArchive::new(File::open(&file)?)?;
    let mut member = archive
        .by_name(wheel.member)
        .with_context(|| format!("the wheel has no {}", wheel.member))?;
    let unpacked = work.join(wheel.library);
    let mut output = File::create(&unpacked)?;
    io::copy(&mut member, &mut output).context("cannot unpack the library")?;
    output.sync_all()?;
    // Renamed in one step: another process sees the whole library or none.
    fs::rename(&unpacked, target)
        .with_context(|| format!("cannot move the library to {}", target.display()))
}

/// Gets a wheel through pip into an empty folder, such as `onnxruntime==1.28.0` for CPython `3.12` on
/// the platform that pip calls `tag`. One with another hash is refused.
pub(crate) fn download(
    requirement: &str,
    python: &str,
    tag: &str,
    sha256: &str,
    work: &Path,
) -> Result<PathBuf> {
    let mut pip = python::pip()
        .with_context(|| format!("{requirement} comes through pip, which cannot run"))?;
    let output = pip
        .args([
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ])
        .args(["--no-deps", "--only-binary=:all:", "--implementation", "cp"])
        .args(["--python-version", python, "--platform", tag, "--dest"])
        .arg(work)
        .arg(requirement)
        .output()
        .context("cannot start pip")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "pip could not download {requirement} for {tag}: check the network and pip's settings\n{}",
            said.trim()
        );
    }
    let file = fs::read_dir(work)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip said that it downloaded a wheel, but there is none")?;
    check(requirement, &file, sha256)?;
    Ok(file)
}

fn check(requirement: &str, file: &Path, expected: &str) -> Result<()> {
    let found: String = Sha256::digest(fs::read(file)?)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if found != expected {
        bail!(
            "the wheel of {requirement} is not the one that this project pins: \
             sha256 {found}, expected {expected}; nothing was kept"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_looks_where_the_library_is_put() {
        assert_eq!(colorist_core::runtime::ONNXRUNTIME_VERSION, VERSION);
        let ours = path(Platform::host().unwrap()).unwrap();
        assert_eq!(colorist_core::runtime::cached_library(), Some(ours));
    }

    #[test]
    fn a_library_that_is_named_must_be_a_file() {
        assert!(named(std::env::current_exe().unwrap()).is_ok());
        let message = named(std::env::temp_dir()).unwrap_err().to_string();
        assert!(message.contains("ORT_DYLIB_PATH"), "{message}");
    }

    #[test]
    fn other_platforms_do_not_overwrite_this_one() {
        let mut all: Vec<_> = [
            Platform::LinuxX86_64,
            Platform::LinuxAarch64,
            Platform::MacosAarch64,
            Platform::WindowsX86_64,
            Platform::WindowsAarch64,
        ]
        .into_iter()
        .map(|platform| path(platform).unwrap())
        .collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn a_wheel_with_another_hash_is_refused() {
        let file = std::env::temp_dir().join(format!("colorist-wheel-{}", std::process::id()));
        fs::write(&file, b"abc").unwrap();
        let good = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(check("it", &file, good).is_ok());
        let message = check("it", &file, Platform::LinuxX86_64.wheel().sha256)
            .unwrap_err()
            .to_string();
        assert!(message.contains(good), "{message}");
        fs::remove_file(&file).unwrap();
    }
}

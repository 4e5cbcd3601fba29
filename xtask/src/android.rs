//! `cargo xtask android`: the native libraries for phones, and the AARs around them.
//!
//! With `--check`, what can be proved without the NDK: see `proof`.

mod aar;
mod abi;
mod bionic;
mod elf;
mod ndk;
mod pom;
mod proof;
mod rules;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::cargo::{self, cargo, run};
use crate::{kotlin, paths};
use aar::Expected;
use abi::Abi;

/// The oldest API level: that of ONNX Runtime's AAR, and of the manifest.
const API: u32 = 24;

pub(crate) fn command(checking: bool) -> Result<ExitCode> {
    if checking { check() } else { release() }?;
    Ok(ExitCode::SUCCESS)
}

/// Builds what apps get.
fn release() -> Result<()> {
    ndk::ready()?;
    let folder = sdk().join("target");
    let jni = folder.join("jni");
    // A library of an ABI that was given up must not stay.
    clear(&jni)?;
    run(&mut build(&jni))?;
    package("aar", &folder, Expected::Release)
}

/// Builds the AARs around a library that proves its layout, and looks into them.
pub(crate) fn check() -> Result<()> {
    let library = proof::libraries()?.join(abi::LIBRARY);
    let folder = sdk().join("target/layout-proof");
    clear(&folder)?;
    let jni = folder.join("jni").join(Abi::Arm64.folder());
    fs::create_dir_all(&jni)?;
    fs::copy(&library, jni.join(abi::LIBRARY))?;
    package("layout-proof", &folder, Expected::Proof)
}

/// Builds the library for 64-bit ARM without the NDK and names its folder: see `proof`.
pub(crate) fn prove() -> Result<PathBuf> {
    proof::libraries()
}

/// The ABIs that only a phone that is old, or none, has: Rust's names.
pub(crate) fn others() -> impl Iterator<Item = &'static str> {
    let all = Abi::ALL.into_iter();
    all.filter(|abi| *abi != Abi::Arm64).map(Abi::target)
}

/// The build of the libraries, by cargo-ndk.
fn build(jni: &Path) -> Command {
    let mut command = cargo(&["ndk"]);
    for abi in Abi::ALL {
        command.args(["--target", abi.folder()]);
    }
    command
        .args(["--platform", &API.to_string()])
        .arg("--output-dir")
        .arg(jni)
        .args(["rustc", "--locked", "--package", "colorist-ffi", "--lib"])
        .args(["--profile", "mobile", "--crate-type", "cdylib", "--"])
        .args(abi::link_arguments(abi::LIBRARY));
    command
}

/// Packs what `folder` holds into AARs, with Maven, and checks them.
fn package(profile: &str, folder: &Path, expected: Expected) -> Result<()> {
    pack(&folder.join("colorist-small.colorist"))?;
    let activate = format!("--activate-profiles={profile}");
    let arguments = [
        "--batch-mode",
        "--no-transfer-progress",
        "--projects=sdk",
        "-DskipTests",
        &activate,
        "package",
    ];
    kotlin::command(false, &arguments.map(String::from))?;
    for line in aar::check(folder, expected)? {
        println!("{line}");
    }
    Ok(())
}

/// Writes the default pack as one archive.
fn pack(archive: &Path) -> Result<()> {
    let program = format!("colorist{}", std::env::consts::EXE_SUFFIX);
    run(Command::new(cargo::build()?.join(program))
        .arg("pack")
        .arg(paths::root().join("models/packs/colorist-small"))
        .arg("--output")
        .arg(archive))
    .context("cannot write the default pack as an archive")
}

/// The folder of the AAR's Maven module.
fn sdk() -> PathBuf {
    paths::root().join("android/sdk")
}

fn clear(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_abi_is_built_for_the_oldest_device_and_16_kb_pages() {
        let command = build(Path::new("/out"));
        let words: Vec<_> = command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        let line = words.join(" ");
        for part in [
            "ndk --target arm64-v8a --target armeabi-v7a --target x86_64",
            "--platform 24 --output-dir /out rustc",
            "--package colorist-ffi",
            "--crate-type cdylib -- ",
            "link-arg=-Wl,-z,max-page-size=16384",
            "link-arg=-Wl,-soname,libcolorist_ffi.so",
        ] {
            assert!(line.contains(part), "{part} is not in {line}");
        }
    }

    #[test]
    fn the_manifests_say_the_api_level_that_is_built_for() {
        for manifest in ["AndroidManifest.xml", "pack/AndroidManifest.xml"] {
            let text = fs::read_to_string(sdk().join("src/main/aar").join(manifest)).unwrap();
            let level = format!("minSdkVersion=\"{API}\"");
            assert!(text.contains(&level), "{manifest}");
        }
    }
}

//! The step `privacy`: nothing that ships can reach a network, or asks to.
//!
//! That nothing tries to while the tests run is checked where they run: see `offline`.

mod classes;
mod declared;
pub(crate) mod symbols;

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX, EXE_SUFFIX};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::archive::Archive;
use crate::platform::Platform;
use crate::tools::Missing;
use crate::{cargo, ort, paths, root};

/// Looks into everything that ships and that this machine can build.
pub(crate) fn check() -> Result<()> {
    declared::ios()?;
    println!("the privacy manifest for iOS declares no tracking and no data");
    let mut problems = Vec::new();
    for file in [libraries()?, phones()?].concat() {
        let imports = symbols::imports(&file)?;
        let found = symbols::network(&imports);
        if !found.is_empty() {
            problems.push(format!("{} imports {found:?}", file.display()));
        }
        println!("{:5} imports, {}", imports.len(), file.display());
    }
    for file in aars()? {
        let aar = Archive::open(&file)?;
        let jar = aar.jar()?;
        problems.append(&mut aar.report(declared::android(&aar)));
        problems.append(&mut aar.report(classes::problems(&jar)));
        println!("{:5} classes, {}", jar.entries.len(), file.display());
    }
    if !problems.is_empty() {
        bail!(
            "there is a way into the network:\n- {}",
            problems.join("\n- ")
        );
    }
    Ok(())
}

/// What runs on desktops and servers, and the ONNX Runtime for it.
fn libraries() -> Result<Vec<PathBuf>> {
    let built = cargo::build()?;
    Ok(vec![
        built.join(format!("colorist{EXE_SUFFIX}")),
        built.join(format!("{DLL_PREFIX}colorist_ffi{DLL_SUFFIX}")),
        ort::ensure_host()?,
        ort::ensure(Platform::LinuxX86_64)?,
        ort::ensure(Platform::LinuxAarch64)?,
    ])
}

/// What the step `mobile` leaves: the library for Android, and what of that for iOS an app keeps once
/// it is linked. The static archives hold Rust's whole standard library, of which linking drops the
/// network.
fn phones() -> Result<Vec<PathBuf>> {
    let folder = root::builds()?;
    built_before(
        "mobile",
        &folder,
        &[
            "aarch64-linux-android/release/libcolorist_ffi.so",
            "apple/linked.dylib",
        ],
    )
}

/// What the step `android` leaves: our AARs, and those that they depend on. That of ONNX Runtime is
/// there only where it could be fetched; `cargo xtask android` checks the library in it.
fn aars() -> Result<Vec<PathBuf>> {
    let folder = paths::root().join("android/sdk/target/layout-proof");
    let version = env!("CARGO_PKG_VERSION");
    let mut files = built_before(
        "android",
        &folder,
        &[
            &format!("colorist-android-{version}-layout-proof.aar"),
            &format!("colorist-small-{version}-layout-proof.aar"),
            "dependencies/jna.aar",
        ],
    )?;
    let runtime = folder.join("dependencies/onnxruntime-android.aar");
    files.extend(runtime.exists().then_some(runtime));
    Ok(files)
}

/// Files that another step made.
fn built_before(step: &str, folder: &Path, names: &[&str]) -> Result<Vec<PathBuf>> {
    let files = names.iter().map(|name| folder.join(name));
    let files: Vec<_> = files.collect();
    if let Some(missing) = files.iter().find(|file| !file.is_file()) {
        bail!(Missing(format!(
            "{} is missing: run `cargo xtask test {step}` before",
            missing.display()
        )));
    }
    Ok(files)
}

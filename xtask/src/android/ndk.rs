//! What a machine needs to build for Android.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use super::abi::Abi;
use crate::cargo::cargo;
use crate::tools::Missing;

/// The first NDK that lays libraries out for 16 KB pages, its own parts included.
const NDK: u32 = 28;
/// The major version of cargo-ndk whose arguments are used.
const CARGO_NDK: u32 = 4;

/// Says everything that is missing at once.
pub(super) fn ready() -> Result<()> {
    let home = env::var_os("ANDROID_NDK_HOME");
    let version = cargo(&["ndk", "--version"]).output();
    let version = version.ok().filter(|output| output.status.success());
    let targets = Command::new("rustup")
        .args(["target", "list", "--installed"])
        .output();
    let targets = targets.ok().filter(|output| output.status.success());
    let checks = [
        ndk(home.as_deref().map(Path::new)),
        cargo_ndk(
            version
                .as_ref()
                .map(|output| text(&output.stdout))
                .as_deref(),
        ),
        rust_targets(
            targets
                .as_ref()
                .map(|output| text(&output.stdout))
                .as_deref(),
        ),
    ];
    let missing: Vec<_> = checks
        .into_iter()
        .filter_map(|check| check.err().map(|error| format!("- {error:#}")))
        .collect();
    if !missing.is_empty() {
        bail!(Missing(format!(
            "this machine cannot build for Android yet:\n{}",
            missing.join("\n")
        )));
    }
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn ndk(home: Option<&Path>) -> Result<()> {
    let install = format!(
        "install NDK r{NDK} or newer (Android Studio: SDK Manager, SDK Tools, NDK; or sdkmanager) \
         and set ANDROID_NDK_HOME to its folder"
    );
    let Some(home) = home.filter(|home| !home.as_os_str().is_empty()) else {
        bail!("ANDROID_NDK_HOME is not set: {install}");
    };
    let file = home.join("source.properties");
    let text = fs::read_to_string(&file).with_context(|| {
        let home = home.display();
        format!("ANDROID_NDK_HOME is {home}, which is not the folder of an NDK: {install}")
    })?;
    let major = revision(&text)
        .with_context(|| format!("{} names no revision: {install}", file.display()))?;
    if major < NDK {
        bail!("{} is NDK r{major}: {install}", home.display());
    }
    Ok(())
}

/// The major version in an NDK's `source.properties`.
fn revision(text: &str) -> Option<u32> {
    let (_, value) = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .find(|(name, _)| name.trim() == "Pkg.Revision")?;
    value.trim().split('.').next()?.parse().ok()
}

/// From what `cargo ndk --version` said, if it could run.
fn cargo_ndk(said: Option<&str>) -> Result<()> {
    let install = format!("cargo install --locked cargo-ndk@^{CARGO_NDK}");
    let Some(said) = said else {
        bail!("cargo-ndk is missing: {install}");
    };
    let version = said.trim().rsplit(' ').next().unwrap_or_default();
    if version
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        != Some(CARGO_NDK)
    {
        bail!("cargo-ndk is {version}, and {CARGO_NDK} is needed: {install}");
    }
    Ok(())
}

/// From what `rustup target list --installed` said, if it could run.
fn rust_targets(said: Option<&str>) -> Result<()> {
    let names = || Abi::ALL.map(Abi::target);
    let Some(said) = said else {
        bail!(
            "rustup is missing, which has Rust's libraries for Android: install it from \
             rustup.rs, then rustup target add {}",
            names().join(" ")
        );
    };
    let missing: Vec<_> = names()
        .into_iter()
        .filter(|name| said.lines().all(|line| line.trim() != *name))
        .collect();
    if !missing.is_empty() {
        bail!(
            "Rust's libraries for Android are missing: rustup target add {}",
            missing.join(" ")
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<T>(result: Result<T>) -> String {
        format!("{:#}", result.map(drop).unwrap_err())
    }

    #[test]
    fn the_revision_is_read_as_the_ndk_writes_it() {
        let text = "Pkg.Desc = Android NDK\nPkg.Revision = 28.2.13676358\nPkg.BaseRevision = 27.0";
        assert_eq!(revision(text), Some(28));
        assert_eq!(revision("Pkg.Revision=29.0.1-beta2"), Some(29));
        assert_eq!(revision("Pkg.BaseRevision = 28.0.1"), None);
        assert_eq!(revision("Pkg.Revision = new"), None);
    }

    #[test]
    fn an_ndk_that_is_missing_or_old_is_named_with_the_cure() {
        assert!(said(ndk(None)).contains("ANDROID_NDK_HOME is not set: install NDK r28"));
        assert!(said(ndk(Some(Path::new("")))).contains("not set"));
        let folder = env::temp_dir().join(format!("colorist-ndk-{}", std::process::id()));
        assert!(said(ndk(Some(&folder))).contains("not the folder of an NDK"));
        fs::create_dir_all(&folder).unwrap();
        let write = |revision: &str| {
            let line = format!("Pkg.Revision = {revision}\n");
            fs::write(folder.join("source.properties"), line).unwrap();
            ndk(Some(&folder))
        };
        let (old, strange, new) = (write("27.3.1"), write("x"), write("28.0.1"));
        fs::remove_dir_all(&folder).unwrap();
        assert!(said(old).contains("is NDK r27: install NDK r28"));
        assert!(said(strange).contains("names no revision"));
        new.unwrap();
    }

    #[test]
    fn tools_that_are_missing_or_old_are_named_with_the_cure() {
        let install = "cargo install --locked cargo-ndk@^4";
        assert!(said(cargo_ndk(None)).contains(install));
        assert!(said(cargo_ndk(Some("cargo-ndk 3.5.4\n"))).contains("is 3.5.4"));
        cargo_ndk(Some("cargo-ndk 4.1.2\n")).unwrap();

        assert!(said(rust_targets(None)).contains("rustup.rs"));
        let some = "aarch64-linux-android\nx86_64-unknown-linux-gnu\n";
        assert!(
            said(rust_targets(Some(some)))
                .ends_with("rustup target add armv7-linux-androideabi x86_64-linux-android")
        );
        rust_targets(Some(&Abi::ALL.map(Abi::target).join("\n"))).unwrap();
    }
}

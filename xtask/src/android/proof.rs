//! The native library for 64-bit ARM without the NDK: compiled in full, linked against stubs.
//!
//! This proves that the crate compiles for Android, that everything it takes from the system is in
//! the list of `bionic` (the linker knows nothing else), and how the linker lays it out. The result
//! loads nowhere: it has another soname, and an unwinder that does nothing.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::abi::{Abi, LIBRARY, link_arguments};
use super::{API, bionic};
use crate::cargo::run_as;
use crate::paths;
use crate::root::Root;

/// Its name, by which `aar` knows it from a library that may be shipped.
pub(super) const SONAME: &str = "libcolorist_ffi.layout-proof.so";

const ABI: Abi = Abi::Arm64;

/// What is proved does not depend on the optimizer, which would take twice the time.
const QUICK: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_STRIP", "symbols"),
];

/// Builds the library and names its file.
pub(super) fn library() -> Result<PathBuf> {
    let root = Root::ensure()?;
    // Outside of the repository: what was built is good for the next checkout, too.
    let folder = paths::cache()?.join("android-proof");
    let linked = folder.join(format!("stubs-{}", bionic::hash()));
    let registry = cargo_home()?.join("registry");
    for folder in [&linked, &registry] {
        paths::make(folder)?;
    }
    let shared = [paths::root(), paths::cache()?, registry];
    stubs(&linked, |program| root.command(program, &linked, &shared))?;
    let mut command = root.command("cargo", &paths::root(), &shared);
    run_as("cargo", complete(&mut command, &folder, &linked)?).context(
        "the library does not compile or link for Android; a symbol that is undefined is one that \
         xtask/src/android/bionic.rs does not list",
    )?;
    Ok(folder
        .join("target")
        .join(ABI.target())
        .join("release")
        .join(LIBRARY))
}

/// Makes the libraries to link with.
fn stubs(folder: &Path, inside: impl Fn(&str) -> Command) -> Result<()> {
    let [target, driver @ ..] = driver();
    for (name, symbols) in bionic::LIBRARIES {
        let source = write(folder, name, symbols)?;
        let library = format!("lib{name}.so");
        let soname = format!("-Wl,-soname,{library}");
        let arguments = ["-shared", &soname, "-o", &library, &source];
        let mut clang = inside("clang");
        run_as("clang", clang.arg(&target).args(&driver).args(arguments))?;
    }
    let source = write(folder, "unwind", bionic::UNWINDER)?;
    let arguments = [&target, "-c", "-o", "unwind.o", &source];
    run_as("clang", inside("clang").args(arguments))?;
    let arguments = ["rcs", "libunwind.a", "unwind.o"];
    run_as("llvm-ar", inside("llvm-ar").args(arguments))
}

/// Completes the call of Cargo.
fn complete<'a>(command: &'a mut Command, folder: &Path, linked: &Path) -> Result<&'a mut Command> {
    command
        .env("CARGO_HOME", cargo_home()?)
        // Debian has Rust's sources for Android, not its library: that is compiled along, which
        // stable Rust only does when told that it is a bootstrap.
        .env("RUSTC_BOOTSTRAP", "1")
        .envs(QUICK)
        .args(["rustc", "--locked", "--package", "colorist-ffi", "--lib"])
        .args(["--release", "--crate-type", "cdylib"])
        .args(["-Zbuild-std=std,panic_unwind", "--target", ABI.target()])
        .arg("--target-dir")
        .arg(folder.join("target"))
        .args(["--", "-C", "linker=clang", "-L"])
        .arg(linked)
        .args(link_arguments(SONAME));
    for argument in driver() {
        command.args(["-C", &format!("link-arg={argument}")]);
    }
    Ok(command)
}

/// How clang is told the target, and to use nothing of this machine.
fn driver() -> [String; 3] {
    [
        format!("--target={}{API}", ABI.target()),
        "-fuse-ld=lld".into(),
        "-nostdlib".into(),
    ]
}

/// Writes a stub's source and gives its name.
fn write(folder: &Path, name: &str, symbols: &str) -> Result<String> {
    let source = format!("{name}.s");
    fs::write(folder.join(&source), bionic::stub(symbols))
        .with_context(|| format!("cannot write {source} in {}", folder.display()))?;
    Ok(source)
}

/// Where Cargo keeps what it fetched.
fn cargo_home() -> Result<PathBuf> {
    paths::variable("CARGO_HOME")
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .context("no home folder: set CARGO_HOME")
}

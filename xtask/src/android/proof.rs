//! The native library for 64-bit ARM without the NDK: compiled in full, linked against stubs.
//!
//! This proves that the crate compiles for Android, that everything it takes from the system is in
//! the list of `bionic` (the linker knows nothing else), and how the linker lays it out. The result
//! loads nowhere: it has another soname, and an unwinder that does nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::abi::{Abi, link_arguments};
use super::{API, bionic};
use crate::cargo::run_as;
use crate::root::{self, Root};

/// Its name, by which `aar` knows it from a library that may be shipped.
pub(super) const SONAME: &str = "libcolorist_ffi.layout-proof.so";

const ABI: Abi = Abi::Arm64;

/// Builds the library, shared and static, and names the folder with both.
pub(super) fn libraries() -> Result<PathBuf> {
    let root = Root::ensure()?;
    let builds = root::builds()?;
    let linked = builds.join(format!("android-{}", bionic::hash()));
    let shared = root::shared()?;
    fs::create_dir_all(&linked)?;
    stubs(&linked, |program| root.command(program, &linked, &shared))?;
    run_as("cargo", complete(&mut root.cargo("rustc")?, &linked)).context(
        "the library does not compile or link for Android; a symbol that is undefined is one that \
         xtask/src/android/bionic.rs does not list",
    )?;
    Ok(builds.join(ABI.target()).join("release"))
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
fn complete<'a>(command: &'a mut Command, linked: &Path) -> &'a mut Command {
    command
        .args(["--package", "colorist-ffi", "--lib"])
        .args(["--crate-type", "cdylib,staticlib"])
        .args([root::LIBRARY, "--target", ABI.target()])
        .args(["--", "-C", "linker=clang", "-L"])
        .arg(linked)
        .args(link_arguments(SONAME));
    for argument in driver() {
        command.args(["-C", &format!("link-arg={argument}")]);
    }
    command
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

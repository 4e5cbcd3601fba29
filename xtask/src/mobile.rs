//! The library for phones, as far as Debian's Rust can build it: types are checked for every target,
//! and where current phones are, it is compiled as apps get it, and weighed.

mod apple;
mod darwin;
mod sizes;

use anyhow::Result;

use crate::cargo::run_as;
use crate::root::{self, Root};
use crate::{android, ios};

/// The check of `cargo xtask test`.
pub(crate) fn check() -> Result<()> {
    let root = Root::ensure()?;
    let android = android::prove()?;
    let apple = apple::build(&root)?;
    sizes::check(&[
        android.join("libcolorist_ffi.so"),
        android.join("libcolorist_ffi.a"),
        apple.image,
        apple.library,
    ])?;
    let others: Vec<_> = android::others().collect();
    types(&root, &others, &[])?;
    types(&root, &[ios::SIMULATOR], &ios::FEATURES)
}

/// Checks types for targets with the same features.
fn types(root: &Root, targets: &[&str], features: &[&str]) -> Result<()> {
    let mut command = root.cargo("check")?;
    command
        .args(["--package", "colorist-ffi", "--lib", root::LIBRARY])
        .args(features);
    for target in targets {
        command.args(["--target", target]);
    }
    run_as("cargo check", &mut command)
}

//! Where things are: the repository and the cache folder outside it.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    // Set by `cargo run`; the folder of the build is only right while nobody moved the checkout.
    let crate_folder = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    crate_folder
        .parent()
        .map_or_else(|| crate_folder.clone(), Path::to_path_buf)
}

/// The folder that keeps what was fetched or installed.
///
/// The same rule as the SDK's (`colorist_core::runtime::cached_library`), which cannot be asked here:
/// fetching ONNX Runtime must not wait for the SDK to build. A test in `ort` holds the two together.
pub(crate) fn cache() -> Result<PathBuf> {
    if let Some(folder) = variable("COLORIST_CACHE") {
        return Ok(folder);
    }
    let base = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_vendor = "apple") {
        variable("HOME").map(|home| home.join("Library/Caches"))
    } else {
        variable("XDG_CACHE_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| variable("HOME").map(|home| home.join(".cache")))
    };
    base.map(|base| base.join("colorist"))
        .context("no folder for the cache: set COLORIST_CACHE to one")
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

//! Where things are: the repository and the cache folder outside it.

use std::path::{Path, PathBuf};
use std::{env, fs};

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

/// The folder that Cargo built this program below, and builds the rest of the project into.
pub(crate) fn target() -> Result<PathBuf> {
    let program = env::current_exe().context("this program has no path")?;
    let target = program.ancestors().nth(2);
    Ok(target.context("the build has no folder")?.to_path_buf())
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

/// Makes a folder below the cache.
pub(crate) fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| {
        format!(
            "cannot make {}: set COLORIST_CACHE to a folder that can be written",
            folder.display()
        )
    })
}

/// The environment's paths that are relative, as absolute ones.
///
/// The commands that are started work in other folders and would look for them there.
pub(crate) fn absolute_variables() -> Result<Vec<(&'static str, PathBuf)>> {
    let mut changed = Vec::new();
    for name in ["COLORIST_CACHE", "COLORIST_PACK", "ORT_DYLIB_PATH"] {
        if let Some(path) = variable(name).filter(|path| path.is_relative()) {
            let whole = std::path::absolute(path)
                .with_context(|| format!("cannot make {name} an absolute path"))?;
            changed.push((name, whole));
        }
    }
    Ok(changed)
}

/// An environment variable that is set to something.
pub(crate) fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

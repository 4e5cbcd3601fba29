//! The native library that Kotlin and Swift call, and what their tests need to know of it.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cargo::{build, cargo, run};
use crate::{ort, paths};

/// A library that was just built, and the ONNX Runtime it will load.
pub(crate) struct Native {
    pub(crate) library: PathBuf,
    pub(crate) runtime: PathBuf,
}

impl Native {
    /// Builds the library, for tests or (`release`) for measuring.
    pub(crate) fn build(release: bool) -> Result<Self> {
        Ok(Self {
            runtime: ort::ensure_host()?,
            library: library(release)?,
        })
    }

    /// The folder to link with.
    pub(crate) fn folder(&self) -> &Path {
        self.library.parent().unwrap_or(&self.library)
    }

    /// What Maven's and Swift's sides read from their environment.
    pub(crate) fn environment(&self) -> Result<[(&'static str, PathBuf); 4]> {
        Ok([
            ("COLORIST_CACHE", paths::cache()?),
            ("COLORIST_FFI_LIBRARY", self.library.clone()),
            ("COLORIST_ROOT", paths::root()),
            ("ORT_DYLIB_PATH", self.runtime.clone()),
        ])
    }
}

/// Builds `colorist-ffi` as a dynamic library and names its file.
pub(crate) fn library(release: bool) -> Result<PathBuf> {
    let folder = if release {
        let target = paths::target()?;
        let mut command = cargo(&["build", "--release", "--package", "colorist-ffi"]);
        run(command.arg("--target-dir").arg(&target))?;
        target.join("release")
    } else {
        build()?
    };
    Ok(folder.join(format!("{DLL_PREFIX}colorist_ffi{DLL_SUFFIX}")))
}

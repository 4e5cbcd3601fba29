//! The library and ONNX Runtime's environment, once per process.

use std::{
    ffi::CStr,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use ort::{
    environment::{Environment, EnvironmentBuilder},
    logging::LogLevel,
};

use crate::error::RuntimeError;

/// ONNX Runtime, ready to make sessions.
#[derive(Clone)]
pub(crate) struct Runtime {
    pub(super) environment: Environment,
    version: String,
}

/// What the process keeps to its end. Only a success is kept, so that an app can get the library
/// and try again.
struct Kept {
    /// The library that `ort` has taken: it never takes another, even if the start then failed.
    library: Option<PathBuf>,
    /// ONNX Runtime allows one environment.
    runtime: Option<Runtime>,
}

/// What to do about a library that cannot serve.
#[cfg(feature = "ort-load")]
const REMEDY: &str = if cfg!(target_os = "android") {
    "add com.microsoft.onnxruntime:onnxruntime-android to the app's dependencies"
} else {
    "run `cargo xtask ort` or set ORT_DYLIB_PATH to another library"
};

static KEPT: Mutex<Kept> = Mutex::new(Kept {
    library: None,
    runtime: None,
});

impl Runtime {
    /// The process's runtime, started on the first call.
    ///
    /// # Errors
    /// [`RuntimeError::LibraryUnsuitable`] also when `library` is another one than the first.
    pub(crate) fn start(library: Option<&Path>) -> Result<Self, RuntimeError> {
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = &kept.runtime {
            if let Some(library) = library {
                kept.allows(library)?;
            }
            return Ok(runtime.clone());
        }
        let (builder, version) = builder(library, &mut kept)?;
        let environment = builder
            .with_name("colorist")
            .with_telemetry(false)
            .build()
            .map_err(|error| RuntimeError::Session {
                reason: error.to_string(),
            })?;
        // What goes wrong comes back as a typed error; printing is the app's business.
        environment.set_log_level(LogLevel::Fatal);
        let runtime = Self {
            environment,
            version,
        };
        Ok(kept.runtime.insert(runtime).clone())
    }

    /// The library's version, such as `1.28.0`.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }
}

impl Kept {
    /// Whether a library is the one that was taken, or could still be.
    fn allows(&self, path: &Path) -> Result<(), RuntimeError> {
        let Some(first) = &self.library else {
            return Ok(());
        };
        // A link to the same file is the same library.
        let real = |path: &Path| path.canonicalize().ok();
        if first == path || real(path).is_some_and(|path| real(first) == Some(path)) {
            return Ok(());
        }
        Err(RuntimeError::LibraryUnsuitable {
            path: path.to_owned(),
            reason: format!(
                "this process has loaded {}; restart the process to use another library",
                first.display()
            ),
        })
    }
}

#[cfg(feature = "ort-load")]
fn builder(
    library: Option<&Path>,
    kept: &mut Kept,
) -> Result<(EnvironmentBuilder, String), RuntimeError> {
    let searched = super::library::candidates(library);
    let Some(path) = searched
        .iter()
        .find(|path| super::library::is_bare(path) || path.is_file())
    else {
        return Err(RuntimeError::LibraryNotFound { searched });
    };
    let unsuitable = |reason| RuntimeError::LibraryUnsuitable {
        path: path.clone(),
        reason: format!("{reason}; {REMEDY}"),
    };
    kept.allows(path)?;
    // Open until `ort` has it: it would be mapped twice otherwise.
    let (_open, version) = super::probe::open(path).map_err(unsuitable)?;
    let builder = ort::init_from(path).map_err(|error| unsuitable(error.to_string()))?;
    kept.library.get_or_insert_with(|| path.clone());
    Ok((builder, version))
}

#[cfg(not(feature = "ort-load"))]
fn builder(
    _library: Option<&Path>,
    _kept: &mut Kept,
) -> Result<(EnvironmentBuilder, String), RuntimeError> {
    // SAFETY: the function takes nothing and gives a pointer to static data.
    let version = unsafe { version(ort::sys::OrtGetApiBase()) };
    Ok((ort::init(), version))
}

/// The library's version, such as `1.28.0`. `ort::info` would give the branch it was built from,
/// which in official wheels is only `HEAD`.
///
/// # Safety
/// `base` is null or what the library's `OrtGetApiBase` gave.
pub(super) unsafe fn version(base: *const ort::sys::OrtApiBase) -> String {
    // SAFETY: the caller's promise; the data is static, so the reference cannot dangle.
    let Some(base) = (unsafe { base.as_ref() }) else {
        return "of unknown version".to_owned();
    };
    // SAFETY: the function takes nothing and gives a static C string, never null.
    let version = unsafe { CStr::from_ptr((base.GetVersionString)()) };
    version.to_string_lossy().into_owned()
}

//! Where the ONNX Runtime library is.

#[cfg(feature = "ort-load")]
use std::path::Path;
use std::{env, path::PathBuf};

/// The version of ONNX Runtime that Colorist is tested with and that `cargo xtask ort` gets.
pub const ONNXRUNTIME_VERSION: &str = "1.28.0";

/// The library's file name on this platform.
pub const LIBRARY_FILE: &str = if cfg!(windows) {
    "onnxruntime.dll"
} else if cfg!(target_vendor = "apple") {
    "libonnxruntime.dylib"
} else {
    "libonnxruntime.so"
};

/// The library's place in the user's cache: `COLORIST_CACHE`, or the platform's cache folder with
/// `colorist`, then `onnxruntime-VERSION`. `None` when the user has no home folder.
///
/// The file need not exist.
#[must_use]
pub fn cached_library() -> Option<PathBuf> {
    let folder = format!("onnxruntime-{ONNXRUNTIME_VERSION}");
    Some(cache_folder()?.join(folder).join(LIBRARY_FILE))
}

/// The paths to try, in order. One that was asked for by name is the only one.
#[cfg(feature = "ort-load")]
pub(super) fn candidates(option: Option<&Path>) -> Vec<PathBuf> {
    if let Some(path) = option {
        return vec![absolute(path)];
    }
    if let Some(path) = variable("ORT_DYLIB_PATH") {
        return vec![absolute(&path)];
    }
    if cfg!(target_os = "android") {
        // Libraries may stay inside the APK, where only the linker finds them.
        return vec![PathBuf::from(LIBRARY_FILE)];
    }
    let executable = env::current_exe().ok();
    let beside = executable
        .as_deref()
        .and_then(Path::parent)
        .map(|dir| dir.join(LIBRARY_FILE));
    beside.into_iter().chain(cached_library()).collect()
}

/// Whether it is a file name without any folder, which the system's linker looks up.
#[cfg(feature = "ort-load")]
pub(super) fn is_bare(path: &Path) -> bool {
    path.file_name() == Some(path.as_os_str())
}

/// An absolute path: `ort` would take a relative one from the executable's folder.
#[cfg(feature = "ort-load")]
fn absolute(path: &Path) -> PathBuf {
    if is_bare(path) {
        return path.to_owned();
    }
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn cache_folder() -> Option<PathBuf> {
    if let Some(folder) = variable("COLORIST_CACHE") {
        return Some(folder);
    }
    let base = if cfg!(windows) {
        variable("LOCALAPPDATA")?
    } else if cfg!(target_vendor = "apple") {
        variable("HOME")?.join("Library").join("Caches")
    } else {
        // The XDG specification: relative paths in the variable are to be ignored.
        match variable("XDG_CACHE_HOME").filter(|path| path.is_absolute()) {
            Some(folder) => folder,
            None => variable("HOME")?.join(".cache"),
        }
    };
    Some(base.join("colorist"))
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

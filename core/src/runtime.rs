//! ONNX Runtime: finding the library, one environment per process, sessions.
//!
//! This module and its submodules are the only place that names `ort`.
//!
//! With the feature `ort-load` the library is looked for in this order:
//! 1. [`Options::library`](crate::Options::library);
//! 2. the environment variable `ORT_DYLIB_PATH`;
//! 3. on Android by the linker, which finds it in the APK; elsewhere beside the executable;
//! 4. [`cached_library`], where `cargo xtask ort` puts it (not on Android).
//!
//! A file name without a folder is left to the system's linker. The first library stays for the
//! life of the process, and another one by name is refused.
//!
//! Telemetry is switched off through the API; the pinned version contains none.
//! `ORT_DISABLE_TELEMETRY=1`, which builds from 1.29 on read, is not set here: changing the
//! environment of a process with other threads is unsound. A program that brings such a build sets
//! it first thing in `main`.

mod accelerator;
mod control;
mod decoder;
mod described;
mod environment;
mod library;
mod optimized;
mod plugin;
#[cfg(feature = "ort-load")]
mod probe;
mod session;

pub use library::{LIBRARY_FILE, ONNXRUNTIME_VERSION, cached_library};

pub(crate) use accelerator::{Compiled, Refused};
pub(crate) use control::{Control, Terminator};
pub(crate) use decoder::{Decoder, Shape, open as open_decoder};
pub(crate) use described::Described;
pub(crate) use environment::Runtime;
pub(crate) use optimized::{GraphFiles, Kept};
pub(crate) use session::{Session, Settings};

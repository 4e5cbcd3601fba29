//! Libraries that are not the ONNX Runtime that is needed. Each in a process of its own, because the
//! first one that is taken stays.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use colorist_core::{Colorist, Error, Options, RuntimeError, runtime::cached_library};

use crate::{child, support::Tiny};

/// Starts the process that tries to open a pack with this library, and wants its error to say this.
fn refused(test: &str, saying: &str, library: impl FnOnce(&Path) -> PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let prepare = |command: &mut Command| {
        command.env("COLORIST_FAULT_LIBRARY", library(folder.path()));
        command.env("COLORIST_FAULT_SAYING", saying);
    };
    if let Some(output) = child::run(test, prepare) {
        return child::ended_well(&output);
    }
    let pack = Tiny::new().write();
    let library = env::var_os("COLORIST_FAULT_LIBRARY").unwrap();
    let saying = env::var("COLORIST_FAULT_SAYING").unwrap();
    for _ in 0..2 {
        let options = Options::default().with_library(&library);
        match Colorist::open(pack.path(), options) {
            Err(Error::Runtime(
                error @ (RuntimeError::LibraryNotFound { .. }
                | RuntimeError::LibraryUnsuitable { .. }),
            )) => {
                let message = error.to_string();
                assert!(message.contains(&saying), "{message}");
                let name = Path::new(&library).to_str().unwrap();
                assert!(message.contains(name), "{message}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// A library that says to be of this version and has no API to offer.
fn stub(folder: &Path, version: &str) -> PathBuf {
    let source = format!(
        "static const void *api(unsigned version) {{ (void) version; return 0; }}
         static const char *name(void) {{ return \"{version}\"; }}
         static const struct {{ const void *(*a)(unsigned); const char *(*b)(void); }} base = {{ api, name }};
         const void *OrtGetApiBase(void) {{ return &base; }}"
    );
    child::library(folder, "libonnxruntime.so", &source)
}

/// The real library.
fn real() -> PathBuf {
    let named = env::var_os("ORT_DYLIB_PATH").map(PathBuf::from);
    fs::canonicalize(named.or_else(cached_library).unwrap()).unwrap()
}

#[test]
fn a_library_that_is_missing_is_named() {
    let test = "library::a_library_that_is_missing_is_named";
    refused(test, "was not found", |folder| folder.join("libnone.so"));
}

#[test]
fn an_older_library_is_refused() {
    let test = "library::an_older_library_is_refused";
    refused(test, "1.10.0", |folder| stub(folder, "1.10.0"));
}

#[test]
fn a_library_without_the_api_that_its_version_promises_is_refused() {
    let test = "library::a_library_without_the_api_that_its_version_promises_is_refused";
    refused(test, "cannot serve", |folder| stub(folder, "1.28.0"));
}

#[test]
fn another_library_is_refused() {
    let test = "library::another_library_is_refused";
    let source = "int answer(void) { return 42; }";
    refused(test, "cannot serve", |folder| {
        child::library(folder, "libother.so", source)
    });
}

#[test]
fn a_library_that_gives_nothing_is_refused() {
    let test = "library::a_library_that_gives_nothing_is_refused";
    let source = "const void *OrtGetApiBase(void) { return 0; }";
    refused(test, "cannot serve", |folder| {
        child::library(folder, "libnothing.so", source)
    });
}

#[test]
fn a_library_that_is_cut_off_is_refused() {
    let test = "library::a_library_that_is_cut_off_is_refused";
    refused(test, "cut off", |folder| {
        let whole = fs::read(real()).unwrap();
        let path = folder.join("libonnxruntime.so");
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        path
    });
}

#[test]
fn a_library_for_another_processor_is_refused() {
    let test = "library::a_library_for_another_processor_is_refused";
    refused(test, "cannot serve", |folder| {
        // The machine stands at byte 18 of the header (ELF, e_machine): neither x86-64 nor ARM64.
        let mut library = fs::read(real()).unwrap();
        library[18..20].copy_from_slice(&[0xf3, 0]);
        let path = folder.join("libonnxruntime.so");
        fs::write(&path, library).unwrap();
        path
    });
}

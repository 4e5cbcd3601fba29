//! The library of a process: what is refused, and that the first one stays. One test, because it
//! decides for its whole process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::{fs, path::Path};

use colorist_core::{
    Colorist, Error, Options, Result, RuntimeError,
    runtime::{LIBRARY_FILE, cached_library},
};
use support::Tiny;

fn open(pack: &Path, library: &Path) -> Result<Colorist> {
    Colorist::open(pack, Options::default().with_library(library))
}

fn refusal(result: Result<Colorist>) -> String {
    match result {
        Err(Error::Runtime(error @ RuntimeError::LibraryUnsuitable { .. })) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_library_stays_and_another_is_refused() {
    let library = std::env::var_os("ORT_DYLIB_PATH").map(Into::into);
    let library = fs::canonicalize(library.or_else(cached_library).unwrap()).unwrap();
    let pack = Tiny::new().write();
    let folder = tempfile::tempdir().unwrap();

    // What is no library is refused, and does not stay.
    let text = folder.path().join("text.so");
    fs::write(&text, "not a library").unwrap();
    let message = refusal(open(pack.path(), &text));
    assert!(message.contains("cargo xtask ort"), "{message}");
    // A mere name is the linker's to find, which has none of this one.
    let message = refusal(open(pack.path(), Path::new("libno-such-onnxruntime.so")));
    assert!(
        message.contains("libno-such-onnxruntime.so cannot serve"),
        "{message}"
    );
    drop(open(pack.path(), &library).unwrap());

    // Another one would not be used, whether it could be or not.
    let copy = folder.path().join(LIBRARY_FILE);
    fs::copy(&library, &copy).unwrap();
    for other in [&copy, &text] {
        let message = refusal(open(pack.path(), other));
        assert!(message.contains("restart the process"), "{message}");
        assert!(message.contains(other.to_str().unwrap()), "{message}");
        assert!(message.contains(library.to_str().unwrap()), "{message}");
    }

    // The same one by another name, and none by name.
    #[cfg(unix)]
    {
        let link = folder.path().join("link.so");
        std::os::unix::fs::symlink(&library, &link).unwrap();
        drop(open(pack.path(), &link).unwrap());
    }
    drop(Colorist::open(pack.path(), Options::default()).unwrap());
}

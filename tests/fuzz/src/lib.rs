//! What the fuzz targets share: the packs of `tests/golden` in folders that they may change, sums
//! that are made right again, and a mutator that knows JSON.

pub mod mutate;
pub mod panics;

use std::{
    fs,
    path::{Path, PathBuf},
};

use colorist_core::{Colorist, Error, Options, PackError, ToolPrediction};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// A pack of `tests/golden`, by its folder's name.
#[must_use]
pub fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../golden")
        .join(name)
}

/// A new folder, in memory where the system has such a place: a target writes it thousands of times
/// a second.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .expect("a folder for temporary files")
}

/// A copy of a pack of `tests/golden`, without its signature, which no changed manifest would get past.
///
/// # Panics
/// When it cannot be made.
#[must_use]
pub fn copy(name: &str) -> TempDir {
    let folder = folder();
    for entry in fs::read_dir(golden(name)).expect("a pack of tests/golden") {
        let entry = entry.expect("a file of the pack");
        if entry.file_name() == "pack.sig" {
            continue;
        }
        fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("a copy");
    }
    folder
}

/// Writes `pack.json` and the `pack.sha256` that vouches for it.
///
/// # Panics
/// When they cannot be written.
pub fn write_manifest(folder: &Path, manifest: &[u8]) {
    let sum = format!("{}  pack.json\n", sha256(manifest));
    fs::write(folder.join("pack.json"), manifest).expect("pack.json");
    fs::write(folder.join("pack.sha256"), sum).expect("pack.sha256");
}

/// Writes a file of the pack, and a manifest that vouches for it.
///
/// # Panics
/// When they cannot be written.
pub fn write_file(folder: &Path, name: &str, bytes: &[u8]) {
    fs::write(folder.join(name), bytes).expect("a file of the pack");
    let manifest = fs::read(folder.join("pack.json")).expect("pack.json");
    let mut manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    manifest["files"][name] = entry(bytes);
    write_manifest(folder, manifest.to_string().as_bytes());
}

/// What the manifest says about a file.
#[must_use]
pub fn entry(bytes: &[u8]) -> Value {
    json!({"size": bytes.len(), "sha256": sha256(bytes)})
}

/// The SHA-256 in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Opens a pack and asks it something. Any error will do, but a panic's.
///
/// # Panics
/// When the engine reports a defect, or gives what its catalog does not allow.
pub fn ask(pack: &Path, intent: &str) {
    match Colorist::open(pack, Options::default()) {
        Ok(engine) => {
            check(&engine, engine.call_tools(intent));
            // The second one finds what the first left behind.
            check(&engine, engine.call_tools("warm light"));
        }
        Err(error) => refused(&error),
    }
}

/// Opens a pack of `tests/golden` or of `COLORIST_FUZZ_PACK`.
///
/// # Panics
/// When it does not open: no library, or no pack.
#[must_use]
pub fn open(pack: &Path) -> Colorist {
    Colorist::open(pack, Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// Judges an error: a defect is none that may happen.
///
/// # Panics
/// For a defect.
pub fn refused(error: &Error) {
    assert!(!matches!(error, Error::Internal(_)), "{error}");
    assert!(!error.to_string().is_empty());
}

/// Judges an answer: calls that the catalog allows, or an error that is no defect.
///
/// # Panics
/// For a defect, and for values outside of the catalog.
pub fn check(engine: &Colorist, answer: Result<ToolPrediction, Error>) {
    let catalog = engine.catalog();
    let calls = match answer {
        Ok(answer) => answer.calls,
        Err(error) => return refused(&error),
    };
    for call in &calls {
        let tool = catalog.tools.iter().find(|tool| tool.name == call.tool);
        let tool = tool.expect("a tool of the catalog");
        let names = tool.value_names();
        for value in &call.values {
            assert!(names.contains(&value.name), "a value of the tool");
        }
        if let Some(choice) = &call.choice {
            let known = tool.choices().iter().any(|known| known.name == *choice);
            assert!(known, "a choice of the tool");
        }
    }
    let json = catalog.calls_to_json(&calls);
    let again = catalog.calls_from_json(&json).expect("its own JSON");
    assert_eq!(catalog.calls_to_json(&again), json);
}

/// Whether an error says that a sum or a size is wrong: mutated bytes are found before they are
/// parsed.
#[must_use]
pub fn is_damage(error: &Error) -> bool {
    matches!(
        error,
        Error::Pack(PackError::HashMismatch { .. } | PackError::SizeMismatch { .. })
    )
}

//! Opening packs: what is verified, and that every damage has its own typed error.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod archive;
mod damage;
mod manifest;
mod signature;

use std::{
    fs,
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
};

use colorist_core::{Colorist, Edit, Error, Options, Pack, PackError, pack::Codec};
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};
use support::Tiny;

fn open(path: impl AsRef<Path>) -> Result<Pack, PackError> {
    Pack::open(path).map_err(|error| match error {
        Error::Pack(error) => error,
        other => panic!("not a pack's error: {other:?}"),
    })
}

/// The file that an error is about.
fn file_of(error: &PackError) -> &str {
    match error {
        PackError::MissingFile { file }
        | PackError::SizeMismatch { file, .. }
        | PackError::HashMismatch { file }
        | PackError::InvalidChecksum { file }
        | PackError::UnsupportedFormat { file, .. }
        | PackError::InvalidArchive { file, .. } => file,
        PackError::InvalidManifest { .. } | PackError::CatalogMismatch { .. } => "pack.json",
        PackError::NotAPack { .. } => "",
        other => panic!("unexpected: {other:?}"),
    }
}

fn flip(path: &Path, at: u64, mask: u8) {
    let mut file = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut byte = [0];
    file.seek(SeekFrom::Start(at)).unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&[byte[0] ^ mask]).unwrap();
}

const FILES: [&str; 5] = [
    "pack.sha256",
    "pack.json",
    "student.onnx",
    "tokenizer.json",
    "goldens.jsonl",
];

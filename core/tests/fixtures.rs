//! The small packs in `tests/golden` that the other languages' tests open are what this writes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use colorist_core::{Colorist, Options};
use support::Tiny;

const FILES: [&str; 5] = [
    "pack.sha256",
    "pack.json",
    "student.onnx",
    "tokenizer.json",
    "goldens.jsonl",
];

/// A pack that answers every text with temperature 30.
fn warm(work: usize) -> Tiny {
    let mut tiny = Tiny::new();
    tiny.set("adjust.used", &[("used", 1.0)]);
    tiny.set("adjust.temperature", &[("30", 1.0)]);
    tiny.graph.work = work;
    tiny
}

fn check(name: &str, work: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/golden")
        .join(name);
    let written = warm(work).write();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for file in FILES {
            fs::copy(written.path().join(file), folder.join(file)).unwrap();
        }
    }
    assert!(
        read(written.path()) == read(&folder),
        "tests/golden/{name} differs from what this test writes; \
         `UPDATE_GOLDEN=1 cargo test -p colorist-core --test fixtures` writes it anew"
    );
    let edit = Colorist::open(&folder, Options::default())
        .unwrap()
        .edit("warm")
        .unwrap()
        .edit;
    assert_eq!(edit.adjust.unwrap().temperature, 30);
    assert_eq!((edit.selective_adjust, edit.filter), (None, None));
}

fn read(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    FILES
        .iter()
        .map(|file| (PathBuf::from(file), fs::read(folder.join(file)).unwrap()))
        .collect()
}

#[test]
fn the_tiny_pack_is_the_written_one() {
    check("tiny-pack", 0);
}

#[test]
fn the_slow_pack_is_the_written_one() {
    check("slow-pack", 1000);
}

//! What an engine keeps in its cache folder, and that nothing there can change an answer.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
};

use colorist_core::{Colorist, Edit, Error, Options, PackError, TrimLevel};
use sha2::{Digest, Sha256};
use support::Tiny;

const INTENT: &str = "golden hour";

fn open(pack: &Path, cache: &Path) -> colorist_core::Result<Colorist> {
    Colorist::open(pack, Options::default().with_cache(cache))
}

/// The edit of an engine that was opened with this cache.
fn edit(pack: &Path, cache: &Path) -> Edit {
    open(pack, cache).unwrap().edit(INTENT).unwrap().edit
}

/// The edit of an engine without any cache.
fn plain(pack: &Path) -> Edit {
    let engine = Colorist::open(pack, Options::default()).unwrap();
    engine.edit(INTENT).unwrap().edit
}

/// The files of a cache folder.
fn entries(cache: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(cache)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

/// Whether an entry's sum is that of its content.
fn is_whole(entry: &Path) -> bool {
    let bytes = fs::read(entry).unwrap();
    let (content, trailer) = bytes.split_at(bytes.len() - 64);
    trailer[32..] == sum(content)
}

fn sum(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
}

/// Changes one byte, as far behind the start as this.
fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn the_kept_graph_answers_as_the_packs_does() {
    let cache = tempfile::tempdir().unwrap();
    // Folders on the way are made.
    let cache = cache.path().join("a/b");
    let pack = support::pack_path();
    let expected = plain(&pack);
    assert_eq!(
        edit(&pack, &cache),
        expected,
        "the first time, when it is made"
    );
    assert_eq!(entries(&cache).len(), 1);
    let engine = open(&pack, &cache).unwrap();
    assert_eq!(engine.edit(INTENT).unwrap().edit, expected);
    // Loaded anew from the kept graph, after the pages were given back.
    engine.trim(TrimLevel::Unload).unwrap();
    assert_eq!(engine.edit(INTENT).unwrap().edit, expected);
}

#[test]
fn with_the_kept_graph_the_packs_is_not_read() {
    let cache = tempfile::tempdir().unwrap();
    let pack = Tiny::new().write();
    let expected = edit(pack.path(), cache.path());
    flip(&pack.path().join("student.onnx"), 10);
    assert_eq!(edit(pack.path(), cache.path()), expected);
    let without = Colorist::open(pack.path(), Options::default());
    assert!(
        matches!(without, Err(Error::Pack(PackError::HashMismatch { .. }))),
        "{without:?}"
    );
}

#[test]
fn the_kept_graph_of_one_pack_is_not_used_for_another() {
    let cache = tempfile::tempdir().unwrap();
    let mut other = Tiny::new();
    other.set("adjust.used", &[("used", 1.0)]);
    other.set("adjust.tint", &[("40", 1.0)]);
    let (one, other) = (Tiny::new().write(), other.write());
    assert_eq!(edit(one.path(), cache.path()), plain(one.path()));
    assert_eq!(edit(other.path(), cache.path()), plain(other.path()));
    assert_ne!(plain(one.path()), plain(other.path()));
    assert_eq!(entries(cache.path()).len(), 2);
}

#[test]
fn what_is_damaged_is_made_anew() {
    let cache = tempfile::tempdir().unwrap();
    let pack = Tiny::new().write();
    let expected = edit(pack.path(), cache.path());
    let entry = entries(cache.path()).pop().unwrap();
    let whole = fs::read(&entry).unwrap();
    for at in [0, 40, 64, whole.len() / 2, whole.len() - 1] {
        flip(&entry, at);
        assert_eq!(edit(pack.path(), cache.path()), expected);
        assert!(is_whole(&entry), "byte {at}");
    }
    for length in [0, 10, 63, 64, whole.len() - 1] {
        fs::write(&entry, &whole[..length]).unwrap();
        assert_eq!(edit(pack.path(), cache.path()), expected);
        assert!(is_whole(&entry), "{length} bytes");
    }
    // Whole, but nothing that ONNX Runtime could load.
    let content = b"no graph at all";
    fs::write(
        &entry,
        [content, &whole[whole.len() - 64..][..32], &sum(content)].concat(),
    )
    .unwrap();
    assert!(is_whole(&entry));
    assert_eq!(edit(pack.path(), cache.path()), expected);
    assert!(is_whole(&entry) && !fs::read(&entry).unwrap().starts_with(content));
}

#[test]
fn a_folder_that_cannot_be_used_costs_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let pack = Tiny::new().write();
    // A file where the folder should be, and below a file.
    for cache in [file.clone(), file.join("cache")] {
        assert_eq!(edit(pack.path(), &cache), plain(pack.path()));
    }
}

#[test]
fn old_entries_are_forgotten_and_drafts_do_not_stay() {
    let cache = tempfile::tempdir().unwrap();
    for tint in 1..=12 {
        let mut tiny = Tiny::new();
        tiny.set("adjust.used", &[("used", 1.0)]);
        tiny.set("adjust.tint", &[(&(5 * tint).to_string(), 1.0)]);
        let pack = tiny.write();
        assert_eq!(edit(pack.path(), cache.path()), plain(pack.path()));
    }
    let entries = entries(cache.path());
    assert_eq!(entries.len(), 8, "{entries:?}");
    let graph = |path: &PathBuf| {
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("graph-")
    };
    assert!(entries.iter().all(graph), "{entries:?}");
}

#[test]
fn what_was_just_kept_stays_and_abandoned_drafts_go() {
    let cache = tempfile::tempdir().unwrap();
    let day = std::time::Duration::from_secs(24 * 60 * 60);
    let now = std::time::SystemTime::now();
    // Entries from a time when the clock was ahead, and drafts of processes that were ended.
    for number in 0..8 {
        let path = cache.path().join(format!("graph-{number}"));
        fs::write(&path, "").unwrap();
        fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(now + day)
            .unwrap();
    }
    for (name, time) in [
        ("draft-1-0-0", now - day),
        ("draft-1-0-1.onnx", now - day),
        ("draft-2-0-0", now),
    ] {
        let path = cache.path().join(name);
        fs::write(&path, "").unwrap();
        fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    }
    let pack = Tiny::new().write();
    edit(pack.path(), cache.path());
    let found = entries(cache.path());
    let names: Vec<_> = found
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap())
        .collect();
    let drafts: Vec<_> = names
        .iter()
        .filter(|name| name.starts_with("draft"))
        .collect();
    assert_eq!(drafts, [&"draft-2-0-0"], "{names:?}");
    assert_eq!(
        names
            .iter()
            .filter(|name| name.starts_with("graph-") && name.len() > 10)
            .count(),
        1,
        "{names:?}"
    );
}

#[test]
fn a_text_students_graphs_are_kept_too() {
    let cache = tempfile::tempdir().unwrap();
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/text-pack");
    let expected = plain(&pack);
    assert_eq!(edit(&pack, cache.path()), expected);
    assert_eq!(entries(cache.path()).len(), 2);
    assert_eq!(edit(&pack, cache.path()), expected);
}

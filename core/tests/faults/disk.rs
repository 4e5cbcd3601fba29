//! A disk that is full: files may not grow beyond a limit.

use std::{fs, path::Path, sync::LazyLock};

use colorist_core::{Colorist, Error, Options, Pack, PackError};

use crate::{
    child,
    support::{Tiny, pack_path},
};

/// What a file may have in the processes below, bytes.
const LIMIT: u64 = 4096;

/// The system's error for the limit shall be an error, as that of a full disk is, and no signal.
fn no_signal() {
    // SAFETY: ignoring a signal touches no memory of this program.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect()
}

#[test]
fn an_archive_for_which_there_is_no_room_is_an_error_and_leaves_nothing_behind() {
    let test = "disk::an_archive_for_which_there_is_no_room_is_an_error_and_leaves_nothing_behind";
    let full = |command: &mut std::process::Command| {
        child::limit(command, libc::RLIMIT_FSIZE, LIMIT);
    };
    if let Some(output) = child::run(test, full) {
        return child::ended_well(&output);
    }
    no_signal();
    let folder = tempfile::tempdir().unwrap();
    let pack = Pack::open(pack_path()).unwrap();
    let path = folder.path().join("small.colorist");
    match pack.write_archive(&path) {
        Err(Error::Pack(PackError::Unwritable { file, .. })) => {
            assert!(file.ends_with("small.colorist"), "{file}");
        }
        other => panic!("{other:?}"),
    }
    assert!(
        names(folder.path()).is_empty(),
        "{:?}",
        names(folder.path())
    );
}

#[test]
fn a_cache_for_which_there_is_no_room_costs_no_answer() {
    let test = "disk::a_cache_for_which_there_is_no_room_costs_no_answer";
    let folder = tempfile::tempdir().unwrap();
    let pack = LazyLock::new(|| Tiny::new().write());
    let full = |command: &mut std::process::Command| {
        child::limit(command, libc::RLIMIT_FSIZE, LIMIT / 64);
        command.env("COLORIST_FAULT_PACK", pack.path());
    };
    if let Some(output) = child::run(test, full) {
        return child::ended_well(&output);
    }
    no_signal();
    let pack = std::env::var_os("COLORIST_FAULT_PACK").unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "a").unwrap();
    // No room, and no folder at all.
    for cache in [folder.path(), &file] {
        for _ in 0..2 {
            let options = Options::default().with_cache(cache);
            let engine = Colorist::open(&pack, options).unwrap();
            engine.edit("warm").unwrap();
        }
    }
}

//! Loading, unloading, packs that change meanwhile, the end.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use colorist_core::{Colorist, Error, Options, PackError, TrimLevel};

use crate::{support::Tiny, talkative};

#[test]
fn unloading_frees_and_the_next_edit_loads_again() {
    let (engine, _folder) = talkative();
    assert!(engine.is_loaded());
    let first = engine.load_timings();
    assert!(first.session > Duration::ZERO && first.total >= first.session);
    let before = engine.edit("golden hour").unwrap().edit;
    engine.trim(TrimLevel::Light).unwrap();
    assert!(engine.is_loaded());
    assert_eq!(engine.edit("golden hour").unwrap().edit, before);
    engine.trim(TrimLevel::Unload).unwrap();
    assert!(!engine.is_loaded());
    engine.trim(TrimLevel::Unload).unwrap();
    let again = engine.edit("golden hour").unwrap();
    assert!(engine.is_loaded());
    assert_eq!(again.edit, before);
    assert_ne!(engine.load_timings(), first, "it was loaded again");
    assert!(
        again.timings.queue >= engine.load_timings().total,
        "the wait is accounted for"
    );
}

#[test]
fn a_pack_that_was_damaged_meanwhile_is_not_loaded_again() {
    let (engine, folder) = Tiny::new().open();
    engine.trim(TrimLevel::Unload).unwrap();
    let graph = folder.path().join("student.onnx");
    let whole = fs::read(&graph).unwrap();
    let mut damaged = whole.clone();
    damaged[10] ^= 1;
    fs::write(&graph, damaged).unwrap();
    let result = engine.edit("warm");
    assert!(
        matches!(result, Err(Error::Pack(PackError::HashMismatch { .. }))),
        "{result:?}"
    );
    fs::write(&graph, whole).unwrap();
    assert!(engine.edit("warm").is_ok(), "and it recovers");
}

#[test]
fn another_pack_in_the_same_place_is_not_taken_for_the_first() {
    let (engine, folder) = Tiny::new().open();
    engine.trim(TrimLevel::Unload).unwrap();
    let mut other = Tiny::new();
    other.set("adjust.used", &[("used", 1.0)]);
    other.set("adjust.tint", &[("40", 1.0)]);
    for entry in fs::read_dir(other.write().path()).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let result = engine.edit("warm");
    assert!(
        matches!(result, Err(Error::Pack(PackError::HashMismatch { .. }))),
        "{result:?}"
    );
}

#[test]
fn an_idle_engine_unloads_itself() {
    let folder = Tiny::new().write();
    let options = Options::default().with_idle_unload(Duration::from_millis(50));
    let engine = Colorist::open(folder.path(), options).unwrap();
    engine.edit("warm").unwrap();
    let started = Instant::now();
    while engine.is_loaded() {
        assert!(started.elapsed() < Duration::from_secs(10), "still loaded");
        thread::sleep(Duration::from_millis(10));
    }
    assert!(engine.edit("warm").is_ok());
}

#[test]
fn closed_engines_refuse_and_end() {
    let (engine, _folder) = Tiny::new().open();
    let other = engine.clone();
    engine.close();
    engine.close();
    assert!(matches!(other.edit("warm"), Err(Error::Closed)));
    assert!(matches!(other.trim(TrimLevel::Light), Err(Error::Closed)));
    assert!(!other.is_loaded());
}

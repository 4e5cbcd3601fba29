//! Packs that vanish or change while they are open.

use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use colorist_core::{Colorist, Error, Options, Pack, PackError, TrimLevel};

use crate::support::Tiny;

#[test]
fn an_archive_that_is_cut_off_or_rewritten_cannot_change_what_was_verified() {
    let folder = Tiny::new().write();
    let path = folder.path().join("tiny.colorist");
    Pack::open(folder.path())
        .unwrap()
        .write_archive(&path)
        .unwrap();
    let whole = fs::read(&path).unwrap();
    let graph = fs::read(folder.path().join("student.onnx")).unwrap();

    // In place, on the very file that is open: a mapping would see it, or end the process.
    let pack = Pack::open(&path).unwrap();
    fs::write(&path, vec![7; whole.len()]).unwrap();
    assert_eq!(pack.file("student.onnx").unwrap(), graph);
    fs::write(&path, b"").unwrap();
    assert_eq!(pack.file("student.onnx").unwrap(), graph);
}

#[test]
fn a_pack_that_vanishes_or_is_cut_off_is_an_error_and_the_engine_recovers() {
    let folder = Tiny::new().write();
    let archive = folder.path().join("tiny.colorist");
    Pack::open(folder.path())
        .unwrap()
        .write_archive(&archive)
        .unwrap();
    for (pack, file) in [
        (folder.path(), folder.path().join("student.onnx")),
        (&archive, archive.clone()),
    ] {
        let engine = Colorist::open(pack, Options::default()).unwrap();
        let whole = fs::read(&file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();

        // As long as the model is loaded nothing is read.
        fs::remove_file(&file).unwrap();
        engine.edit("warm").unwrap();
        engine.trim(TrimLevel::Unload).unwrap();
        match engine.edit("warm") {
            Err(Error::Pack(PackError::MissingFile { file })) => assert_eq!(file, name),
            other => panic!("{other:?}"),
        }
        for length in [whole.len() - 1, whole.len() / 2, 60, 0] {
            fs::write(&file, &whole[..length]).unwrap();
            let error = engine.edit("warm").unwrap_err();
            assert!(matches!(error, Error::Pack(_)), "{length}: {error:?}");
            assert!(!error.to_string().contains("warm"), "{error}");
        }
        fs::write(&file, &whole).unwrap();
        engine.edit("warm").unwrap();
    }
}

#[test]
fn an_archive_that_changes_while_it_is_read_gives_the_pack_or_an_error() {
    let folder = Tiny::new().write();
    let path = folder.path().join("tiny.colorist");
    Pack::open(folder.path())
        .unwrap()
        .write_archive(&path)
        .unwrap();
    let whole = fs::read(&path).unwrap();
    let manifest = Pack::open(&path).unwrap().manifest().clone();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for length in (0..whole.len()).cycle().step_by(997) {
                if done.load(Ordering::SeqCst) {
                    break;
                }
                fs::write(&path, &whole[..length]).unwrap();
                fs::write(&path, &whole).unwrap();
            }
        });
        let mut refused = 0;
        for _ in 0..2000 {
            match Pack::open(&path) {
                Ok(pack) => assert_eq!(*pack.manifest(), manifest),
                Err(Error::Pack(_)) => refused += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
        done.store(true, Ordering::SeqCst);
        assert!(refused > 0, "the file never changed under the reader");
    });
}

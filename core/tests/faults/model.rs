//! Graphs that are not what the manifest says, in packs whose sums are right.

use std::{fs, path::Path};

use colorist_core::{Colorist, Error, Options, PackError, RuntimeError};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{CLASSES, Tiny, sha256, slot_names, write_manifest};

/// The pack with another file in it, and a manifest that vouches for it.
pub(crate) fn with_file(name: &str, bytes: &[u8]) -> TempDir {
    let folder = Tiny::new().write();
    exchange(folder.path(), name, bytes);
    folder
}

fn exchange(folder: &Path, name: &str, bytes: &[u8]) {
    let manifest = fs::read(folder.join("pack.json")).unwrap();
    let mut manifest: Value = serde_json::from_slice(&manifest).unwrap();
    manifest["files"][name] = json!({"size": bytes.len(), "sha256": sha256(bytes)});
    fs::write(folder.join(name), bytes).unwrap();
    write_manifest(folder, &manifest);
}

fn refused(folder: &Path) {
    match Colorist::open(folder, Options::default()) {
        Err(Error::Pack(PackError::InvalidGraph { file, reason })) => {
            assert_eq!(file, "student.onnx");
            assert!(!reason.is_empty());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_graph_of_the_wrong_shape_is_refused_when_it_is_opened() {
    let tiny = Tiny::new();
    let slots = slot_names().len();
    for (slots, classes) in [(slots, CLASSES - 1), (slots + 1, CLASSES), (1, 1)] {
        let logits = vec![0.0; slots * classes];
        let folder = with_file("student.onnx", &tiny.graph.encode(&logits, slots, classes));
        refused(folder.path());
    }
    // The shape that the graph declares is not the one that it gives.
    let folder = with_file(
        "student.onnx",
        &tiny.graph.encode(&[0.0; 7], slots, CLASSES),
    );
    refused(folder.path());
}

#[test]
fn a_graph_that_is_cut_off_or_no_graph_is_refused_when_it_is_opened() {
    let folder = Tiny::new().write();
    let graph = fs::read(folder.path().join("student.onnx")).unwrap();
    let lengths = (0..graph.len()).step_by(graph.len() / 40);
    for length in lengths.chain([1, graph.len() - 1]) {
        exchange(folder.path(), "student.onnx", &graph[..length]);
        refused(folder.path());
    }
    for other in [&[0xff; 4096][..], b"not a graph", b"\x7fELF\x02\x01\x01"] {
        exchange(folder.path(), "student.onnx", other);
        refused(folder.path());
    }
    exchange(folder.path(), "student.onnx", &graph);
    drop(Colorist::open(folder.path(), Options::default()).unwrap());
}

#[test]
fn numbers_that_are_not_finite_are_an_error_and_never_an_edit() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for at in [0, 20 * CLASSES + 3] {
            let mut tiny = Tiny::new();
            tiny.logits[at] = bad;
            let (engine, _folder) = tiny.open();
            for _ in 0..2 {
                match engine.edit("warm") {
                    Err(Error::Runtime(RuntimeError::Run { reason })) => {
                        assert!(reason.contains("not finite"), "{reason}");
                    }
                    other => panic!("{bad} at {at}: {other:?}"),
                }
            }
        }
    }
}

//! Opening packs: what is verified, and that every damage has its own typed error.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use std::{
    fs,
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
};

use colorist_core::{Colorist, Edit, Error, Options, Pack, PackError};
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

#[test]
fn a_pack_tells_what_it_is() {
    let folder = Tiny::new().write();
    let pack = open(folder.path()).unwrap();
    let manifest = pack.manifest();
    assert_eq!(
        (manifest.name.as_str(), manifest.codec.as_str()),
        ("tiny", "slots")
    );
    assert_eq!(manifest.tokenizer.max_tokens, 8);
    assert_eq!(manifest.slots.len(), 30);
    assert_eq!(manifest.catalog.filters.len(), 2);
    let names: Vec<&str> = manifest
        .files
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["student.onnx", "tokenizer.json", "goldens.jsonl"]);
    let goldens = pack.goldens().unwrap();
    assert_eq!(goldens.len(), 1);
    assert_eq!(goldens[0].intent, "warm");
    assert_eq!(goldens[0].edit.adjust.unwrap().temperature, 30);
}

#[test]
fn every_flipped_byte_is_found() {
    let folder = Tiny::new().write();
    for name in FILES {
        let path = folder.path().join(name);
        let size = fs::metadata(&path).unwrap().len();
        for at in 0..size {
            // One bit, another one at each place; all eight would take eight times as long.
            let mask = 1 << (at % 8);
            flip(&path, at, mask);
            let error = open(folder.path()).expect_err("a flipped bit");
            match (name, &error) {
                ("pack.sha256", PackError::InvalidChecksum { file }) => assert_eq!(file, name),
                // A flip from one hexadecimal digit to another accuses the manifest.
                ("pack.sha256", PackError::HashMismatch { file }) => assert_eq!(file, "pack.json"),
                (_, PackError::HashMismatch { file }) => assert_eq!(file, name),
                _ => panic!("{name} {at}: {error:?}"),
            }
            flip(&path, at, mask);
        }
    }
    open(folder.path()).expect("all flips were undone");
}

#[test]
fn every_truncation_is_found() {
    let folder = Tiny::new().write();
    for name in FILES {
        let path = folder.path().join(name);
        let whole = fs::read(&path).unwrap();
        for length in (0..whole.len()).step_by(if whole.len() > 500 { 97 } else { 1 }) {
            fs::write(&path, &whole[..length]).unwrap();
            let error = open(folder.path()).expect_err("a cut file");
            match (name, &error) {
                ("pack.sha256", PackError::InvalidChecksum { file })
                | ("pack.json", PackError::HashMismatch { file }) => assert_eq!(file, name),
                (
                    _,
                    PackError::SizeMismatch {
                        file,
                        expected,
                        found,
                    },
                ) => {
                    assert_eq!(file, name);
                    assert_eq!((*expected, *found), (whole.len() as u64, length as u64));
                }
                _ => panic!("{name} {length}: {error:?}"),
            }
        }
        fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
        let error = open(folder.path()).expect_err("a longer file");
        assert_eq!(file_of(&error), name, "{error:?}");
        fs::write(&path, whole).unwrap();
    }
    open(folder.path()).expect("all was undone");
}

#[test]
fn every_missing_file_is_named() {
    for name in FILES {
        let folder = Tiny::new().write();
        fs::remove_file(folder.path().join(name)).unwrap();
        let error = open(folder.path()).expect_err(name);
        assert!(
            matches!(&error, PackError::MissingFile { file } if file == name),
            "{error:?}"
        );
        // A folder in the file's place is no file either.
        fs::create_dir(folder.path().join(name)).unwrap();
        let error = open(folder.path()).expect_err(name);
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn what_is_no_pack_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        open(folder.path()),
        Err(PackError::NotAPack { .. })
    ));
    let file = folder.path().join("picture.jpg");
    for content in [&b""[..], b"short", &[7; 4096]] {
        fs::write(&file, content).unwrap();
        assert!(
            matches!(open(&file), Err(PackError::NotAPack { .. })),
            "{}",
            content.len()
        );
    }
    let missing = folder.path().join("nothing");
    assert!(matches!(open(&missing), Err(PackError::MissingFile { .. })));
}

/// The error of a pack whose manifest was changed, hashes made good.
fn changed(change: impl FnOnce(&mut Value)) -> PackError {
    let mut tiny = Tiny::new();
    change(&mut tiny.manifest);
    open(tiny.write().path()).expect_err("a changed manifest")
}

/// A made-up pack with `student.onnx` of another size, as its manifest says.
fn with_graph_size(size: u64) -> tempfile::TempDir {
    let folder = Tiny::new().write();
    let bytes = fs::read(folder.path().join("pack.json")).unwrap();
    let mut manifest: Value = serde_json::from_slice(&bytes).unwrap();
    manifest["files"]["student.onnx"]["size"] = size.into();
    support::write_manifest(folder.path(), &manifest);
    folder
}

#[test]
fn what_is_no_regular_file_is_refused_whatever_size_the_manifest_says() {
    let refused = |folder: &Path, name: &str| {
        let path = folder.join(name);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let error = open(folder).unwrap_err();
        let typed = matches!(&error, PackError::Unreadable { file, .. } if file == name);
        assert!(typed, "{error:?}");
    };
    for size in [u64::MAX, u64::MAX - 1, i64::MAX as u64, 4096, 0] {
        refused(with_graph_size(size).path(), "student.onnx");
    }
    for name in FILES {
        refused(Tiny::new().write().path(), name);
    }
}

#[test]
fn a_size_beyond_all_memory_is_only_a_wrong_size() {
    let error = open(with_graph_size(u64::MAX).path()).unwrap_err();
    let typed = matches!(&error, PackError::SizeMismatch { file, expected: u64::MAX, .. }
        if file == "student.onnx");
    assert!(typed, "{error:?}");
}

#[test]
fn other_formats_and_codecs_are_refused_by_name() {
    for found in [0, 2, u64::MAX] {
        let error = changed(|manifest| manifest["format"] = json!(found));
        let PackError::UnsupportedFormat {
            file,
            found: said,
            supported: 1,
        } = &error
        else {
            panic!("{error:?}")
        };
        assert_eq!((file.as_str(), *said), ("pack.json", found));
    }
    // Another format may look different everywhere else.
    let error = changed(|manifest| *manifest = json!({"format": 2, "files": {}}));
    assert!(
        matches!(error, PackError::UnsupportedFormat { found: 2, .. }),
        "{error:?}"
    );
    let error = changed(|manifest| manifest["codec"] = json!("text"));
    assert!(matches!(&error, PackError::UnsupportedCodec { found } if found == "text"));
}

#[test]
fn manifests_that_are_wrong_are_refused() {
    let invalid: [fn(&mut Value); 9] = [
        |m| m["format"] = json!("1"),
        |m| drop(m.as_object_mut().unwrap().remove("codec")),
        |m| drop(m.as_object_mut().unwrap().remove("slots")),
        |m| m["graph"]["file"] = json!("other.onnx"),
        |m| m["graph"]["inputs"] = json!(["input_ids"]),
        |m| m["tokenizer"]["max_tokens"] = json!(1),
        |m| m["decode"]["value"] = json!("mode"),
        |m| m["files"]["../outside"] = json!({"size": 1, "sha256": "0".repeat(64)}),
        |m| m["files"]["a.bin"] = json!({"size": 1, "sha256": "A".repeat(64)}),
    ];
    for (index, change) in invalid.into_iter().enumerate() {
        let error = changed(change);
        assert!(
            matches!(error, PackError::InvalidManifest { .. }),
            "{index}: {error:?}"
        );
    }
    let folder = Tiny::new().write();
    fs::write(folder.path().join("pack.json"), b"{").unwrap();
    let sum = format!("{}  pack.json\n", support::sha256(b"{"));
    fs::write(folder.path().join("pack.sha256"), sum).unwrap();
    assert!(matches!(
        open(folder.path()),
        Err(PackError::InvalidManifest { .. })
    ));
}

#[test]
fn catalogs_that_edits_cannot_express_are_refused() {
    type Change = fn(&mut Value);
    let mismatches: [(&str, Change); 12] = [
        ("`tint` is missing", |m| {
            m["catalog"]["adjust"]
                .as_object_mut()
                .unwrap()
                .remove("tint");
        }),
        ("`glow` is unknown", |m| {
            m["catalog"]["adjust"]["glow"] = json!({"min": 0, "max": 1});
        }),
        ("`pink` is unknown", |m| {
            m["catalog"]["selectiveAdjust"]["colors"][0] = json!("pink")
        }),
        ("`red` occurs twice", |m| {
            m["catalog"]["selectiveAdjust"]["colors"][1] = json!("red")
        }),
        ("range of `tint`", |m| {
            m["catalog"]["adjust"]["tint"]["min"] = json!(5)
        }),
        ("range of `filter.intensity`", |m| {
            m["catalog"]["filter"]["intensity"]["max"] = json!(0)
        }),
        ("slot `adjust.tint` is missing", |m| {
            m["slots"][9]["name"] = json!("adjust.glow")
        }),
        ("slot `adjust.hue` occurs twice", |m| {
            let again = m["slots"][10].clone();
            m["slots"].as_array_mut().unwrap().push(again);
        }),
        ("31 slots instead of 30", |m| {
            let other = json!({"name": "adjust.glow", "classes": [0, 41]});
            m["slots"].as_array_mut().unwrap().push(other);
        }),
        ("no valid classes", |m| {
            m["slots"][1]["classes"] = json!([5, 5000])
        }),
        ("not a number", |m| {
            m["slots"][1]["classes"] = json!([30, 43])
        }),
        ("not in the catalog", |m| {
            m["classes"][44] = json!("film_Unknown")
        }),
    ];
    for (expected, change) in mismatches {
        match changed(change) {
            PackError::CatalogMismatch { reason } => {
                assert!(reason.contains(expected), "{expected}: {reason}");
            }
            other => panic!("{expected}: {other:?}"),
        }
    }
}

#[test]
fn goldens_that_are_none_name_their_line() {
    let mut tiny = Tiny::new();
    let folder = tiny.write();
    let bytes = b"{\"intent\":\"a\",\"edit\":{}}\n{\"intent\":3}\n";
    fs::write(folder.path().join("goldens.jsonl"), bytes).unwrap();
    tiny.manifest =
        serde_json::from_slice(&fs::read(folder.path().join("pack.json")).unwrap()).unwrap();
    tiny.manifest["files"]["goldens.jsonl"] =
        json!({"size": bytes.len(), "sha256": support::sha256(bytes)});
    support::write_manifest(folder.path(), &tiny.manifest);
    let error = open(folder.path()).unwrap().goldens().unwrap_err();
    assert!(
        matches!(error, Error::Pack(PackError::InvalidGolden { line: 2, .. })),
        "{error:?}"
    );
}

#[test]
fn archives_hold_the_same_pack() {
    let mut tiny = Tiny::new();
    tiny.set("adjust.used", &[("used", 1.0)]);
    tiny.set("adjust.tint", &[("40", 1.0)]);
    let folder = tiny.write();
    let archive = folder.path().join("tiny.colorist");
    let original = open(folder.path()).unwrap();
    original.write_archive(&archive).unwrap();
    let bytes = fs::read(&archive).unwrap();
    assert!(bytes.starts_with(b"COLORIST\x01\0\0\0"));
    let pack = open(&archive).unwrap();
    assert_eq!(pack.manifest(), original.manifest());
    for name in FILES.iter().filter(|name| **name != "pack.sha256") {
        let content = pack.file(name).unwrap();
        assert_eq!(
            content,
            fs::read(folder.path().join(name)).unwrap(),
            "{name}"
        );
        if *name != "pack.json" {
            let at = bytes
                .windows(content.len())
                .position(|window| window == content)
                .unwrap();
            assert_eq!(at % 64, 0, "{name} is aligned");
        }
    }
    // An archive of an archive is the same file; no partial file stays behind.
    let copy = folder.path().join("copy.colorist");
    pack.write_archive(&copy).unwrap();
    assert_eq!(fs::read(&copy).unwrap(), bytes);
    let partial = fs::read_dir(folder.path()).unwrap().any(|entry| {
        entry
            .unwrap()
            .file_name()
            .to_string_lossy()
            .contains("partial")
    });
    assert!(!partial);
    let engine = Colorist::open(&archive, Options::default()).unwrap();
    assert_eq!(engine.edit("warm").unwrap().adjust.unwrap().tint, 40);
}

#[test]
fn archives_that_cannot_be_written_say_so() {
    let folder = Tiny::new().write();
    let pack = open(folder.path()).unwrap();
    let error = pack
        .write_archive(folder.path().join("no/such/folder/a.colorist"))
        .unwrap_err();
    assert!(
        matches!(error, Error::Pack(PackError::Unwritable { .. })),
        "{error:?}"
    );
}

#[test]
fn every_flipped_byte_of_an_archive_is_found() {
    let folder = Tiny::new().write();
    let path = folder.path().join("tiny.colorist");
    open(folder.path()).unwrap().write_archive(&path).unwrap();
    let size = fs::metadata(&path).unwrap().len();
    let mut kinds = [0; 5];
    for at in 0..size {
        let mask = 1 << (at % 8);
        flip(&path, at, mask);
        let error = open(&path).expect_err("a flipped bit");
        let kind = match &error {
            PackError::NotAPack { .. } if at < 8 => 0,
            PackError::UnsupportedFormat { file, .. } if (8..12).contains(&at) => {
                assert_eq!(file, "tiny.colorist");
                1
            }
            PackError::HashMismatch { .. } if at >= 12 => 2,
            PackError::InvalidArchive { .. } if at >= 12 => 3,
            _ => panic!("{at}: {error:?}"),
        };
        kinds[kind] += 1;
        flip(&path, at, mask);
    }
    open(&path).expect("all flips were undone");
    assert_eq!((kinds[0], kinds[1]), (8, 4));
    assert!(kinds[2] > 1000 && kinds[3] > 0, "{kinds:?}");
}

#[test]
fn every_truncation_of_an_archive_is_found() {
    let folder = Tiny::new().write();
    let path = folder.path().join("tiny.colorist");
    open(folder.path()).unwrap().write_archive(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    let lengths = (0..whole.len()).filter(|length| *length < 100 || length % 61 == 0);
    for length in lengths.chain([whole.len() - 1]) {
        fs::write(&path, &whole[..length]).unwrap();
        match open(&path).expect_err("a cut archive") {
            PackError::NotAPack { .. } if length < 8 => {}
            PackError::InvalidArchive { .. } | PackError::SizeMismatch { .. } if length >= 8 => {}
            error => panic!("{length}: {error:?}"),
        }
    }
    fs::write(&path, [&whole[..], b"\0"].concat()).unwrap();
    assert!(
        matches!(open(&path), Err(PackError::InvalidArchive { .. })),
        "something behind it"
    );
}

#[test]
fn the_shipped_pack_is_whole_and_random_damage_is_found() {
    // A copy, because the damage is done to it; the seed is fixed, the places are random.
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(support::pack_path()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    let pack = open(folder.path()).unwrap();
    assert!(!pack.goldens().unwrap().is_empty());
    drop(pack);
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[42; 32]);
    use proptest::prelude::Rng;
    for round in 0..60 {
        let name = FILES[round % FILES.len()];
        let path = folder.path().join(name);
        let at = random.next_u64() % fs::metadata(&path).unwrap().len();
        let mask = 1 << (random.next_u32() % 8);
        flip(&path, at, mask);
        let error = open(folder.path()).expect_err("damage");
        let accused = file_of(&error);
        let right = accused == name || (name == "pack.sha256" && accused == "pack.json");
        assert!(right, "{name} {at}: {error:?}");
        flip(&path, at, mask);
    }
    open(folder.path()).expect("all damage was undone");
}

#[test]
fn graphs_and_tokenizers_that_do_not_fit_are_refused() {
    let refused = |tiny: &Tiny| match Colorist::open(tiny.write().path(), Options::default()) {
        Err(Error::Pack(error)) => error,
        other => panic!("{other:?}"),
    };
    let mut tiny = Tiny::new();
    tiny.graph.inputs = ["input_ids", "other"];
    let error = refused(&tiny);
    assert!(matches!(&error, PackError::InvalidGraph { reason, .. } if reason.contains("inputs")));
    let mut tiny = Tiny::new();
    tiny.graph.output = "other";
    let error = refused(&tiny);
    assert!(matches!(&error, PackError::InvalidGraph { reason, .. } if reason.contains("outputs")));
    let mut tiny = Tiny::new();
    tiny.manifest["classes"]
        .as_array_mut()
        .unwrap()
        .push(json!("one_more"));
    let error = refused(&tiny);
    assert!(matches!(&error, PackError::InvalidGraph { reason, .. } if reason.contains("shape")));
    // A graph file that is none, vouched for by the manifest.
    let mut tiny = Tiny::new();
    tiny.manifest["graph"]["file"] = json!("goldens.jsonl");
    let error = refused(&tiny);
    assert!(matches!(&error, PackError::InvalidGraph { file, .. } if file == "goldens.jsonl"));
    let mut tiny = Tiny::new();
    tiny.manifest["tokenizer"]["file"] = json!("goldens.jsonl");
    let error = refused(&tiny);
    assert!(matches!(&error, PackError::InvalidTokenizer { file, .. } if file == "goldens.jsonl"));
}

#[test]
fn goldens_of_the_made_up_pack_are_edits() {
    let folder = Tiny::new().write();
    let golden = open(folder.path())
        .unwrap()
        .goldens()
        .unwrap()
        .swap_remove(0);
    assert_eq!(
        Edit::from_json(&golden.edit.to_json()).unwrap(),
        golden.edit
    );
}

//! What a manifest says, and what is refused because of it.

use super::*;

#[test]
fn a_pack_tells_what_it_is() {
    let folder = Tiny::new().write();
    let pack = open(folder.path()).unwrap();
    let manifest = pack.manifest();
    assert_eq!(
        (manifest.name.as_str(), manifest.codec.name()),
        ("tiny", "slots")
    );
    assert_eq!(manifest.tokenizer.max_tokens, 8);
    let Codec::Slots(slots) = &manifest.codec else {
        panic!("another codec");
    };
    assert_eq!(slots.slots.len(), 30);
    assert_eq!(manifest.catalog.filters().len(), 2);
    let names: Vec<&str> = manifest
        .files
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["student.onnx", "tokenizer.json", "goldens.jsonl"]);
    let goldens = pack.goldens().unwrap();
    assert_eq!(goldens.len(), 1);
    assert_eq!(goldens[0].intent, "warm");
    let edit = Edit::from_calls(&goldens[0].calls);
    assert_eq!(edit.adjust.unwrap().temperature, 30);
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
fn a_size_beyond_all_memory_is_only_a_wrong_size() {
    let error = open(with_graph_size(u64::MAX).path()).unwrap_err();
    let typed = matches!(&error, PackError::SizeMismatch { file, expected: u64::MAX, .. }
        if file == "student.onnx");
    assert!(typed, "{error:?}");
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
    let error = changed(|manifest| manifest["codec"] = json!("voice"));
    assert!(matches!(&error, PackError::UnsupportedCodec { found } if found == "voice"));
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

/// A made-up pack that says of its one graph that neural processors run it too.
fn with_npu(change: impl FnOnce(&mut Value)) -> Result<Pack, PackError> {
    let mut tiny = Tiny::new();
    tiny.manifest["npu"] = json!({
        "file": "student.onnx", "inputs": ["input_ids", "attention_mask"], "outputs": ["logits"],
        "tokens": 8, "providers": ["qnn"],
        "quantization": {"kind": "static-qdq", "activations": "uint16", "weights": "int8"},
        "tolerance": {"differing": 0.05, "greatest": 10},
    });
    change(&mut tiny.manifest["npu"]);
    open(tiny.write().path())
}

#[test]
fn a_pack_may_have_a_graph_for_neural_processors() {
    let pack = with_npu(|_| {}).unwrap();
    let npu = pack.manifest().codec.npu().unwrap();
    assert_eq!((npu.file.as_str(), npu.tokens), ("student.onnx", 8));
    assert_eq!(npu.providers, ["qnn"]);
    assert_eq!(npu.quantization.kind, "static-qdq");
    assert_eq!(npu.quantization.details["activations"], "uint16");
    assert_eq!(
        (npu.tolerance.differing, npu.tolerance.greatest),
        (0.05, 10)
    );
    let without = open(Tiny::new().write().path()).unwrap();
    assert_eq!(without.manifest().codec.npu(), None);
}

#[test]
fn graphs_for_neural_processors_that_are_wrong_are_refused() {
    let invalid: [fn(&mut Value); 7] = [
        |npu| npu["file"] = json!("other.onnx"),
        |npu| npu["inputs"] = json!(["input_ids"]),
        |npu| npu["outputs"] = json!([]),
        |npu| npu["tokens"] = json!(7),
        |npu| npu["providers"] = json!([]),
        |npu| npu["tolerance"]["differing"] = json!(1.1),
        |npu| npu["tolerance"]["greatest"] = json!(-1),
    ];
    for (index, change) in invalid.into_iter().enumerate() {
        let error = with_npu(change).expect_err("a changed manifest");
        let typed = matches!(error, PackError::InvalidManifest { .. });
        assert!(typed, "{index}: {error:?}");
    }
}

#[test]
fn catalogs_that_do_not_fit_the_slots_are_refused() {
    type Change = fn(&mut Value);
    let mismatches: [(&str, Change); 12] = [
        ("slot `adjust.tint` is of no tool", |m| {
            m["catalog"]["adjust"]
                .as_object_mut()
                .unwrap()
                .remove("tint");
        }),
        ("slot `adjust.glow` is missing", |m| {
            m["catalog"]["adjust"]["glow"] = json!({"min": 0, "max": 1});
        }),
        ("slot `selectiveAdjust.pink.saturation` is missing", |m| {
            m["catalog"]["selectiveAdjust"]["colors"][0] = json!("pink")
        }),
        ("`red` occurs twice", |m| {
            m["catalog"]["selectiveAdjust"]["colors"][1] = json!("red")
        }),
        ("range of `adjust.tint`", |m| {
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
        ("slot `adjust.glow` is of no tool", |m| {
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
    let pack = open(folder.path()).unwrap();
    let golden = pack.goldens().unwrap().swap_remove(0);
    let catalog = &pack.manifest().catalog;
    let json = catalog.calls_to_json(&golden.calls);
    assert_eq!(catalog.calls_from_json(&json).unwrap(), golden.calls);
}

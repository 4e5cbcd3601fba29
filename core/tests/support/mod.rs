//! What the tests share: where the real pack is, and packs made up on the spot.
//!
//! A made-up pack is a few kilobytes, its graph answers with logits that the test chose, and its
//! manifest can be changed at will, so that every rule can be tested by itself.

#![allow(dead_code, unreachable_pub)] // Each test binary uses a part.

pub mod any;
pub mod onnx;

use std::{
    fs,
    path::{Path, PathBuf},
};

use colorist_core::{Adjust, Catalog, Colorist, Options, SelectiveAdjust};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// The pack that the repository ships; `COLORIST_PACK` names another one.
pub fn pack_path() -> PathBuf {
    match std::env::var_os("COLORIST_PACK") {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/packs/colorist-small"),
    }
}

/// The repository's pack, opened.
pub fn engine() -> Colorist {
    Colorist::open(pack_path(), Options::default()).expect("the pack of the repository opens")
}

/// The repository's pack with another manifest, in a folder of its own. The big files are linked.
pub fn variant(change: impl FnOnce(&mut Value)) -> TempDir {
    variant_of(&pack_path(), change)
}

/// A pack with another manifest, in a folder of its own. The files are linked.
pub fn variant_of(pack: &Path, change: impl FnOnce(&mut Value)) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = fs::canonicalize(pack).unwrap();
    let mut manifest: Value =
        serde_json::from_slice(&fs::read(source.join("pack.json")).unwrap()).unwrap();
    for name in manifest["files"].as_object().unwrap().keys() {
        let target = folder.path().join(name);
        if fs::hard_link(source.join(name), &target).is_err() {
            fs::copy(source.join(name), &target).unwrap();
        }
    }
    change(&mut manifest);
    write_manifest(folder.path(), &manifest);
    folder
}

/// Writes `pack.json` and the `pack.sha256` that vouches for it.
pub fn write_manifest(folder: &Path, manifest: &Value) {
    let bytes = serde_json::to_vec(manifest).unwrap();
    fs::write(
        folder.join("pack.sha256"),
        format!("{}  pack.json\n", sha256(&bytes)),
    )
    .unwrap();
    fs::write(folder.join("pack.json"), bytes).unwrap();
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Classes of the made-up pack: -100, -95 .. 100, unused, used, none, two filters.
pub const VALUES: usize = 41;
pub const CLASSES: usize = VALUES + 5;
pub const FILTERS: [&str; 2] = ["film_Amber", "mono_Noir"];

/// A class that as good as never wins.
pub const NEVER: f32 = -1e4;

/// The slots' names in the made-up pack's order.
pub fn slot_names() -> Vec<String> {
    let mut names = vec!["adjust.used".to_owned()];
    names.extend(Adjust::names().map(|name| format!("adjust.{name}")));
    names.push("selectiveAdjust.used".to_owned());
    for color in SelectiveAdjust::names() {
        names.push(format!("selectiveAdjust.{color}.saturation"));
        names.push(format!("selectiveAdjust.{color}.luminance"));
    }
    names.extend(["filter.name".to_owned(), "filter.intensity".to_owned()]);
    names
}

/// The half-open range of classes that a slot chooses from.
fn classes_of(slot: &str) -> (usize, usize) {
    match slot {
        "filter.name" => (VALUES + 2, CLASSES),
        "filter.intensity" | "adjust.bloom" | "adjust.sharpen" => (20, VALUES),
        name if name.ends_with(".used") => (VALUES, VALUES + 2),
        _ => (0, VALUES),
    }
}

/// Logits chosen by the test, and the pack that answers with them.
#[derive(Clone)]
pub struct Tiny {
    pub logits: Vec<f32>,
    pub graph: onnx::Graph,
    pub manifest: Value,
    pub max_tokens: usize,
    /// Further files of the pack.
    pub files: Vec<(&'static str, Vec<u8>)>,
}

impl Tiny {
    /// A pack whose answer is "no tool": all values 0, nothing used.
    pub fn new() -> Self {
        let mut tiny = Self {
            logits: vec![0.0; slot_names().len() * CLASSES],
            graph: onnx::Graph::default(),
            manifest: Value::Null,
            max_tokens: 8,
            files: Vec::new(),
        };
        for slot in slot_names() {
            match slot.as_str() {
                "filter.name" => tiny.set(&slot, &[("none", 1.0)]),
                name if name.ends_with(".used") => tiny.set(&slot, &[("unused", 1.0)]),
                _ => tiny.set(&slot, &[("0", 1.0)]),
            }
        }
        tiny.manifest = tiny.make_manifest();
        tiny
    }

    /// Gives a slot this distribution; a class is named as the manifest names it.
    pub fn set(&mut self, slot: &str, distribution: &[(&str, f32)]) {
        let row = slot_names()
            .iter()
            .position(|name| name == slot)
            .expect("a slot");
        let (start, end) = classes_of(slot);
        for class in start..end {
            let p = distribution
                .iter()
                .find(|(name, _)| *name == class_name(class));
            let logit = p.map_or(NEVER, |(_, p)| p.ln().max(NEVER));
            self.logits[row * CLASSES + class] = logit;
        }
    }

    fn make_manifest(&self) -> Value {
        let range = json!({"min": -100, "max": 100});
        let half = json!({"min": 0, "max": 100});
        let slider = |name: &str| {
            let range = if matches!(name, "bloom" | "sharpen") {
                &half
            } else {
                &range
            };
            json!({"min": range["min"], "max": range["max"], "meaning": ""})
        };
        let adjust: serde_json::Map<_, _> = Adjust::names()
            .map(|name| (name.to_owned(), slider(name)))
            .into_iter()
            .collect();
        let slots: Vec<Value> = slot_names()
            .iter()
            .map(|name| json!({"name": name, "classes": classes_of(name)}))
            .collect();
        let classes: Vec<Value> = (0..CLASSES)
            .map(|class| match class_name(class).parse::<i32>() {
                Ok(value) => json!(value),
                Err(_) => json!(class_name(class)),
            })
            .collect();
        json!({
            "format": 1, "name": "tiny", "version": "0.0.1", "codec": "slots",
            "architecture": {"family": "none", "d_model": 1, "d_ff": 1, "d_kv": 1, "num_heads": 1,
                "encoder_layers": 0, "decoder_layers": 0, "vocab_size": 8, "parameters": 0},
            "quantization": {"kind": "none"},
            "tokenizer": {"kind": "words", "file": "tokenizer.json",
                "max_tokens": self.max_tokens, "pad_id": 0},
            "graph": {"file": "student.onnx", "inputs": ["input_ids", "attention_mask"],
                "outputs": ["logits"]},
            "classes": classes, "slots": slots,
            "decode": {"value": "mean", "deadzone": 2.0,
                "thresholds": {"adjust": 0.5, "selectiveAdjust": 0.5, "filter": 0.5}},
            "catalog": {
                "adjust": adjust,
                "selectiveAdjust": {"colors": SelectiveAdjust::names(),
                    "saturation": range, "luminance": range},
                "filter": {"intensity": half,
                    "names": {FILTERS[0]: "warm", FILTERS[1]: "black and white"}},
            },
            "licence": "none", "training": {}, "metrics": {}, "files": {},
        })
    }

    /// Writes the pack into a new folder.
    pub fn write(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            (
                "student.onnx",
                self.graph.encode(&self.logits, slot_names().len(), CLASSES),
            ),
            ("tokenizer.json", tokenizer().to_string().into_bytes()),
            (
                "goldens.jsonl",
                b"{\"intent\":\"warm\",\"edit\":{\"adjust\":{\"temperature\":30}}}\n\n".to_vec(),
            ),
        ];
        let mut manifest = self.manifest.clone();
        for (name, bytes) in files.into_iter().chain(self.files.clone()) {
            manifest["files"][name] = json!({"size": bytes.len(), "sha256": sha256(&bytes)});
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        write_manifest(folder.path(), &manifest);
        folder
    }

    /// Writes and opens the pack. The files may go once it is loaded; the folder is returned for
    /// the tests that load again.
    pub fn open(&self) -> (Colorist, TempDir) {
        let folder = self.write();
        let engine = Colorist::open(folder.path(), Options::default()).unwrap();
        (engine, folder)
    }
}

fn class_name(class: usize) -> String {
    match class.checked_sub(VALUES) {
        None => (class as i32 * 5 - 100).to_string(),
        Some(0) => "unused".to_owned(),
        Some(1) => "used".to_owned(),
        Some(2) => "none".to_owned(),
        Some(n) => FILTERS[n - 3].to_owned(),
    }
}

/// A tokenizer with one token a word, and `</s>` at the end.
pub fn tokenizer() -> Value {
    let special = |id: u32, content: &str| {
        json!({"id": id, "content": content, "single_word": false, "lstrip": false,
            "rstrip": false, "normalized": false, "special": true})
    };
    json!({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [special(0, "[PAD]"), special(1, "[UNK]"), special(2, "</s>")],
        "normalizer": null, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {"type": "TemplateProcessing",
            "single": [{"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}},
        "decoder": null,
        "model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {
            "[PAD]": 0, "[UNK]": 1, "</s>": 2, "warm": 3, "cold": 4, "a": 5, "golden": 6}},
    })
}

/// The catalog of the made-up pack.
pub fn catalog() -> Catalog {
    Catalog::from_json(&Tiny::new().manifest["catalog"]).unwrap()
}

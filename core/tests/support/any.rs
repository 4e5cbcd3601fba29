//! Made-up slots packs with the tools of any catalog.

use std::fs;

use colorist_core::{
    Catalog, Colorist, Options, Result,
    catalog::{Tool, ToolKind},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{NEVER, VALUES, onnx, sha256, tokenizer, write_manifest};

/// A pack of a catalog, and the logits with which it answers.
pub struct AnyPack {
    pub manifest: Value,
    /// The names of the slots, with the classes of each.
    slots: Vec<(String, (usize, usize))>,
    classes: Vec<Value>,
    logits: Vec<f32>,
}

impl AnyPack {
    /// A pack whose answer is "no tool". The catalog need not be one that can be used.
    pub fn new(catalog: &Value) -> Self {
        let tools = Catalog::from_json(catalog).unwrap().tools;
        let mut classes: Vec<Value> = (0..VALUES as i32).map(|i| json!(i * 5 - 100)).collect();
        classes.extend([json!("unused"), json!("used")]);
        let mut slots = Vec::new();
        for tool in &tools {
            let name = &tool.name;
            if let ToolKind::Choice { .. } = tool.kind {
                let first = classes.len();
                classes.push(json!("none"));
                classes.extend(tool.choices().iter().map(|choice| json!(choice.name)));
                slots.push((format!("{name}.name"), (first, classes.len())));
            } else {
                slots.push((format!("{name}.used"), (VALUES, VALUES + 2)));
            }
            let values = tool.value_names().into_iter();
            slots.extend(values.map(|value| (format!("{name}.{value}"), (0, VALUES))));
        }
        let mut pack = Self {
            manifest: manifest(catalog, &tools, &slots, &classes),
            logits: vec![0.0; slots.len() * classes.len()],
            slots,
            classes,
        };
        for (slot, (first, _)) in pack.slots.clone() {
            let class = match slot.rsplit_once('.') {
                Some((_, "used" | "name")) => pack.classes[first].clone(),
                _ => json!(0),
            };
            pack.set(&slot, &[(class, 1.0)]);
        }
        pack
    }

    /// Gives a slot this distribution.
    pub fn set(&mut self, slot: &str, distribution: &[(Value, f32)]) {
        let row = self.slots.iter().position(|(name, _)| name == slot);
        let row = row.expect("a slot");
        for class in self.slots[row].1.0..self.slots[row].1.1 {
            let named = |(name, _): &&(Value, f32)| *name == self.classes[class];
            let p = distribution.iter().find(named);
            self.logits[row * self.classes.len() + class] =
                p.map_or(NEVER, |(_, p)| p.ln().max(NEVER));
        }
    }

    /// Writes the pack and opens it.
    pub fn open(&self) -> Result<(Colorist, TempDir)> {
        let folder = tempfile::tempdir().unwrap();
        let graph = onnx::Graph::default();
        let files = [
            (
                "student.onnx",
                graph.encode(&self.logits, self.slots.len(), self.classes.len()),
            ),
            ("tokenizer.json", tokenizer().to_string().into_bytes()),
        ];
        let mut manifest = self.manifest.clone();
        for (name, bytes) in files {
            manifest["files"][name] = json!({"size": bytes.len(), "sha256": sha256(&bytes)});
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        write_manifest(folder.path(), &manifest);
        let engine = Colorist::open(folder.path(), Options::default())?;
        Ok((engine, folder))
    }
}

fn manifest(
    catalog: &Value,
    tools: &[Tool],
    slots: &[(String, (usize, usize))],
    classes: &[Value],
) -> Value {
    let slots: Vec<Value> = slots
        .iter()
        .map(|(name, classes)| json!({"name": name, "classes": classes}))
        .collect();
    let thresholds = tools.iter().map(|tool| (tool.name.clone(), json!(0.5)));
    let thresholds = Value::Object(thresholds.collect());
    json!({
        "format": 1, "name": "any", "version": "0.0.1", "codec": "slots",
        "architecture": {"family": "none", "d_model": 1, "d_ff": 1, "d_kv": 1, "num_heads": 1,
            "encoder_layers": 0, "decoder_layers": 0, "vocab_size": 8, "parameters": 0},
        "quantization": {"kind": "none"},
        "tokenizer": {"kind": "words", "file": "tokenizer.json", "max_tokens": 8, "pad_id": 0},
        "graph": {"file": "student.onnx", "inputs": ["input_ids", "attention_mask"],
            "outputs": ["logits"]},
        "classes": classes, "slots": slots,
        "decode": {"value": "mean", "deadzone": 2.0, "thresholds": thresholds},
        "catalog": catalog,
        "licence": "none", "training": {}, "metrics": {}, "files": {},
    })
}

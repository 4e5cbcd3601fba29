//! `pack.json`: its types and how it is read.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{FORMAT, MANIFEST, verify};
use crate::{catalog::Catalog, error::PackError, student};

/// The longest manifest that is read, bytes.
pub(super) const MAX_MANIFEST: u64 = 16 << 20;

/// The codec that this version decodes.
const CODEC: &str = "slots";

/// What a pack says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The pack format's version.
    pub format: u64,
    /// The pack's name, such as `colorist-small`.
    pub name: String,
    /// The pack's own version.
    pub version: String,
    /// How the student writes an edit: `slots`.
    pub codec: String,
    /// The student's shape.
    pub architecture: Architecture,
    /// How the weights are stored.
    pub quantization: Quantization,
    /// The tokenizer.
    pub tokenizer: TokenizerInfo,
    /// The ONNX graph.
    pub graph: Graph,
    /// The classes that slots choose from.
    pub classes: Vec<Class>,
    /// The slots, in the order of the graph's output.
    pub slots: Vec<Slot>,
    /// How logits become values.
    pub decode: Decode,
    /// The tools with their ranges.
    pub catalog: Catalog,
    /// Under what terms the pack may be used.
    pub license: String,
    /// On what it was trained; free form.
    pub training: Value,
    /// What was measured; free form.
    pub metrics: Value,
    /// The other files of the pack, in the archive's order.
    pub files: Vec<(String, FileInfo)>,
}

/// The shape of a student, a T5 v1.1.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Architecture {
    /// The family, such as `t5-v1.1`.
    pub family: String,
    /// The width.
    pub d_model: u64,
    /// The width of the feed-forward layers.
    pub d_ff: u64,
    /// The width of one attention head.
    pub d_kv: u64,
    /// The attention heads of each layer.
    pub num_heads: u64,
    /// The encoder's layers.
    pub encoder_layers: u64,
    /// The decoder's layers.
    pub decoder_layers: u64,
    /// The tokenizer's pieces.
    pub vocab_size: u64,
    /// The trained numbers.
    pub parameters: u64,
}

/// How the weights are stored.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Quantization {
    /// The kind, such as `dynamic-int8`.
    pub kind: String,
    /// Anything else the pack's maker noted.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

/// The tokenizer of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TokenizerInfo {
    /// The kind, such as `wordpiece` or `unigram-metaspace`.
    pub kind: String,
    /// The file, in Hugging Face's format.
    pub file: String,
    /// The most tokens that the student reads, special tokens included.
    pub max_tokens: usize,
    /// The id that fills a sequence up.
    pub pad_id: i64,
}

/// The ONNX graph of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Graph {
    /// The file.
    pub file: String,
    /// The names of the token ids and of the attention mask, int64 `[1, sequence]`.
    pub inputs: Vec<String>,
    /// The name of the logits, float32 `[1, slots, classes]`.
    pub outputs: Vec<String>,
}

/// One class that a slot can choose.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Class {
    /// A slider value.
    Value(i32),
    /// A name: `unused`, `used`, `none` or a filter.
    Name(String),
}

/// One slot of the student's answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Slot {
    /// What it stands for, such as `adjust.exposure`.
    pub name: String,
    /// The half-open range of [`Manifest::classes`] it chooses from.
    pub classes: (usize, usize),
}

/// How logits become values.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Decode {
    /// Which number of a slot's distribution is taken.
    pub value: ValueRule,
    /// Values nearer to 0 than this become 0.
    pub deadzone: f32,
    /// From which probability on a tool counts as used.
    pub thresholds: Thresholds,
}

/// Which number of a slot's distribution is taken as its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ValueRule {
    /// The expectation.
    Mean,
}

/// From which probability on each tool counts as used, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thresholds {
    /// For the adjust tool.
    pub adjust: f32,
    /// For the selective adjust tool.
    pub selective_adjust: f32,
    /// For the filter.
    pub filter: f32,
}

/// What vouches for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileInfo {
    /// Its length, bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sum: [u8; 32],
}

#[derive(Deserialize)]
struct Raw {
    format: u64,
    name: String,
    version: String,
    codec: String,
    architecture: Architecture,
    quantization: Quantization,
    tokenizer: TokenizerInfo,
    graph: Graph,
    classes: Vec<Class>,
    slots: Vec<Slot>,
    decode: Decode,
    catalog: Value,
    licence: String,
    #[serde(default)]
    training: Value,
    #[serde(default)]
    metrics: Value,
    files: Map<String, Value>,
}

#[derive(Deserialize)]
struct RawFile {
    size: u64,
    sha256: String,
}

impl Manifest {
    /// Reads the manifest, format and codec first: another format may look different elsewhere.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, PackError> {
        let value: Value = serde_json::from_slice(bytes).map_err(|e| invalid(e.to_string()))?;
        let found = value.get("format").and_then(Value::as_u64);
        let found = found.ok_or_else(|| invalid("`format` is not a whole number"))?;
        if found != FORMAT {
            let file = MANIFEST.to_owned();
            return Err(PackError::UnsupportedFormat {
                file,
                found,
                supported: FORMAT,
            });
        }
        match value.get("codec").and_then(Value::as_str) {
            Some(CODEC) => {}
            Some(other) => {
                return Err(PackError::UnsupportedCodec {
                    found: other.to_owned(),
                });
            }
            None => return Err(invalid("`codec` is missing")),
        }
        let raw = Raw::deserialize(value).map_err(|error| invalid(error.to_string()))?;
        let catalog = Catalog::from_json(&raw.catalog)
            .map_err(|reason| invalid(format!("catalog: {reason}")))?;
        let files = raw.files.iter().map(|(name, value)| file(name, value));
        let files = files.collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            format: raw.format,
            name: raw.name,
            version: raw.version,
            codec: raw.codec,
            architecture: raw.architecture,
            quantization: raw.quantization,
            tokenizer: raw.tokenizer,
            graph: raw.graph,
            classes: raw.classes,
            slots: raw.slots,
            decode: raw.decode,
            catalog,
            license: raw.licence,
            training: raw.training,
            metrics: raw.metrics,
            files,
        })
    }

    /// Whether this version can use the pack: files, catalog, slots.
    pub(super) fn check(&self) -> Result<(), PackError> {
        for needed in [&self.graph.file, &self.tokenizer.file] {
            if !self.files.iter().any(|(name, _)| name == needed) {
                return Err(invalid(format!("`files` lacks {needed}")));
            }
        }
        if self.graph.inputs.len() != 2 || self.graph.outputs.len() != 1 {
            return Err(invalid("`graph` does not name two inputs and one output"));
        }
        if self.tokenizer.max_tokens < 2 {
            return Err(invalid("`tokenizer.max_tokens` is less than 2"));
        }
        self.catalog
            .check()
            .map_err(|reason| PackError::CatalogMismatch { reason })?;
        student::slots::Plan::new(self).map(drop)
    }
}

fn file(name: &str, value: &Value) -> Result<(String, FileInfo), PackError> {
    // A name is joined to the pack's folder, so it must not lead out of it.
    let plain = !name.is_empty()
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    if !plain || name == MANIFEST {
        return Err(invalid("`files` has a name that is not a plain file name"));
    }
    let raw = RawFile::deserialize(value).map_err(|e| invalid(format!("files.{name}: {e}")))?;
    let sum = verify::parse_hex(raw.sha256.as_bytes())
        .ok_or_else(|| invalid(format!("files.{name}: `sha256` is not 64 lowercase digits")))?;
    Ok((
        name.to_owned(),
        FileInfo {
            size: raw.size,
            sum,
        },
    ))
}

fn invalid(reason: impl Into<String>) -> PackError {
    PackError::InvalidManifest {
        reason: reason.into(),
    }
}

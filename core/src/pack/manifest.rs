//! `pack.json`: its types and how it is read.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{FORMAT, MANIFEST, student::Codec, verify};
use crate::{catalog::Catalog, error::PackError, student};

/// The longest manifest that is read, bytes.
pub(super) const MAX_MANIFEST: u64 = 16 << 20;

/// What a pack says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The pack format's version.
    pub format: u64,
    /// The pack's name, such as `colorist-small`.
    pub name: String,
    /// The pack's own version.
    pub version: String,
    /// How the student writes an edit.
    pub codec: Codec,
    /// The student's shape.
    pub architecture: Architecture,
    /// How the weights are stored.
    pub quantization: Quantization,
    /// The tokenizer.
    pub tokenizer: TokenizerInfo,
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
    architecture: Architecture,
    quantization: Quantization,
    tokenizer: TokenizerInfo,
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
        let codec = value.get("codec").and_then(Value::as_str);
        let codec = codec.ok_or_else(|| invalid("`codec` is missing"))?;
        let codec = Codec::read(codec, &value)
            .ok_or_else(|| PackError::UnsupportedCodec {
                found: codec.to_owned(),
            })?
            .map_err(invalid)?;
        let raw = Raw::deserialize(value).map_err(|error| invalid(error.to_string()))?;
        let catalog = Catalog::from_json(&raw.catalog)
            .map_err(|reason| invalid(format!("catalog: {reason}")))?;
        let files = raw.files.iter().map(|(name, value)| file(name, value));
        let files = files.collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            format: raw.format,
            name: raw.name,
            version: raw.version,
            codec,
            architecture: raw.architecture,
            quantization: raw.quantization,
            tokenizer: raw.tokenizer,
            catalog,
            license: raw.licence,
            training: raw.training,
            metrics: raw.metrics,
            files,
        })
    }

    /// Whether this version can use the pack: files, catalog, slots.
    pub(super) fn check(&self) -> Result<(), PackError> {
        let mut needed = self.codec.files();
        needed.push(&self.tokenizer.file);
        needed.extend(self.codec.npu().map(|npu| npu.file.as_str()));
        for needed in needed {
            if !self.files.iter().any(|(name, _)| name == needed) {
                return Err(invalid(format!("`files` lacks {needed}")));
            }
        }
        self.codec.check().map_err(invalid)?;
        if self.tokenizer.max_tokens < 2 {
            return Err(invalid("`tokenizer.max_tokens` is less than 2"));
        }
        let fixed = self.codec.npu().map(|npu| npu.tokens);
        if fixed.is_some_and(|tokens| tokens < self.tokenizer.max_tokens) {
            return Err(invalid("`npu.tokens` is less than `tokenizer.max_tokens`"));
        }
        self.catalog
            .check()
            .map_err(|reason| PackError::CatalogMismatch { reason })?;
        match &self.codec {
            Codec::Slots(slots) => student::slots::Plan::new(slots, &self.catalog).map(drop),
            // The grammar needs the tokenizer, so it is compiled when the model is loaded.
            Codec::Text(_) => Ok(()),
        }
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

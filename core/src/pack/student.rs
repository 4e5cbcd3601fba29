//! The part of `pack.json` that depends on the codec.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Quantization;

/// How the student of a pack writes an edit, and the graphs with which it does.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Codec {
    /// All values at once, each at its own position of one decoder pass.
    Slots(Slots),
    /// As words, one after the other, under a grammar.
    Text(Text),
}

/// The slots codec: one graph, and what its logits stand for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Slots {
    /// The ONNX graph.
    pub graph: Graph,
    /// The same student as some accelerators want it; most packs have none.
    pub npu: Option<Box<StaticGraph>>,
    /// The classes that slots choose from.
    pub classes: Vec<Class>,
    /// The slots, in the order of the graph's output.
    pub slots: Vec<Slot>,
    /// How logits become values.
    pub decode: Decode,
}

/// The ONNX graph of a slots pack.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Graph {
    /// The file.
    pub file: String,
    /// The names of the token ids and of the attention mask, int64 `[1, sequence]`.
    pub inputs: Vec<String>,
    /// The name of the logits, float32 `[1, slots, classes]`.
    pub outputs: Vec<String>,
}

/// The student as an ONNX graph of fixed sizes with quantized activations, which neural processors
/// ask for. It gives about what [`Slots::graph`] gives; [`StaticGraph::tolerance`] says how nearly.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct StaticGraph {
    /// The file.
    pub file: String,
    /// The names of the token ids and of the attention mask, int32 `[1, tokens]`. Behind the text
    /// ids are the tokenizer's padding and the mask is 0.
    pub inputs: Vec<String>,
    /// The name of the logits, float32 `[1, slots, classes]`.
    pub outputs: Vec<String>,
    /// How many tokens it always reads, at least as many as the tokenizer's
    /// [`max_tokens`](super::TokenizerInfo::max_tokens).
    pub tokens: usize,
    /// The execution providers that run it, such as `qnn`; all others run [`Slots::graph`].
    pub providers: Vec<String>,
    /// How weights and activations are stored.
    pub quantization: Quantization,
    /// How far its answers may be from the goldens.
    pub tolerance: Tolerance,
}

/// How far the answers to the goldens may be from what the pack's maker got.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Tolerance {
    /// The greatest share of the goldens, 0 to 1, that may use other tools, choose another name or
    /// have a value farther away than `greatest`.
    pub differing: f32,
    /// The greatest distance of a value in all other goldens, in the value's own unit.
    pub greatest: u32,
}

/// One class that a slot can choose.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Class {
    /// A slider value.
    Value(i32),
    /// A name: `unused`, `used`, `none` or one that a tool chooses from.
    Name(String),
}

/// One slot of the student's answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Slot {
    /// What it stands for, such as `adjust.exposure`.
    pub name: String,
    /// The half-open range of [`Slots::classes`] it chooses from.
    pub classes: (usize, usize),
}

/// How logits become values.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Decode {
    /// Which number of a slot's distribution is taken.
    pub value: ValueRule,
    /// Values nearer to 0 than this become 0.
    pub deadzone: f32,
    /// From which probability on a tool counts as used, 0 to 1, by the tool's name.
    pub thresholds: BTreeMap<String, f32>,
}

/// Which number of a slot's distribution is taken as its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ValueRule {
    /// The expectation.
    Mean,
}

/// The text codec: the form of a line, and the graphs that write it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Text {
    /// Whether values of 0 are written too; see [`Form`](crate::grammar::Form).
    pub zeros: bool,
    /// Values are multiples of this, at least 1.
    pub step: i32,
    /// The token that the decoder reads first.
    pub decoder_start_id: u32,
    /// The token that ends a line.
    pub end_id: u32,
    /// The tokens that the decoder knows, ascending: its input and its logits are counted by the
    /// place in this list. `None`: by the token itself, and it knows them all.
    pub vocabulary: Option<Vec<u32>>,
    /// The graphs.
    pub graphs: Graphs,
}

/// The graphs of a text pack.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Graphs {
    /// This project's export: any number of tokens a pass, rows of different lengths, a cache that
    /// the engine keeps. ARCHITECTURE.md has inputs and outputs.
    Cached {
        /// Token ids to the keys and values that the decoder's cross-attention reads.
        encoder: String,
        /// One pass of the decoder.
        decoder: String,
    },
    /// A folder that Hugging Face Optimum exported: one token a pass, all rows of one length.
    Optimum {
        /// `encoder_model.onnx`.
        encoder: String,
        /// The decoder.
        #[serde(flatten)]
        decoder: OptimumDecoder,
    },
}

/// The two forms in which Optimum writes a decoder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum OptimumDecoder {
    /// One file with both branches.
    Merged {
        /// `decoder_model_merged.onnx`.
        merged: String,
    },
    /// A file for the first token and one for the others.
    Split {
        /// `decoder_model.onnx`.
        decoder: String,
        /// `decoder_with_past_model.onnx`.
        with_past: String,
    },
}

impl Codec {
    /// The name in `pack.json`: `slots` or `text`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Slots(_) => "slots",
            Self::Text(_) => "text",
        }
    }

    /// The files of the graphs that every processor runs: [`Codec::npu`]'s is not among them.
    #[must_use]
    pub fn files(&self) -> Vec<&str> {
        match self {
            Self::Slots(slots) => vec![&slots.graph.file],
            Self::Text(text) => match &text.graphs {
                Graphs::Cached { encoder, decoder } => vec![encoder, decoder],
                Graphs::Optimum { encoder, decoder } => match decoder {
                    OptimumDecoder::Merged { merged } => vec![encoder, merged],
                    OptimumDecoder::Split { decoder, with_past } => {
                        vec![encoder, decoder, with_past]
                    }
                },
            },
        }
    }

    /// The student as a graph of fixed sizes, where the pack has it.
    #[must_use]
    pub fn npu(&self) -> Option<&StaticGraph> {
        match self {
            Self::Slots(slots) => slots.npu.as_deref(),
            Self::Text(_) => None,
        }
    }

    /// Reads the part of the codec of this name; `None` when there is no such codec.
    pub(super) fn read(name: &str, manifest: &Value) -> Option<Result<Self, String>> {
        let said = |error: serde_json::Error| error.to_string();
        match name {
            "slots" => Some(Slots::deserialize(manifest).map(Self::Slots).map_err(said)),
            "text" => {
                let text = manifest.get("text").unwrap_or(&Value::Null);
                let read = Text::deserialize(text).map(Self::Text);
                Some(read.map_err(|error| format!("text: {error}")))
            }
            _ => None,
        }
    }

    /// Whether what it says is possible at all, without the tokenizer and the graphs.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        match self {
            Self::Slots(slots) => {
                if slots.graph.inputs.len() != 2 || slots.graph.outputs.len() != 1 {
                    return Err("`graph` does not name two inputs and one output");
                }
                let Decode {
                    deadzone,
                    thresholds,
                    ..
                } = &slots.decode;
                if !(deadzone.is_finite() && *deadzone >= 0.0) {
                    return Err("`decode.deadzone` is not a number from 0 on");
                }
                if !thresholds.values().all(|t| (0.0..=1.0).contains(t)) {
                    return Err("`decode.thresholds` has a number that is not 0 to 1");
                }
                if let Some(npu) = &slots.npu {
                    npu.check()?;
                }
            }
            Self::Text(text) => {
                if text.step < 1 {
                    return Err("`text.step` is less than 1");
                }
                if let Some(ids) = &text.vocabulary {
                    if !ids.is_sorted_by(|a, b| a < b) {
                        return Err("`text.vocabulary` is not ascending");
                    }
                    let known = |id| ids.binary_search(id).is_ok();
                    if !known(&text.decoder_start_id) || !known(&text.end_id) {
                        return Err("`text.vocabulary` lacks the start or the end");
                    }
                }
            }
        }
        Ok(())
    }
}

impl StaticGraph {
    fn check(&self) -> Result<(), &'static str> {
        if self.inputs.len() != 2 || self.outputs.len() != 1 {
            return Err("`npu` does not name two inputs and one output");
        }
        if self.providers.is_empty() {
            return Err("`npu.providers` is empty");
        }
        if !(0.0..=1.0).contains(&self.tolerance.differing) {
            return Err("`npu.tolerance.differing` is not a number from 0 to 1");
        }
        Ok(())
    }
}

//! What an engine answers and measures.

use std::time::Duration;

use colorist_core::{
    Confidence, LoadTimings, Prediction, Stats, Timings, ToolCall, ToolPrediction,
};

use crate::edit::FfiEdit;

/// An edit with how sure the student is and how long it took.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct FfiPrediction {
    /// What the tools shall do.
    pub edit: FfiEdit,
    /// How sure the student is of each tool.
    pub confidence: FfiConfidence,
    /// How long each phase took.
    pub timings: FfiTimings,
    /// Tokens that the student read, special tokens included.
    pub tokens: u32,
    /// Whether the text was longer than the student reads.
    pub truncated: bool,
}

/// Calls of a pack's tools with how sure the student is and how long it took.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct FfiToolPrediction {
    /// A call of each tool that is used, in the catalog's order.
    pub calls: Vec<FfiToolCall>,
    /// How sure the student is of each tool, used or not, in the catalog's order.
    pub confidence: Vec<FfiToolConfidence>,
    /// How long each phase took.
    pub timings: FfiTimings,
    /// Tokens that the student read, special tokens included.
    pub tokens: u32,
    /// Whether the text was longer than the student reads.
    pub truncated: bool,
}

/// A tool that is used, with all its values.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FfiToolCall {
    /// The tool's name.
    pub tool: String,
    /// The name chosen; absent for tools that choose nothing.
    pub choice: Option<String>,
    /// The values in the catalog's order, also those of 0.
    pub values: Vec<FfiToolValue>,
}

/// One value of a call.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FfiToolValue {
    /// The slider's name; in a grid `ROW.COLUMN`.
    pub name: String,
    /// The value, within the slider's range.
    pub value: i32,
}

/// How sure the student is of one tool.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct FfiToolConfidence {
    /// The tool's name.
    pub tool: String,
    /// How sure, 0 to 1.
    pub value: f32,
}

/// How sure the student is of each tool, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct FfiConfidence {
    /// Of the adjust tool.
    pub adjust: f32,
    /// Of the selective adjust tool.
    pub selective_adjust: f32,
    /// Of the filter.
    pub filter: f32,
}

/// How long each phase of a request took, microseconds, and what was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct FfiTimings {
    /// Waiting for the inference thread, and loading the model when it was unloaded.
    pub queue_us: u64,
    /// Text to token ids.
    pub tokenize_us: u64,
    /// ONNX Runtime's runs of the graphs.
    pub inference_us: u64,
    /// Reading the edit from the logits, or choosing the tokens to write.
    pub decode_us: u64,
    /// From the call, in Rust, to the answer.
    pub total_us: u64,
    /// Runs of the decoder: 1 with a slots student.
    pub passes: u32,
    /// Tokens of a text student that the grammar left no choice about; 0 with slots.
    pub forced_tokens: u32,
}

/// How long loading took, by phase, microseconds; phases run side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct FfiLoadTimings {
    /// Reading the files and checking sizes and hashes.
    pub verify_us: u64,
    /// Parsing the tokenizer.
    pub tokenizer_us: u64,
    /// Building the session.
    pub session_us: u64,
    /// From the call until the model could answer.
    pub total_us: u64,
}

/// Counts of an engine since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct FfiStats {
    /// Requests made.
    pub requests: u64,
    /// Requests answered with an edit.
    pub answered: u64,
    /// Requests that were cancelled.
    pub cancelled: u64,
    /// Requests whose deadline passed.
    pub expired: u64,
    /// Requests that ended with any other error.
    pub failed: u64,
    /// Runs of the graph that were started.
    pub runs: u64,
    /// Runs that were stopped before their end.
    pub stopped: u64,
    /// Requests that wait or run.
    pub waiting: u64,
}

impl From<Prediction> for FfiPrediction {
    fn from(prediction: Prediction) -> Self {
        Self {
            edit: prediction.edit.into(),
            confidence: prediction.confidence.into(),
            timings: prediction.timings.into(),
            tokens: count(prediction.tokens),
            truncated: prediction.truncated,
        }
    }
}

impl From<ToolPrediction> for FfiToolPrediction {
    fn from(prediction: ToolPrediction) -> Self {
        let confidence = prediction.confidence.into_iter();
        Self {
            calls: prediction.calls.into_iter().map(Into::into).collect(),
            confidence: confidence
                .map(|sure| FfiToolConfidence {
                    tool: sure.tool,
                    value: sure.value,
                })
                .collect(),
            timings: prediction.timings.into(),
            tokens: count(prediction.tokens),
            truncated: prediction.truncated,
        }
    }
}

impl From<ToolCall> for FfiToolCall {
    fn from(call: ToolCall) -> Self {
        let values = call.values.into_iter();
        Self {
            tool: call.tool,
            choice: call.choice,
            values: values
                .map(|value| FfiToolValue {
                    name: value.name,
                    value: value.value,
                })
                .collect(),
        }
    }
}

impl From<Confidence> for FfiConfidence {
    fn from(confidence: Confidence) -> Self {
        Self {
            adjust: confidence.adjust,
            selective_adjust: confidence.selective_adjust,
            filter: confidence.filter,
        }
    }
}

impl From<Timings> for FfiTimings {
    fn from(timings: Timings) -> Self {
        Self {
            queue_us: micros(timings.queue),
            tokenize_us: micros(timings.tokenize),
            inference_us: micros(timings.inference),
            decode_us: micros(timings.decode),
            total_us: micros(timings.total),
            passes: count(timings.passes),
            forced_tokens: count(timings.forced_tokens),
        }
    }
}

impl From<LoadTimings> for FfiLoadTimings {
    fn from(timings: LoadTimings) -> Self {
        Self {
            verify_us: micros(timings.verify),
            tokenizer_us: micros(timings.tokenizer),
            session_us: micros(timings.session),
            total_us: micros(timings.total),
        }
    }
}

impl From<Stats> for FfiStats {
    fn from(stats: Stats) -> Self {
        Self {
            requests: stats.requests,
            answered: stats.answered,
            cancelled: stats.cancelled,
            expired: stats.expired,
            failed: stats.failed,
            runs: stats.runs,
            stopped: stats.stopped,
            waiting: stats.waiting(),
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

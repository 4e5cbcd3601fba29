//! What the engine answers.

use std::{fmt, ops::Deref, sync::Arc, time::Duration};

use serde_json::{Map, Value, json};

use crate::{
    calls::{Editor, Said, ToolCall},
    edit::Edit,
    pack::Manifest,
};

/// An edit with how sure the student is and how long it took. Dereferences to the [`Edit`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Prediction {
    /// What the tools shall do.
    pub edit: Edit,
    /// How sure the student is of each tool.
    pub confidence: Confidence,
    /// How long each phase took.
    pub timings: Timings,
    /// Tokens that the student read, special tokens included.
    pub tokens: usize,
    /// Whether the text was longer than the student reads, so that its end had no influence.
    pub truncated: bool,
    /// What a text student wrote: the tokens of each tool's line, its end included, in the
    /// catalog's order. Empty with slots.
    pub written: Vec<Vec<u32>>,
}

/// The calls of a pack's tools, whichever these are, with how sure the student is and how long it
/// took.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolPrediction {
    /// A call of each tool that is used, in the catalog's order.
    pub calls: Vec<ToolCall>,
    /// How sure the student is of each tool, used or not, in the catalog's order.
    pub confidence: Vec<ToolConfidence>,
    /// How long each phase took.
    pub timings: Timings,
    /// Tokens that the student read, special tokens included.
    pub tokens: usize,
    /// Whether the text was longer than the student reads, so that its end had no influence.
    pub truncated: bool,
    /// As [`Prediction::written`].
    pub written: Vec<Vec<u32>>,
    tools: Tools,
}

/// The tools that calls are of. What else their pack has says nothing about an answer.
#[derive(Clone)]
struct Tools(Arc<Manifest>);

impl fmt::Debug for Tools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.catalog.tools.iter().map(|tool| &tool.name);
        f.debug_list().entries(names).finish()
    }
}

impl PartialEq for Tools {
    fn eq(&self, other: &Self) -> bool {
        self.0.catalog == other.0.catalog
    }
}

/// How sure the student is of one tool; see [`Confidence`] for what is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolConfidence {
    /// The tool's name.
    pub tool: String,
    /// How sure, 0 to 1.
    pub value: f32,
}

/// What the inference thread answers: calls without names, by the catalog's order.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) said: Vec<Option<Said>>,
    pub(super) confidence: Vec<f32>,
    pub(super) timings: Timings,
    pub(super) tokens: usize,
    pub(super) truncated: bool,
    pub(super) written: Vec<Vec<u32>>,
}

impl Answered {
    /// The answer as an edit, with the photo editor's tools.
    pub(super) fn prediction(self, editor: &Editor, info: &Manifest) -> Prediction {
        Prediction {
            edit: editor.edit(&info.catalog, &self.said),
            confidence: editor.confidence(&self.confidence),
            timings: self.timings,
            tokens: self.tokens,
            truncated: self.truncated,
            written: self.written,
        }
    }

    /// The answer as calls, with any tools.
    pub(super) fn calls(self, info: Arc<Manifest>) -> ToolPrediction {
        let tools = &info.catalog.tools;
        let calls = tools.iter().zip(&self.said);
        let calls = calls.filter_map(|(tool, said)| tool.call(said.as_ref()?));
        let confidence = tools.iter().zip(&self.confidence);
        ToolPrediction {
            calls: calls.collect(),
            confidence: confidence
                .map(|(tool, value)| ToolConfidence {
                    tool: tool.name.clone(),
                    value: *value,
                })
                .collect(),
            timings: self.timings,
            tokens: self.tokens,
            truncated: self.truncated,
            written: self.written,
            tools: Tools(info),
        }
    }
}

impl ToolPrediction {
    /// The call of this tool; `None` when it is not used.
    #[must_use]
    pub fn call(&self, tool: &str) -> Option<&ToolCall> {
        self.calls.iter().find(|call| call.tool == tool)
    }

    /// The full form of the calls (see
    /// [`Catalog::calls_to_json`](crate::Catalog::calls_to_json)) with `confidence` (0 to 1, four
    /// decimals), `timings` (milliseconds, three decimals), `tokens` and `truncated`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let confidence = self
            .confidence
            .iter()
            .map(|ToolConfidence { tool, value }| {
                (tool.clone(), json!(rounded(f64::from(*value), 1e4)))
            });
        let confidence = Value::Object(confidence.collect::<Map<_, _>>());
        let calls = self.tools.0.catalog.calls_to_json(&self.calls);
        measured(calls, confidence, self.timings, self.tokens, self.truncated)
    }
}

impl Prediction {
    /// The full form of the edit, with `confidence` (0 to 1, four decimals), `timings`
    /// (milliseconds, three decimals), `tokens` and `truncated`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let (edit, confidence) = (self.edit.to_json(), self.confidence.to_json());
        measured(edit, confidence, self.timings, self.tokens, self.truncated)
    }
}

/// What was answered, followed by what was measured.
fn measured(
    mut json: Value,
    confidence: Value,
    timings: Timings,
    tokens: usize,
    truncated: bool,
) -> Value {
    if let Value::Object(fields) = &mut json {
        fields.insert("confidence".to_owned(), confidence);
        fields.insert("timings".to_owned(), timings.to_json());
        fields.insert("tokens".to_owned(), json!(tokens));
        fields.insert("truncated".to_owned(), json!(truncated));
    }
    json
}

impl Deref for Prediction {
    type Target = Edit;

    fn deref(&self) -> &Edit {
        &self.edit
    }
}

/// How sure the student is of each tool, 0 to 1.
///
/// Unused: the probability that it is unused. Used, for sliders and colors: the probability that
/// it is used times the mean, over its sliders, of the probability within 10 of the value given;
/// for the filter: the probability of that filter.
///
/// A tool may be likely to be used and yet have only values that come out as 0; then it is unused
/// too. Its confidence is how sure the student is that nothing moves: the mean, over its sliders,
/// of the probability within 10 of 0; for the filter that of its intensity.
///
/// A text student writes its answer, so there the probabilities are those of its choices among the
/// allowed tokens: that the tool is used or not, times the mean over all later choices. Free
/// decoding gives none, 0.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Confidence {
    /// Of the adjust tool.
    pub adjust: f32,
    /// Of the selective adjust tool.
    pub selective_adjust: f32,
    /// Of the filter.
    pub filter: f32,
}

impl Confidence {
    /// The JSON object with the tools' names, four decimals.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "adjust": rounded(f64::from(self.adjust), 1e4),
            "selectiveAdjust": rounded(f64::from(self.selective_adjust), 1e4),
            "filter": rounded(f64::from(self.filter), 1e4),
        })
    }
}

/// How long each phase of a request took.
///
/// `total` less `inference` is all that this crate adds to a bare run of the graph: the phases
/// beside it and what lies between them, such as handing over to the inference thread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timings {
    /// Waiting for the inference thread, and loading the model when it was unloaded.
    pub queue: Duration,
    /// Text to token ids.
    pub tokenize: Duration,
    /// ONNX Runtime's runs of the graphs and nothing else, not even making their inputs.
    pub inference: Duration,
    /// Checking the logits and reading the edit from them, or choosing the tokens to write.
    pub decode: Duration,
    /// From the call to the answer.
    pub total: Duration,
    /// Runs of the decoder: 1 with slots.
    pub passes: usize,
    /// Tokens of a text student that the grammar left no choice about; 0 with slots.
    pub forced_tokens: usize,
}

impl Timings {
    /// The JSON object in milliseconds, three decimals: `queueMs`, `tokenizeMs`, `inferenceMs`,
    /// `decodeMs`, `totalMs`; then the counts `passes` and `forcedTokens`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let ms = |duration: Duration| rounded(duration.as_secs_f64() * 1e3, 1e3);
        json!({
            "queueMs": ms(self.queue),
            "tokenizeMs": ms(self.tokenize),
            "inferenceMs": ms(self.inference),
            "decodeMs": ms(self.decode),
            "totalMs": ms(self.total),
            "passes": self.passes,
            "forcedTokens": self.forced_tokens,
        })
    }
}

/// How long loading took, by phase. Library and verification run side by side, and so do tokenizer
/// and session, so the total is less than the sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadTimings {
    /// Reading the files and checking sizes and hashes.
    pub verify: Duration,
    /// Parsing the tokenizer.
    pub tokenizer: Duration,
    /// Building the sessions; when [`Options::providers`](crate::Options::providers) names any, all
    /// that the choice among them took.
    pub session: Duration,
    /// From the call until the model could answer; with a text student its grammar is compiled
    /// last.
    pub total: Duration,
}

fn rounded(value: f64, scale: f64) -> f64 {
    (value * scale).round() / scale
}

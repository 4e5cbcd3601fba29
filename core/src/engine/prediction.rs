//! What the engine answers.

use std::{ops::Deref, time::Duration};

use serde_json::{Value, json};

use crate::edit::Edit;

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
    /// What a text student wrote: the tokens of each tool's line, its end included, in the order
    /// adjust, selective adjust, filter. Empty with slots.
    pub written: Vec<Vec<u32>>,
}

impl Prediction {
    /// The full form of the edit, with `confidence` (0 to 1, four decimals), `timings`
    /// (milliseconds, three decimals), `tokens` and `truncated`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut json = self.edit.to_json();
        if let Value::Object(fields) = &mut json {
            fields.insert("confidence".to_owned(), self.confidence.to_json());
            fields.insert("timings".to_owned(), self.timings.to_json());
            fields.insert("tokens".to_owned(), json!(self.tokens));
            fields.insert("truncated".to_owned(), json!(self.truncated));
        }
        json
    }
}

impl Deref for Prediction {
    type Target = Edit;

    fn deref(&self) -> &Edit {
        &self.edit
    }
}

/// How sure the student is of each tool, 0 to 1.
///
/// Unused: the probability that it is unused. Used, for the two slider tools: the probability that
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
    /// Building the sessions.
    pub session: Duration,
    /// From the call until the model could answer; with a text student its grammar is compiled
    /// last.
    pub total: Duration,
}

fn rounded(value: f64, scale: f64) -> f64 {
    (value * scale).round() / scale
}

//! Edits of an engine that is loaded.

use std::time::{Duration, Instant};

use colorist_core::Colorist;
use serde_json::{Value, json};

use super::stats::Stats;
use crate::failure::Failure;
use crate::{edit, output};

/// Times of an edit by phase.
pub(super) struct Warm {
    pub(super) edits: u32,
    pub(super) tokenize: Stats,
    /// The bare `Session::run`.
    pub(super) inference: Stats,
    pub(super) decode: Stats,
    /// From the call to its answer, with the way to the inference thread and back.
    pub(super) call: Stats,
    /// From the answer on the inference thread to the caller: the call less its own total. What
    /// Kotlin and Swift measure in the same way is to be compared with it.
    pub(super) answer: Stats,
    /// What the SDK adds to the bare run, as a share of it: the median over the edits.
    pub(super) overhead: f64,
}

pub(super) fn measure(
    colorist: &Colorist,
    intents: &[String],
    edits: u32,
) -> Result<Warm, Failure> {
    let editor = colorist.catalog().is_editor();
    // What is done once (memory, caches, the clock of the CPU) is done here.
    for intent in intents.iter().cycle().take(intents.len().max(200)) {
        edit::timed(colorist, intent, editor)?;
    }
    let mut times: [Vec<f64>; 5] = Default::default();
    let mut overhead = Vec::new();
    let bar = output::progress(edits.into());
    for intent in intents.iter().cycle().take(edits as usize) {
        let start = Instant::now();
        let timings = edit::timed(colorist, intent, editor)?;
        let call = start.elapsed();
        let phases = [
            timings.tokenize,
            timings.inference,
            timings.decode,
            call,
            call.saturating_sub(timings.total),
        ];
        for (times, phase) in times.iter_mut().zip(phases) {
            times.push(milliseconds(phase));
        }
        // Edit by edit: long intents take longer, and two medians would be of different edits.
        overhead.push(call.as_secs_f64() / timings.inference.as_secs_f64() - 1.0);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let [tokenize, inference, decode, call, answer] = times.map(Stats::new);
    Ok(Warm {
        edits,
        tokenize,
        inference,
        decode,
        call,
        answer,
        overhead: Stats::new(overhead).p50,
    })
}

impl Warm {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "edits": self.edits,
            "tokenizeMs": self.tokenize.to_json(),
            "inferenceMs": self.inference.to_json(),
            "decodeMs": self.decode.to_json(),
            "callMs": self.call.to_json(),
            "answerMs": self.answer.to_json(),
            "overheadShare": self.overhead,
        })
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

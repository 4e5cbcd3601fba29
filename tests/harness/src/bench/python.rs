//! The same graph in Python's onnxruntime, on the same machine in the same minute.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::stats::Stats;
use crate::failure::Failure;

/// The program that runs there; part of this one, so that it is always found.
const SCRIPT: &str = include_str!("../../../bench/ort_python.py");

/// Times of a request in Python by phase.
pub(super) struct Python {
    pub(super) onnxruntime: String,
    pub(super) tokenize: Stats,
    pub(super) inference: Stats,
    pub(super) total: Stats,
}

pub(super) fn measure(
    program: &Path,
    pack: &Path,
    threads: usize,
    intents: &[String],
    edits: u32,
) -> Result<Python, Failure> {
    if !pack.is_dir() {
        return Err(
            Failure::new("the comparison with Python reads the pack's files")
                .help("name the pack's folder instead of its archive"),
        );
    }
    let mut child = Command::new(program)
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| Failure::file("start", program, &error))?;
    let rounds = (edits as usize).div_ceil(intents.len());
    let request = json!({"pack": pack, "intents": intents, "threads": threads, "rounds": rounds});
    if let Some(mut stdin) = child.stdin.take() {
        // When Python ended early its own message says more than a closed pipe.
        let _ = stdin.write_all(request.to_string().as_bytes());
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(
            Failure::new("the comparison failed in Python; its reason is above")
                .help("its environment needs the packages onnxruntime, tokenizers and numpy"),
        );
    }
    parse(&output.stdout)
        .ok_or_else(|| Failure::new("the comparison in Python gave no times that can be read"))
}

fn parse(json: &[u8]) -> Option<Python> {
    let value: Value = serde_json::from_slice(json).ok()?;
    let times = |name: &str| {
        let times: Option<Vec<f64>> = value
            .get(name)?
            .as_array()?
            .iter()
            .map(Value::as_f64)
            .collect();
        times.map(Stats::new)
    };
    Some(Python {
        onnxruntime: value.get("onnxruntime")?.as_str()?.to_owned(),
        tokenize: times("tokenize")?,
        inference: times("inference")?,
        total: times("total")?,
    })
}

impl Python {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "onnxruntime": self.onnxruntime,
            "tokenizeMs": self.tokenize.to_json(),
            "inferenceMs": self.inference.to_json(),
            "totalMs": self.total.to_json(),
        })
    }
}

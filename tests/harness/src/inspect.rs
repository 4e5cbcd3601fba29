//! `colorist inspect`: what a pack is, whether it is whole, and what runs it.

mod table;

use std::path::{Path, PathBuf};
use std::time::Duration;

use colorist_core::pack::{Codec, Golden, Manifest};
use colorist_core::{Colorist, LoadTimings, Pack, ProviderReport, ToolCall};
use serde_json::{Map, Value, json};

use crate::cli::InspectArgs;
use crate::failure::Failure;
use crate::{output, source};

/// How far a value may lie from its golden: one step of the student's values, which the arithmetic
/// of another kind of processor can make.
const STEP: i32 = 5;

/// Everything there is to say.
struct Report {
    path: PathBuf,
    pack: Manifest,
    /// How many goldens there are, and how many of them this machine reproduces.
    goldens: (usize, usize),
    provider: ProviderReport,
    threads: usize,
    load: LoadTimings,
}

pub(crate) fn command(arguments: &InspectArgs) -> Result<(), Failure> {
    let path = source::path(&arguments.source)?;
    // Opening checks every size and hash: whoever gets further has a whole pack.
    let goldens = Pack::open(&path)?.goldens()?;
    let colorist = source::open(&arguments.source)?;
    let provider = colorist.provider();
    let report = Report {
        goldens: match &provider.self_test {
            // Asked a moment ago, with a tolerance of its own.
            Some(test) => (test.of, test.of.saturating_sub(test.differing)),
            None => (goldens.len(), reproduced(&colorist, &goldens)?),
        },
        pack: colorist.info().clone(),
        provider,
        threads: source::options(&arguments.source).threads,
        load: colorist.load_timings(),
        path,
    };
    if arguments.json {
        output::print_json(&report.to_json())
    } else {
        output::print(&table::table(&report))
    }
}

fn reproduced(colorist: &Colorist, goldens: &[Golden]) -> Result<usize, Failure> {
    let mut same = 0;
    for golden in goldens {
        let calls = colorist.call_tools(&golden.intent)?.calls;
        same += usize::from(agree(&calls, &golden.calls));
    }
    Ok(same)
}

/// Whether the same tools are called with about the same values.
pub(crate) fn agree(calls: &[ToolCall], golden: &[ToolCall]) -> bool {
    let near = |call: &ToolCall, golden: &ToolCall| {
        let mut values = call.values.iter().zip(&golden.values);
        call.tool == golden.tool
            && call.choice == golden.choice
            && values.all(|(a, b)| a.value.abs_diff(b.value) <= STEP.unsigned_abs())
    };
    calls.len() == golden.len() && calls.iter().zip(golden).all(|(a, b)| near(a, b))
}

impl Report {
    fn to_json(&self) -> Value {
        let pack = &self.pack;
        let files: Map<String, Value> = pack
            .files
            .iter()
            .map(|(name, info)| {
                (
                    name.clone(),
                    json!({"size": info.size, "sha256": hex(&info.sum)}),
                )
            })
            .collect();
        json!({
            "path": self.path,
            "form": form(&self.path),
            "name": pack.name,
            "version": pack.version,
            "format": pack.format,
            "codec": pack.codec.name(),
            "license": pack.license,
            "architecture": architecture(pack),
            "quantization": pack.quantization.kind,
            "tokenizer": {"kind": pack.tokenizer.kind, "maxTokens": pack.tokenizer.max_tokens},
            "answer": answer(pack),
            "files": files,
            "verified": true,
            "goldens": {"count": self.goldens.0, "reproduced": self.goldens.1},
            "provider": self.provider.summary(),
            "providers": providers(&self.provider),
            "threads": self.threads,
            "loadMs": {
                "verify": milliseconds(self.load.verify),
                "tokenizer": milliseconds(self.load.tokenizer),
                "session": milliseconds(self.load.session),
                "total": milliseconds(self.load.total),
            },
            "training": pack.training,
            "metrics": pack.metrics,
            "catalog": pack.catalog.to_json(),
        })
    }
}

/// Which provider runs, and why not the others.
fn providers(report: &ProviderReport) -> Value {
    let others = report.others.iter();
    json!({
        "running": report.running,
        "runtime": report.runtime_version,
        "graphs": report.graphs,
        "selfTest": report.self_test.as_ref().map(|test| json!({
            "goldens": test.of,
            "differing": test.differing,
            "greatest": test.greatest,
            "medianMs": milliseconds(test.median),
            "cpuMedianMs": test.cpu_median.map(milliseconds),
        })),
        "others": others.map(|(name, why)| json!({"name": name, "why": why.to_string()}))
            .collect::<Vec<_>>(),
    })
}

/// What the codec's answer is made of.
fn answer(pack: &Manifest) -> Value {
    match &pack.codec {
        Codec::Slots(slots) => json!({"slots": slots.slots.len()}),
        Codec::Text(text) => json!({
            "zeros": text.zeros,
            "step": text.step,
            "vocabulary": text.vocabulary.as_ref().map(Vec::len),
        }),
        _ => Value::Null,
    }
}

fn architecture(pack: &Manifest) -> Value {
    let architecture = &pack.architecture;
    json!({
        "family": architecture.family,
        "dModel": architecture.d_model,
        "dFf": architecture.d_ff,
        "dKv": architecture.d_kv,
        "numHeads": architecture.num_heads,
        "encoderLayers": architecture.encoder_layers,
        "decoderLayers": architecture.decoder_layers,
        "vocabSize": architecture.vocab_size,
        "parameters": architecture.parameters,
    })
}

fn form(path: &Path) -> &'static str {
    if path.is_dir() { "folder" } else { "archive" }
}

fn hex(sum: &[u8]) -> String {
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use colorist_core::{Adjust, Edit, Filter};

    use super::*;

    fn edit(temperature: i32, filter: &str, intensity: i32) -> Edit {
        Edit {
            adjust: Some(Adjust {
                temperature,
                ..Adjust::default()
            }),
            selective_adjust: None,
            filter: Some(Filter {
                name: filter.to_owned(),
                intensity,
            }),
        }
    }

    #[test]
    fn one_step_is_near_and_two_are_not() {
        let golden = edit(30, "warm_Honey", 40);
        let agree = |edit: Edit| agree(&edit.calls(), &golden.calls());
        assert!(agree(edit(35, "warm_Honey", 35)));
        assert!(!agree(edit(36, "warm_Honey", 40)));
        assert!(!agree(edit(30, "warm_Honey", 46)));
        assert!(!agree(edit(30, "warm_Ember", 40)));
        assert!(!agree(Edit {
            filter: None,
            ..golden.clone()
        }));
        assert!(!agree(Edit::default()));
    }
}

//! `colorist bench`: how long an edit takes on this machine, and what a first one costs.

mod cold;
mod python;
pub(crate) mod stats;
mod table;
mod warm;

use std::path::Path;

use colorist_core::Pack;
use serde_json::json;

use crate::cli::BenchArgs;
use crate::failure::Failure;
use crate::{output, source};

/// Everything that was measured.
struct Report {
    pack: String,
    intents: usize,
    threads: usize,
    warm: warm::Warm,
    cold: cold::Cold,
    python: Option<python::Python>,
}

pub(crate) fn command(arguments: &BenchArgs) -> Result<(), Failure> {
    let path = source::path(&arguments.source)?;
    let intents = intents(&path)?;
    let threads = source::options(&arguments.source).threads;
    // Fresh processes first: they must not share the machine with a loaded engine.
    let cold = cold::measure(&path, &arguments.source, &intents, arguments.cold)?;
    let colorist = source::open(&arguments.source)?;
    let pack = colorist.info().name.clone();
    let warm = warm::measure(&colorist, &intents, arguments.edits)?;
    drop(colorist);
    let python = match &arguments.python {
        Some(program) => Some(python::measure(
            program,
            &path,
            threads,
            &intents,
            arguments.edits,
        )?),
        None => None,
    };
    let report = Report {
        pack,
        intents: intents.len(),
        threads,
        warm,
        cold,
        python,
    };
    if arguments.json {
        output::print_json(&report.to_json())
    } else {
        output::print(&table::table(&report))
    }
}

/// The goldens' intents of 3 to 12 words: what people type, and what the figures are about.
pub(crate) fn intents(pack: &Path) -> Result<Vec<String>, Failure> {
    let goldens = Pack::open(pack)?.goldens()?;
    let intents: Vec<String> = goldens
        .into_iter()
        .map(|golden| golden.intent)
        .filter(|intent| (3..=12).contains(&intent.split_whitespace().count()))
        .collect();
    if intents.is_empty() {
        let message = "the pack has no golden with an intent of 3 to 12 words to measure with";
        return Err(Failure::new(message).help("build the pack with goldens"));
    }
    Ok(intents)
}

impl Report {
    fn to_json(&self) -> serde_json::Value {
        json!({
            "pack": self.pack,
            "intents": self.intents,
            "threads": self.threads,
            "edit": self.warm.to_json(),
            "cold": self.cold.to_json(),
            "python": self.python.as_ref().map(python::Python::to_json),
        })
    }
}

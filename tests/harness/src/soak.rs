//! `colorist soak`: many edits, and whether the memory grows.

use indicatif::ProgressIterator;
use serde_json::json;

use crate::cli::SoakArgs;
use crate::failure::Failure;
use crate::{bench, memory, output, source};

/// Edits after which everything that is made once has been made.
const SETTLED: u32 = 1000;

pub(crate) fn command(arguments: &SoakArgs) -> Result<(), Failure> {
    let intents = bench::intents(&source::path(&arguments.source)?)?;
    let colorist = source::open(&arguments.source)?;
    let unknown = || Failure::new("this system does not tell how much memory a process holds");

    let mut settled = 0.0;
    let edits = (1..=arguments.edits).progress_with(output::progress(arguments.edits.into()));
    for (number, intent) in edits.zip(intents.iter().cycle()) {
        colorist.edit(intent)?;
        if number == SETTLED {
            settled = memory::resident().ok_or_else(unknown)?;
        }
    }
    let end = memory::resident().ok_or_else(unknown)?;
    let growth = end - settled;

    if arguments.json {
        output::print_json(&json!({
            "edits": arguments.edits,
            "residentAfter1000MB": settled,
            "residentAtEndMB": end,
            "growthMB": growth,
        }))?;
    } else {
        output::print(&format!(
            "{} edits: {settled:.1} MB after the first {SETTLED}, {end:.1} MB at the end ({growth:+.1} MB)\n",
            arguments.edits
        ))?;
    }
    match arguments.limit {
        Some(limit) if growth > limit => Err(Failure::new(format!(
            "the memory grew by {growth:.1} MB, more than {limit} MB"
        ))),
        _ => Ok(()),
    }
}

//! `colorist soak`: many edits, and whether the memory grows.

mod mixed;

use indicatif::ProgressIterator;
use serde_json::json;

use crate::cli::SoakArgs;
use crate::failure::Failure;
use crate::{bench, edit, memory, output, source};

/// Edits after which everything that is made once has been made.
const SETTLED: u32 = 1000;

/// Another intent for every number: whatever is kept by text would grow with each.
fn distinct(intents: &[String], number: u32) -> String {
    let index = number as usize;
    let [first, second] = [index, index / intents.len()].map(|at| &intents[at % intents.len()]);
    // From nothing to the whole of the second: the lengths differ, too.
    let words = second.split_whitespace().take(index * 7 % 13);
    let mut text = format!("{first} {number}");
    for word in words {
        text.push(' ');
        text.push_str(word);
    }
    text
}

pub(crate) fn command(arguments: &SoakArgs) -> Result<(), Failure> {
    if arguments.mixed {
        return mixed::command(arguments);
    }
    let intents = bench::intents(&source::path(&arguments.source)?)?;
    let colorist = source::open(&arguments.source)?;
    let editor = colorist.catalog().is_editor();
    let mut settled = 0.0;
    let edits = (1..=arguments.edits).progress_with(output::progress(arguments.edits.into()));
    for number in edits {
        edit::timed(&colorist, &distinct(&intents, number), editor)?;
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
    judge(arguments, growth)
}

fn unknown() -> Failure {
    Failure::new("this system does not tell how much memory a process holds")
}

/// Whether the memory grew by no more than is allowed, MB.
fn judge(arguments: &SoakArgs, growth: f64) -> Result<(), Failure> {
    match arguments.limit {
        Some(limit) if growth > limit => Err(Failure::new(format!(
            "the memory grew by {growth:.1} MB, more than {limit} MB"
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_intent_comes_twice_and_the_lengths_differ() {
        let intents = ["golden hour", "make the sky a bit more blue"].map(str::to_owned);
        let texts: BTreeSet<String> = (1..=5000).map(|n| distinct(&intents, n)).collect();
        assert_eq!(texts.len(), 5000);
        let words = |text: &String| text.split_whitespace().count();
        let lengths: BTreeSet<usize> = texts.iter().map(words).collect();
        assert!(lengths.len() > 5, "{lengths:?}");
    }
}

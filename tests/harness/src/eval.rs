//! `colorist eval`: the paper's metrics of a pack, or of somebody's predictions.

pub(crate) mod rows;
mod table;

use colorist_core::Edit;
use colorist_core::metrics::{Evaluation, Interval, Pair, ToolScores};
use serde_json::{Value, json};

use crate::cli::EvalArgs;
use crate::failure::Failure;
use crate::{output, source};
use rows::Row;

/// As in the paper's tables.
const RESAMPLES: usize = 1000;

/// Any fixed number: the same data gives the same intervals.
const SEED: u64 = 2410;

/// A part of the rows with its scores.
struct Subset {
    name: &'static str,
    evaluation: Evaluation,
}

pub(crate) fn command(arguments: &EvalArgs) -> Result<(), Failure> {
    let rows = rows::read(&arguments.data)?;
    let (subject, predicted) = match &arguments.predictions {
        Some(file) => ("predictions".to_owned(), rows::matched(&rows, file)?),
        None => predict(arguments, &rows)?,
    };
    let pairs: Vec<(Option<u64>, Pair)> = rows
        .into_iter()
        .zip(predicted)
        .map(|(row, predicted)| (row.calls, (predicted, row.edit)))
        .collect();
    let subsets = subsets(&pairs);
    if arguments.json {
        output::print_json(&to_json(&subject, &subsets))
    } else {
        output::print(&table::table(&subject, &subsets))
    }
}

/// The pack's answers, in the order of the rows.
fn predict(arguments: &EvalArgs, rows: &[Row]) -> Result<(String, Vec<Edit>), Failure> {
    let colorist = source::open(&arguments.source)?;
    let bar = output::progress(rows.len() as u64);
    let mut edits = Vec::with_capacity(rows.len());
    for row in rows {
        edits.push(colorist.edit(&row.intent)?.edit);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let info = colorist.info();
    Ok((format!("{} {}", info.name, info.version), edits))
}

/// All rows, and those whose intent the teacher was asked about at least 3 and 5 times. Rows say so
/// in `calls`; without it there is only the whole.
fn subsets(pairs: &[(Option<u64>, Pair)]) -> Vec<Subset> {
    let all = Some(("all", 0));
    let asked_often = pairs.iter().any(|(calls, _)| calls.is_some());
    let often = [("r3", 3), ("r5", 5)].into_iter().filter(|_| asked_often);
    all.into_iter()
        .chain(often)
        .map(|(name, least)| {
            let chosen: Vec<Pair> = pairs
                .iter()
                .filter(|(calls, _)| calls.unwrap_or_default() >= least)
                .map(|(_, pair)| pair.clone())
                .collect();
            Subset {
                name,
                evaluation: Evaluation::new(&chosen, RESAMPLES, SEED),
            }
        })
        .collect()
}

fn to_json(subject: &str, subsets: &[Subset]) -> Value {
    let subsets: serde_json::Map<String, Value> = subsets
        .iter()
        .map(|subset| (subset.name.to_owned(), subset_json(subset)))
        .collect();
    json!({"subject": subject, "resamples": RESAMPLES, "subsets": subsets})
}

fn subset_json(Subset { evaluation, .. }: &Subset) -> Value {
    let Evaluation { scores, intervals } = evaluation;
    json!({
        "samples": scores.samples,
        "overall": scores.overall,
        "overallInterval": interval(intervals.overall),
        "adjust": tool(&scores.adjust, intervals.adjust),
        "selectiveAdjust": tool(&scores.selective_adjust, intervals.selective_adjust),
        "filter": tool(&scores.filter, intervals.filter),
    })
}

fn tool(scores: &ToolScores, final_interval: Interval) -> Value {
    json!({
        "precision": scores.precision,
        "recall": scores.recall,
        "f1": scores.f1,
        "quality": scores.quality,
        "final": scores.final_score,
        "finalInterval": interval(final_interval),
        "usedByTeacher": scores.used_by_teacher,
        "usedByStudent": scores.used_by_student,
        "both": scores.both,
    })
}

fn interval(interval: Interval) -> Value {
    json!([interval.low, interval.high])
}

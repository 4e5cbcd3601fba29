//! `colorist eval`: the paper's metrics of a pack, or of somebody's predictions.

pub(crate) mod rows;
mod table;

use colorist_core::metrics::{Evaluation, Interval, Pair, ToolScores};
use colorist_core::{Colorist, ToolCall};
use serde_json::{Value, json};

use crate::cli::EvalArgs;
use crate::failure::Failure;
use crate::{output, source};
use rows::{Row, Tools};

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
    let (subject, tools, rows, predicted) = match &arguments.predictions {
        Some(file) => {
            let tools = match &arguments.catalog {
                Some(catalog) => Tools::read(catalog)?,
                None => Tools::Editor,
            };
            let rows = rows::read(&arguments.data, &tools)?;
            let predicted = rows::matched(&rows, file, &tools)?;
            ("predictions".to_owned(), tools, rows, predicted)
        }
        None => {
            let colorist = source::open(&arguments.source)?;
            let tools = Tools::Catalog(colorist.catalog().clone());
            let rows = rows::read(&arguments.data, &tools)?;
            let predicted = predict(&colorist, &rows)?;
            let info = colorist.info();
            let subject = format!("{} {}", info.name, info.version);
            (subject, tools, rows, predicted)
        }
    };
    let pairs: Vec<(Option<u64>, Pair)> = rows
        .into_iter()
        .zip(predicted)
        .map(|(row, predicted)| (row.calls, (predicted, row.tools)))
        .collect();
    let tools = tools.names();
    let subsets = subsets(&tools, &pairs);
    if arguments.json {
        output::print_json(&to_json(&subject, &tools, &subsets))
    } else {
        output::print(&table::table(&subject, &tools, &subsets))
    }
}

/// The pack's answers, in the order of the rows.
fn predict(colorist: &Colorist, rows: &[Row]) -> Result<Vec<Vec<ToolCall>>, Failure> {
    let bar = output::progress(rows.len() as u64);
    let mut answers = Vec::with_capacity(rows.len());
    for row in rows {
        answers.push(colorist.call_tools(&row.intent)?.calls);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(answers)
}

/// All rows, and those whose intent the teacher was asked about at least 3 and 5 times. Rows say so
/// in `calls`; without it there is only the whole.
fn subsets(tools: &[&str], pairs: &[(Option<u64>, Pair)]) -> Vec<Subset> {
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
                evaluation: Evaluation::new(tools, &chosen, RESAMPLES, SEED),
            }
        })
        .collect()
}

fn to_json(subject: &str, tools: &[&str], subsets: &[Subset]) -> Value {
    let subsets: serde_json::Map<String, Value> = subsets
        .iter()
        .map(|subset| (subset.name.to_owned(), subset_json(tools, subset)))
        .collect();
    json!({"subject": subject, "resamples": RESAMPLES, "subsets": subsets})
}

fn subset_json(tools: &[&str], Subset { evaluation, .. }: &Subset) -> Value {
    let Evaluation { scores, intervals } = evaluation;
    let mut json = json!({
        "samples": scores.samples,
        "overall": scores.overall,
        "overallInterval": interval(intervals.overall),
    });
    for ((name, scores), interval) in tools.iter().zip(&scores.tools).zip(&intervals.tools) {
        json[*name] = tool(scores, *interval);
    }
    json
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

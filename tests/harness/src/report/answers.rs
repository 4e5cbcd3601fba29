//! The files that the page exports, one an annotator.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failure::Failure;

/// What the page writes into `format` and `version`.
const FORMAT: &str = "colorist-answers";
const VERSION: u64 = 1;

/// The questions: the key in the files, and the words for people.
pub(super) const CRITERIA: [(&str, &str); 2] = [
    (
        "relevant",
        "Is the student's result relevant to the intent?",
    ),
    ("mimics", "Does the student's result mimic the teacher's?"),
];

/// The keys of the possible answers: yes, no, cannot tell.
pub(super) const ANSWERS: [&str; 3] = ["yes", "no", "cannotTell"];

/// What one annotator answered.
#[derive(Debug)]
pub(super) struct Export {
    /// The report that was judged.
    pub(super) report: String,
    /// How many samples it has.
    pub(super) samples: usize,
    pub(super) annotator: String,
    /// By sample, for each of [`CRITERIA`] an index into [`ANSWERS`].
    pub(super) answers: Vec<[Option<usize>; 2]>,
}

/// Reads the files of one report; no annotator may come twice.
pub(super) fn read_all(paths: &[PathBuf]) -> Result<Vec<Export>, Failure> {
    let mut exports: Vec<Export> = Vec::with_capacity(paths.len());
    let mut annotators = HashMap::new();
    for path in paths {
        let export = read(path)?;
        let same =
            |first: &Export| (&export.report, export.samples) == (&first.report, first.samples);
        if !exports.first().is_none_or(same) {
            return Err(pair(path, "is about another report than", &paths[0])
                .help("score the files of one report at a time"));
        }
        // Who continues on another machine may write the name with other capitals.
        if let Some(other) = annotators.insert(export.annotator.to_lowercase(), path) {
            return Err(pair(path, "is by the same annotator as", other)
                .help("give one file per annotator"));
        }
        exports.push(export);
    }
    Ok(exports)
}

fn pair(path: &Path, relation: &str, other: &Path) -> Failure {
    Failure::new(format!("{} {relation} {}", path.display(), other.display()))
}

fn read(path: &Path) -> Result<Export, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    // The reason names a place, never what stands there.
    let wrong = |reason: String| {
        Failure::new(format!("{}: {reason}", path.display()))
            .help("give the files that the report's page exports, unchanged")
    };
    let value = serde_json::from_str(&text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        wrong(format!("is no JSON (line {line}, column {column})"))
    })?;
    export(&value).map_err(wrong)
}

fn export(value: &Value) -> Result<Export, String> {
    if value["format"] != FORMAT {
        return Err("holds no answers of a report".into());
    }
    if value["version"] != VERSION {
        return Err(format!(
            "has another version than {VERSION}, which is read here"
        ));
    }
    let report = text(&value["report"]).ok_or("names no report")?;
    let annotator = text(&value["annotator"]).ok_or("names no annotator")?;
    let samples = value["samples"]
        .as_u64()
        .filter(|samples| (1..=1000).contains(samples))
        .ok_or("does not say how many samples the report has, 1 to 1,000")?;
    let samples = samples as usize;
    let mut answers = vec![None; samples];
    let list = value["answers"]
        .as_array()
        .ok_or("has no list of answers")?;
    for (number, answer) in (1..).zip(list) {
        let sample = answer["sample"]
            .as_u64()
            .and_then(|sample| answers.get_mut((sample as usize).checked_sub(1)?))
            .ok_or_else(|| format!("answer {number} is for a sample that the report has not"))?;
        let given = given(answer).ok_or_else(|| {
            format!(
                "answer {number} has something else than {}",
                ANSWERS.join(", ")
            )
        })?;
        if sample.replace(given).is_some() {
            return Err(format!("answer {number} is for the same sample as another"));
        }
    }
    Ok(Export {
        report,
        samples,
        annotator,
        answers: answers.into_iter().map(Option::unwrap_or_default).collect(),
    })
}

/// What was answered to each question; `None` when one has an answer that does not exist.
fn given(answer: &Value) -> Option<[Option<usize>; 2]> {
    let mut given = [None; 2];
    for ((key, _), given) in CRITERIA.iter().zip(&mut given) {
        *given = match &answer[key]["answer"] {
            Value::Null => None,
            word => Some(ANSWERS.iter().position(|answer| word == answer)?),
        };
    }
    Some(given)
}

/// A text that is more than white space, without what could change a terminal.
fn text(value: &Value) -> Option<String> {
    let text: String = value
        .as_str()?
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

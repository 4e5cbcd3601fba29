//! Rows in the teacher's format, and predictions for them.

use std::collections::HashMap;
use std::fmt::Display;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use colorist_core::{Catalog, Edit, ToolCall};
use serde_json::Value;

use crate::failure::Failure;

/// What the teacher answered.
pub(crate) struct Row {
    pub(crate) intent: String,
    pub(crate) tools: Vec<ToolCall>,
    /// How often the teacher was asked about this intent.
    pub(crate) calls: Option<u64>,
}

/// Whose tools the rows are about.
pub(crate) enum Tools {
    /// The photo editor's.
    Editor,
    /// A catalog's.
    Catalog(Catalog),
}

impl Tools {
    /// The tools of a catalog's file.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let failed = |error: &dyn Display| Failure::file("read", path, error);
        let text = fs::read(path).map_err(|error| failed(&error))?;
        let value: Value = serde_json::from_slice(&text).map_err(|error| failed(&error))?;
        let catalog = Catalog::from_json(&value).map_err(|reason| failed(&reason))?;
        catalog.check().map_err(|reason| failed(&reason))?;
        Ok(Self::Catalog(catalog))
    }

    /// Their names.
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::Editor => Edit::TOOLS.to_vec(),
            Self::Catalog(catalog) => catalog.tools.iter().map(|t| t.name.as_str()).collect(),
        }
    }

    fn calls(&self, value: &Value) -> colorist_core::Result<Vec<ToolCall>> {
        match self {
            Self::Editor => Ok(Edit::from_json(value)?.calls()),
            Self::Catalog(catalog) => catalog.calls_from_json(value),
        }
    }
}

/// Reads a file of rows; empty lines are passed over.
pub(crate) fn read(path: &Path, tools: &Tools) -> Result<Vec<Row>, Failure> {
    let file = File::open(path).map_err(|error| Failure::file("open", path, &error))?;
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let line = line.map_err(|error| Failure::file("read", path, &error))?;
        if !line.trim().is_empty() {
            // The reason names a place in the line, never what stands there.
            rows.push(row(&line, tools).map_err(|reason| wrong(path, number, tools, &reason))?);
        }
    }
    if rows.is_empty() {
        return Err(Failure::new(format!("{} has no rows", path.display())));
    }
    Ok(rows)
}

/// The prediction for each row, found by its intent.
pub(crate) fn matched(
    rows: &[Row],
    path: &Path,
    tools: &Tools,
) -> Result<Vec<Vec<ToolCall>>, Failure> {
    let mut predictions = HashMap::new();
    for prediction in read(path, tools)? {
        predictions.insert(prediction.intent, prediction.tools);
    }
    (1..)
        .zip(rows)
        .map(|(number, row)| {
            predictions.get(&row.intent).cloned().ok_or_else(|| {
                let path = path.display();
                Failure::new(format!(
                    "{path} has no prediction for row {number} of the data"
                ))
                .help("every intent of the data needs a line with the very same text")
            })
        })
        .collect()
}

fn row(line: &str, tools: &Tools) -> Result<Row, String> {
    let value: Value = serde_json::from_str(line)
        .map_err(|error| format!("is no JSON (column {})", error.column()))?;
    let intent = value
        .get("intent")
        .and_then(Value::as_str)
        .ok_or("has no intent")?;
    let tools = tools.calls(&value).map_err(|error| error.to_string())?;
    let calls = match value.get("calls") {
        None | Some(Value::Null) => None,
        Some(calls) => Some(calls.as_u64().ok_or("has calls that are no whole number")?),
    };
    Ok(Row {
        intent: intent.to_owned(),
        tools,
        calls,
    })
}

fn wrong(path: &Path, number: u64, tools: &Tools, reason: &str) -> Failure {
    Failure::new(format!("{} line {number}: {reason}", path.display())).help(format!(
        "a row is a JSON object with intent, {}",
        tools.names().join(", ")
    ))
}

//! Calls as JSON: the full form that Colorist writes, and one reader for it and for the compact
//! form of the teacher's rows.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::{ToolCall, row_range};
use crate::{
    catalog::{Catalog, Slider, Tool, ToolKind},
    edit::json::{integer, wrong},
    error::{EditError, Result},
};

impl Catalog {
    /// The full form: every tool by its name, `null` when it is not called. Sliders are an object,
    /// a grid an object of objects, a choice an object with `name` and its amount.
    #[must_use]
    pub fn calls_to_json(&self, calls: &[ToolCall]) -> Value {
        let entry = |tool: &Tool| {
            let call = calls.iter().find(|call| call.tool == tool.name);
            (tool.name.clone(), call.map(|call| full(tool, call)).into())
        };
        Value::Object(self.tools.iter().map(entry).collect())
    }

    /// Reads the full form, or the compact one: only what is not 0, a grid's row as a list of its
    /// values, a choice as `[name, amount]` or `[name]`. A missing value is 0, a missing tool not
    /// called, and so is one whose values are all 0. Other keys beside the tools are passed over;
    /// ranges are not checked, nor whether there is such a choice.
    ///
    /// # Errors
    /// [`EditError`] with the place, when a tool or a value has another type, a
    /// slider, row or column is unknown, or a number is not whole or too large.
    pub fn calls_from_json(&self, value: &Value) -> Result<Vec<ToolCall>> {
        let tools = value
            .as_object()
            .ok_or_else(|| wrong("the value", "is not an object"))?;
        let mut calls = Vec::new();
        for tool in &self.tools {
            if let Some(value) = tools.get(&tool.name).filter(|value| !value.is_null()) {
                let (choice, values) = read(tool, value)?;
                if values.is_empty() || values.iter().any(|value| *value != 0) {
                    calls.push(tool.named(choice, &values));
                }
            }
        }
        Ok(calls)
    }
}

fn full(tool: &Tool, call: &ToolCall) -> Value {
    // By name: a call may have its values in another order than this catalog.
    let values: HashMap<&str, i32> = call
        .values
        .iter()
        .map(|value| (value.name.as_str(), value.value))
        .collect();
    let value = |name: &str| json!(values.get(name).copied().unwrap_or_default());
    match &tool.kind {
        ToolKind::Sliders(sliders) => {
            let entry = |slider: &Slider| (slider.name.clone(), value(&slider.name));
            Value::Object(sliders.iter().map(entry).collect())
        }
        ToolKind::Grid { rows, columns } => {
            let cell = |row: &str, column: &Slider| {
                let name = &column.name;
                (name.clone(), value(&format!("{row}.{name}")))
            };
            let row = |row: &String| {
                let cells = columns.iter().map(|column| cell(row, column));
                (row.clone(), Value::Object(cells.collect()))
            };
            Value::Object(rows.iter().map(row).collect())
        }
        ToolKind::Choice { amount, .. } => {
            let mut fields = Map::new();
            fields.insert("name".to_owned(), json!(call.choice));
            if let Some(amount) = amount {
                fields.insert(amount.name.clone(), value(&amount.name));
            }
            Value::Object(fields)
        }
    }
}

/// The choice and the values of a tool.
fn read(tool: &Tool, value: &Value) -> Result<(Option<String>, Vec<i32>), EditError> {
    let place = &tool.name;
    match &tool.kind {
        ToolKind::Sliders(sliders) => {
            let unknown = "has an unknown slider";
            Ok((None, numbers(place, sliders, unknown, value)?))
        }
        ToolKind::Grid { rows, columns } => {
            let given = value
                .as_object()
                .ok_or_else(|| wrong(place, "is not an object"))?;
            let mut values = vec![0; rows.len() * columns.len()];
            for (name, value) in given {
                let at = rows.iter().position(|row| row == name);
                let at = at.ok_or_else(|| wrong(place, "has an unknown row"))?;
                let place = format!("{place}.{name}");
                let numbers = cells(&place, columns, value)?;
                values[row_range(at, columns.len())].copy_from_slice(&numbers);
            }
            Ok((None, values))
        }
        ToolKind::Choice { amount, .. } => choice(place, amount.as_ref(), value),
    }
}

fn numbers(
    place: &str,
    sliders: &[Slider],
    unknown: &'static str,
    value: &Value,
) -> Result<Vec<i32>, EditError> {
    let given = value
        .as_object()
        .ok_or_else(|| wrong(place, "is not an object"))?;
    let mut values = vec![0; sliders.len()];
    for (name, value) in given {
        // The place is named only once the name is known to be one of ours.
        let at = sliders.iter().position(|slider| slider.name == *name);
        let at = at.ok_or_else(|| wrong(place, unknown))?;
        values[at] = integer(&format!("{place}.{name}"), value)?;
    }
    Ok(values)
}

/// The values of a grid's row.
fn cells(place: &str, columns: &[Slider], value: &Value) -> Result<Vec<i32>, EditError> {
    match value {
        Value::Array(list) if list.len() == columns.len() => columns
            .iter()
            .zip(list)
            .map(|(column, value)| integer(&format!("{place}.{}", column.name), value))
            .collect(),
        Value::Array(_) => Err(wrong(place, "does not have one value a column")),
        Value::Object(_) => numbers(place, columns, "has an unknown key", value),
        Value::Null => Ok(vec![0; columns.len()]),
        _ => Err(wrong(place, "is neither an object nor an array")),
    }
}

fn choice(
    place: &str,
    amount: Option<&Slider>,
    value: &Value,
) -> Result<(Option<String>, Vec<i32>), EditError> {
    let (name, given) = match value {
        Value::Array(list) => match (list.as_slice(), amount) {
            ([name, given], Some(_)) => (name, Some(given)),
            ([name], None) => (name, None),
            (_, Some(_)) => return Err(wrong(place, "is not [name, amount]")),
            (_, None) => return Err(wrong(place, "is not [name]")),
        },
        Value::Object(fields) => {
            let missing = |name: &str| wrong(format!("{place}.{name}"), "is missing");
            let name = fields.get("name").ok_or_else(|| missing("name"))?;
            let given = |amount: &Slider| {
                let given = fields.get(&amount.name);
                given.ok_or_else(|| missing(&amount.name))
            };
            (name, amount.map(given).transpose()?)
        }
        _ => return Err(wrong(place, "is neither an object nor an array")),
    };
    let name = name.as_str();
    let name = name.ok_or_else(|| wrong(format!("{place}.name"), "is not a text"))?;
    let values = match (amount, given) {
        (Some(amount), Some(given)) => vec![integer(&format!("{place}.{}", amount.name), given)?],
        _ => Vec::new(),
    };
    Ok((Some(name.to_owned()), values))
}

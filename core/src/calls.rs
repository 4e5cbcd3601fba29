//! What the tools of any catalog shall do: a call of each tool that is used.

mod editor;
mod json;

use std::ops::Range;

pub(crate) use editor::Editor;

use crate::catalog::{Tool, ToolKind};

/// A tool that is used, with all its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// The tool's name.
    pub tool: String,
    /// The name chosen; `None` for tools that choose nothing.
    pub choice: Option<String>,
    /// The values in the catalog's order, also those of 0: sliders; the values of a grid, row by
    /// row; the amount of a choice, if it has one.
    pub values: Vec<ToolValue>,
}

/// One value of a [`ToolCall`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolValue {
    /// The slider's name; in a grid `ROW.COLUMN`, such as `red.saturation`.
    pub name: String,
    /// The value, within the slider's range.
    pub value: i32,
}

impl ToolCall {
    /// The value of this name; `None` when the tool has none.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<i32> {
        let found = self.values.iter().find(|value| value.name == name);
        found.map(|found| found.value)
    }
}

/// A call without names: what a student says about a tool that it uses, counted by the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// The name chosen; 0 for tools that choose nothing.
    pub(crate) choice: usize,
    pub(crate) values: Vec<i32>,
}

impl Said {
    /// Whether nothing is changed by it: numbers are set, and all of them to 0.
    pub(crate) fn is_neutral(&self) -> bool {
        !self.values.is_empty() && self.values.iter().all(|value| *value == 0)
    }
}

impl Tool {
    /// The call with its names; `None` when the choice is none of the catalog.
    pub(crate) fn call(&self, said: &Said) -> Option<ToolCall> {
        let choice = match &self.kind {
            ToolKind::Choice { names, .. } => Some(names.get(said.choice)?.name.clone()),
            _ => None,
        };
        Some(self.named(choice, &said.values))
    }

    /// The call without its names; `None` when it chooses a name that the catalog does not have, or
    /// changes a value that the catalog does not have.
    pub(crate) fn said(&self, call: &ToolCall) -> Option<Said> {
        let names = self.value_names();
        let mut values = vec![0; names.len()];
        for given in &call.values {
            match names.iter().position(|name| *name == given.name) {
                Some(index) => values[index] = given.value,
                None if given.value != 0 => return None,
                None => {}
            }
        }
        let choice = match &self.kind {
            ToolKind::Choice { names, .. } => {
                let chosen = call.choice.as_ref()?;
                names.iter().position(|choice| choice.name == *chosen)?
            }
            _ => 0,
        };
        Some(Said { choice, values })
    }

    fn named(&self, choice: Option<String>, values: &[i32]) -> ToolCall {
        let names = self.value_names().into_iter();
        let values = names.zip(values);
        ToolCall {
            tool: self.name.clone(),
            choice,
            values: values
                .map(|(name, value)| ToolValue {
                    name,
                    value: *value,
                })
                .collect(),
        }
    }
}

/// Where the values of a grid's row stand.
pub(crate) fn row_range(index: usize, columns: usize) -> Range<usize> {
    index * columns..(index + 1) * columns
}

//! Calls of tools that are not the photo editor's.

use std::fmt::Write as _;

use colorist_core::{Colorist, ToolCall, ToolPrediction};

use super::json;
use super::table::{footer, heading, printable, row};
use crate::failure::Failure;
use crate::output::{FAINT, TITLE, print, print_json, styled};

/// Answers an intent.
pub(super) fn print_calls(colorist: &Colorist, intent: &str, as_json: bool) -> Result<(), Failure> {
    let prediction = colorist.call_tools(intent)?;
    if as_json {
        print_json(&json::object(intent, prediction.to_json()))
    } else {
        print(&table(intent, &prediction))
    }
}

fn table(intent: &str, prediction: &ToolPrediction) -> String {
    let mut text = format!("\n  {}\n\n", styled(TITLE, printable(intent)));
    for confidence in &prediction.confidence {
        let called = prediction.call(&confidence.tool);
        heading(
            &mut text,
            &printable(&confidence.tool),
            called.is_some(),
            confidence.value,
        );
        if let Some(called) = called {
            call(&mut text, called);
        }
    }
    footer(
        &mut text,
        &prediction.timings,
        prediction.tokens,
        prediction.truncated,
    );
    text
}

fn call(text: &mut String, call: &ToolCall) {
    if let Some(choice) = &call.choice {
        let _ = writeln!(text, "    {}", printable(choice));
    }
    let changed = call.values.iter().filter(|value| value.value != 0);
    for value in changed.clone() {
        let name = printable(&value.name);
        let _ = writeln!(text, "    {name:<22}{}", row(value.value));
    }
    let untouched = call.values.len() - changed.count();
    if untouched > 0 {
        let note = format!("{untouched} more stay at 0");
        let _ = writeln!(text, "    {}", styled(FAINT, note));
    }
    text.push('\n');
}

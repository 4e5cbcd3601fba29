//! An edit as a table for people.

use std::fmt::Write as _;
use std::time::Duration;

use anstyle::{Ansi256Color, AnsiColor, Style};
use colorist_core::{Adjust, ColorAdjust, Filter, Prediction, SelectiveAdjust, Timings};

use super::bars;
use crate::output::{FAINT, LESS, MORE, TITLE, styled};

/// The tools one below the other: what changes, and how sure the student is.
pub(crate) fn table(intent: &str, prediction: &Prediction) -> String {
    let mut text = format!("\n  {}\n\n", styled(TITLE, printable(intent)));
    let (edit, confidence) = (&prediction.edit, &prediction.confidence);

    heading(
        &mut text,
        "Adjust",
        edit.adjust.is_some(),
        confidence.adjust,
    );
    if let Some(tool) = &edit.adjust {
        adjust(&mut text, tool);
    }
    heading(
        &mut text,
        "Selective adjust",
        edit.selective_adjust.is_some(),
        confidence.selective_adjust,
    );
    if let Some(tool) = &edit.selective_adjust {
        selective(&mut text, tool);
    }
    heading(
        &mut text,
        "Filter",
        edit.filter.is_some(),
        confidence.filter,
    );
    if let Some(tool) = &edit.filter {
        filter(&mut text, tool);
    }
    footer(
        &mut text,
        &prediction.timings,
        prediction.tokens,
        prediction.truncated,
    );
    text
}

pub(super) fn heading(text: &mut String, tool: &str, used: bool, confidence: f32) {
    let tool = styled(TITLE, format!("{tool:<18}"));
    let state = if used { "" } else { "not used" };
    let sure = format!("{state:<26}{:>4.0}% sure", confidence * 100.0);
    let _ = writeln!(text, "  {tool}{}", styled(FAINT, sure));
    if !used {
        text.push('\n');
    }
}

fn adjust(text: &mut String, tool: &Adjust) {
    for (name, value) in tool.iter().filter(|(_, value)| *value != 0) {
        let _ = writeln!(text, "    {name:<22}{}", row(value));
    }
    let untouched = tool.iter().filter(|(_, value)| *value == 0).count();
    if untouched > 0 {
        let note = format!("{untouched} more stay at 0");
        let _ = writeln!(text, "    {}", styled(FAINT, note));
    }
    text.push('\n');
}

fn selective(text: &mut String, tool: &SelectiveAdjust) {
    let columns = format!("{:>17}  {:<28}{}", "", "saturation", "luminance");
    let _ = writeln!(text, "    {}", styled(FAINT, columns));
    for (name, color) in tool
        .iter()
        .filter(|(_, color)| *color != ColorAdjust::default())
    {
        let dot = styled(paint(name), "●");
        // Padded without the styles, which take no room on the screen.
        let gap = " ".repeat(bars::WIDTH - bars::shown(color.saturation));
        let _ = writeln!(
            text,
            "    {dot} {name:<10}{}{gap}  {}",
            row(color.saturation),
            row(color.luminance)
        );
    }
    text.push('\n');
}

fn filter(text: &mut String, tool: &Filter) {
    let (value, bar) = (tool.intensity, bar(tool.intensity));
    let _ = writeln!(text, "    {:<22}{value:>5}  {bar}\n", printable(&tool.name));
}

/// A value and its bar.
pub(super) fn row(value: i32) -> String {
    let number = if value == 0 {
        "0".to_owned()
    } else {
        format!("{value:+}")
    };
    format!("{number:>5}  {}", bar(value))
}

fn bar(value: i32) -> String {
    let (left, zero, right) = bars::centered(value);
    // Nothing follows on the line, so blanks would only be in the way of whoever copies it.
    let (zero, right) = (styled(FAINT, zero), right.trim_end());
    let right = if right.is_empty() {
        String::new()
    } else {
        styled(MORE, right)
    };
    let left = if value < 0 { styled(LESS, left) } else { left };
    [left, zero, right].concat()
}

pub(super) fn footer(text: &mut String, timings: &Timings, tokens: usize, truncated: bool) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let line = format!(
        "{:.2} ms (tokenize {:.2}, inference {:.2}, decode {:.2}), {tokens} tokens",
        milliseconds(timings.total),
        milliseconds(timings.tokenize),
        milliseconds(timings.inference),
        milliseconds(timings.decode),
    );
    let _ = writeln!(text, "  {}", styled(FAINT, line));
    if truncated {
        let note = "the text is longer than the student reads; its end was left out";
        let _ = writeln!(text, "  {}", styled(MORE, note));
    }
    text.push('\n');
}

/// A color's own color.
fn paint(name: &str) -> Style {
    match name {
        "red" => AnsiColor::Red.on_default(),
        "orange" => Ansi256Color(208).on_default(),
        "yellow" => AnsiColor::Yellow.on_default(),
        "green" => AnsiColor::Green.on_default(),
        "cyan" => AnsiColor::Cyan.on_default(),
        "blue" => AnsiColor::Blue.on_default(),
        _ => Style::new(),
    }
}

/// The text without what a terminal would obey.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

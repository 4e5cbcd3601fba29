//! The profiles for people.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::output::{FAINT, TITLE, styled};

/// The columns: a title, and the figures in it.
const COLUMNS: [(&str, &[&str]); 8] = [
    ("first edit ms", &["startMs"]),
    ("edit ms", &["editMs"]),
    ("peak", &["startPeakMB"]),
    ("loaded", &["loadedMB", "loadedAnonymousMB"]),
    ("light trim", &["lightMB", "lightAnonymousMB"]),
    ("unloaded", &["unloadMB", "unloadAnonymousMB"]),
    ("idle", &["idleMB", "idleAnonymousMB"]),
    ("again ms", &["reloadMs"]),
];

pub(super) fn table(profiles: &[(&str, Map<String, Value>)], processes: u32) -> String {
    let mut text = format!(
        "\n  {}  {}\n\n",
        styled(TITLE, "Profiles"),
        styled(
            FAINT,
            format!("medians of {processes}; memory in MB, in brackets what belongs to no file")
        ),
    );
    let mut head = format!("{:<32}", "");
    for (title, figures) in COLUMNS {
        let _ = write!(head, "{title:>0$}", width(title, figures));
    }
    let _ = writeln!(text, "  {}", styled(FAINT, head));
    for (name, figures) in profiles {
        let _ = write!(text, "  {name:<32}");
        for (title, wanted) in COLUMNS {
            let known = |name: &str| figures.get(name).and_then(Value::as_f64);
            let cell = match wanted {
                [one] if one.ends_with("Ms") => number(known(one), 1),
                [one] => number(known(one), 0),
                [all, part, ..] => {
                    format!("{} ({})", number(known(all), 0), number(known(part), 0))
                }
                [] => String::new(),
            };
            let _ = write!(text, "{cell:>0$}", width(title, wanted));
        }
        text.push('\n');
    }
    text.push('\n');
    text
}

fn width(title: &str, figures: &[&str]) -> usize {
    title.len().max(if figures.len() > 1 { 8 } else { 5 }) + 2
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "?".to_owned(), |value| format!("{value:.decimals$}"))
}

//! What any user would expect of the shipped student, whatever its score: opposites are opposite,
//! more is more, and what has nothing to do with color is left alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::{fmt::Write as _, io::Write as _, path::Path};

use colorist_core::{Colorist, Edit, Options};
use serde_json::Value;

/// Passing shares below which the student must not ship.
const DEGREES_FLOOR: f64 = 0.42;
const OPPOSITES_FLOOR: f64 = 0.88;
const UNRELATED_FLOOR: f64 = 0.90;

fn cases() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/behavior.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The value of `adjust.contrast` or `selectiveAdjust.red.luminance` in an edit; 0 when unused.
fn slider(edit: &Edit, path: &str) -> i64 {
    let json = edit.to_json();
    let pointer = format!("/{}", path.replace('.', "/"));
    json.pointer(&pointer).and_then(Value::as_i64).unwrap_or(0)
}

/// Says on standard error which cases failed, and gives the share that passed. `println!` would
/// show it only for a test that fails.
fn report(what: &str, failed: &[String], total: usize) -> f64 {
    let share = 1.0 - failed.len() as f64 / total as f64;
    let passed = total - failed.len();
    let mut text = format!("{what}: {passed} of {total} ({share:.3})\n");
    for line in failed {
        writeln!(text, "  {line}").unwrap();
    }
    // In one piece, because the tests run side by side.
    std::io::stderr().write_all(text.as_bytes()).unwrap();
    share
}

fn open() -> Colorist {
    Colorist::open(support::pack_path(), Options::default()).unwrap()
}

#[test]
fn more_words_of_degree_move_a_slider_further() {
    let colorist = open();
    let cases = cases();
    let cases = cases["degrees"].as_array().unwrap();
    let mut failed = Vec::new();
    for case in cases {
        let path = text(&case["slider"]);
        let values: Vec<i64> = case["intents"]
            .as_array()
            .unwrap()
            .iter()
            .map(|intent| slider(&colorist.edit(text(intent)).unwrap(), path))
            .collect();
        let rising = values.windows(2).all(|w| w[0].abs() < w[1].abs());
        let same_sign = values
            .iter()
            .all(|v| v.signum() == values[0].signum() && *v != 0);
        if !(rising && same_sign) {
            failed.push(format!("{path} {values:?} {}", case["intents"]));
        }
    }
    assert!(report("degrees", &failed, cases.len()) >= DEGREES_FLOOR);
}

#[test]
fn opposite_wishes_have_opposite_signs() {
    let colorist = open();
    let cases = cases();
    let cases = cases["opposites"].as_array().unwrap();
    let mut failed = Vec::new();
    for case in cases {
        let path = text(&case["slider"]);
        let [up, down] =
            ["up", "down"].map(|side| slider(&colorist.edit(text(&case[side])).unwrap(), path));
        if !(up > 0 && down < 0) {
            failed.push(format!(
                "{path} {up} {down} {} {}",
                case["up"], case["down"]
            ));
        }
    }
    assert!(report("opposites", &failed, cases.len()) >= OPPOSITES_FLOOR);
}

#[test]
fn what_is_not_about_color_uses_no_tool() {
    let colorist = open();
    let cases = cases();
    let cases = cases["unrelated"].as_array().unwrap();
    let failed: Vec<String> = cases
        .iter()
        .filter(|intent| !colorist.edit(text(intent)).unwrap().is_empty())
        .map(Value::to_string)
        .collect();
    assert!(report("unrelated", &failed, cases.len()) >= UNRELATED_FLOOR);
    assert!(colorist.edit("add music").unwrap().is_empty());
}

//! `colorist eval`, against scores computed by hand.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::fs;
use std::path::PathBuf;

use common::{close, folder, json, run};
use serde_json::Value;

/// Teacher and prediction of four rows; the predictions stand in another order and in both forms.
const ROWS: &str = r#"
{"intent":"a","why":"w","calls":1,"adjust":{"exposure":10},"selectiveAdjust":null,"filter":["mono_Noir",40]}
{"intent":"b","calls":3,"adjust":{"exposure":3,"contrast":4},"selectiveAdjust":null,"filter":["film_Amber",30]}
{"intent":"c","calls":5,"adjust":null,"selectiveAdjust":{"red":[10,0]},"filter":null}

{"intent":"d","calls":5,"adjust":null,"selectiveAdjust":{"red":[10,0]},"filter":null}
"#;
const PREDICTIONS: &str = r#"
{"intent":"d","adjust":null,"selectiveAdjust":{"red":{"saturation":20,"luminance":0}},"filter":null}
{"intent":"c","adjust":{"exposure":5},"selectiveAdjust":null,"filter":null}
{"intent":"b","adjust":{"exposure":4,"contrast":3},"selectiveAdjust":null,"filter":{"name":"mono_Noir","intensity":30}}
{"intent":"a","adjust":{"exposure":25},"selectiveAdjust":null,"filter":["mono_Noir",10]}
"#;

fn files(test: &str, rows: &str, predictions: &str) -> (PathBuf, PathBuf) {
    let folder = folder(test);
    let (data, predicted) = (folder.join("rows.jsonl"), folder.join("predictions.jsonl"));
    fs::write(&data, rows).unwrap();
    fs::write(&predicted, predictions).unwrap();
    (data, predicted)
}

#[test]
fn scores_are_those_computed_by_hand() {
    let (data, predicted) = files("eval-hand", ROWS, PREDICTIONS);
    let (data, predicted) = (data.to_str().unwrap(), predicted.to_str().unwrap());
    let scores = json(&["eval", "--data", data, "--predictions", predicted, "--json"]);
    let all = &scores["subsets"]["all"];
    assert_eq!(all["samples"], 4);

    // Used by the teacher in a and b, by the prediction in a, b and c; cosines 1 and 24/25.
    let adjust = 2.0 * 0.8 * 0.98 / (0.8 + 0.98);
    close(&all["adjust"]["precision"], 2.0 / 3.0);
    close(&all["adjust"]["recall"], 1.0);
    close(&all["adjust"]["f1"], 0.8);
    close(&all["adjust"]["quality"], 0.98);
    close(&all["adjust"]["final"], adjust);
    // Used by the teacher in c and d, by the prediction in d, in the same direction.
    close(&all["selectiveAdjust"]["precision"], 1.0);
    close(&all["selectiveAdjust"]["recall"], 0.5);
    close(&all["selectiveAdjust"]["quality"], 1.0);
    close(&all["selectiveAdjust"]["final"], 0.8);
    // Used by both in a and b; the name is right in a.
    close(&all["filter"]["f1"], 1.0);
    close(&all["filter"]["quality"], 0.5);
    close(&all["filter"]["final"], 2.0 / 3.0);
    close(&all["overall"], (adjust + 0.8 + 2.0 / 3.0) / 3.0);

    let interval = all["overallInterval"].as_array().unwrap();
    let bounds = [interval[0].as_f64().unwrap(), interval[1].as_f64().unwrap()];
    assert!(
        0.0 <= bounds[0] && bounds[0] < bounds[1] && bounds[1] <= 1.0,
        "{bounds:?}"
    );

    // b, c and d; then c and d, where adjust and filter are not used by both.
    assert_eq!(scores["subsets"]["r3"]["samples"], 3);
    close(&scores["subsets"]["r3"]["adjust"]["quality"], 0.96);
    assert_eq!(scores["subsets"]["r5"]["samples"], 2);
    close(&scores["subsets"]["r5"]["overall"], 0.8 / 3.0);
}

#[test]
fn without_calls_there_are_no_subsets() {
    let row = r#"{"intent":"a","adjust":{"exposure":10},"selectiveAdjust":null,"filter":null}"#;
    let (data, predicted) = files("eval-all", row, row);
    let (data, predicted) = (data.to_str().unwrap(), predicted.to_str().unwrap());
    let scores = json(&["eval", "--data", data, "--predictions", predicted, "--json"]);
    assert_eq!(common::keys(&scores["subsets"]), ["all"]);
    close(&scores["subsets"]["all"]["overall"], 1.0 / 3.0);

    let table = run(&["eval", "--data", data, "--predictions", predicted]);
    assert_eq!(table.code, Some(0));
    assert!(table.stdout.contains("0.333"), "{}", table.stdout);
}

#[test]
fn a_pack_that_is_asked_its_own_answers_is_perfect() {
    let answers: Vec<Value> = ["golden hour", "film noir", "make the sky more blue"]
        .map(|intent| json(&["edit", "--json", intent]))
        .into();
    let lines: Vec<String> = answers.iter().map(Value::to_string).collect();
    let (data, _) = files("eval-pack", &lines.join("\n"), "");
    let scores = json(&["eval", "--data", data.to_str().unwrap(), "--json"]);
    for tool in ["adjust", "selectiveAdjust", "filter"] {
        let used = answers.iter().any(|answer| !answer[tool].is_null());
        close(
            &scores["subsets"]["all"][tool]["final"],
            f64::from(u8::from(used)),
        );
    }
}

#[test]
fn a_wrong_file_is_named_by_line_and_not_quoted() {
    let good = r#"{"intent":"secretword","adjust":null,"selectiveAdjust":null,"filter":null}"#;
    let other = r#"{"intent":"another","adjust":null,"selectiveAdjust":null,"filter":null}"#;
    let wrong = [
        (format!("{good}\n{{secretword"), good.to_owned(), "line 2"),
        (
            format!("{good}\n\n[\"secretword\"]"),
            good.to_owned(),
            "line 3",
        ),
        (format!("{other}\n{good}"), other.to_owned(), "row 2"),
        (
            good.replace("null", "\"secretword\""),
            good.to_owned(),
            "line 1",
        ),
        (
            good.replace("\"filter\"", "\"calls\":\"secretword\",\"filter\""),
            good.to_owned(),
            "line 1",
        ),
        (String::new(), good.to_owned(), "no rows"),
    ];
    for (rows, predictions, place) in wrong {
        let (data, predicted) = files("eval-wrong", &rows, &predictions);
        let run = run(&[
            "eval",
            "--data",
            data.to_str().unwrap(),
            "--predictions",
            predicted.to_str().unwrap(),
        ]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{place}");
        assert!(run.stderr.contains(place), "{place}: {}", run.stderr);
        assert!(!run.stderr.contains("secretword"), "{}", run.stderr);
    }
}

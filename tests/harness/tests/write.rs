//! `colorist write`.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{colorist, finish, json, keys, run};
use serde_json::Value;

/// A student of the text codec with random weights.
const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../golden/text-pack");

fn lines(answer: &Value) -> Vec<Vec<u64>> {
    serde_json::from_value(answer["written"].clone()).unwrap()
}

#[test]
fn an_answer_has_its_tokens_and_how_it_came_to_them() {
    let fast = json(&["write", "--pack", PACK, "golden", "hour"]);
    assert_eq!(keys(&fast), ["edit", "written", "timings"]);
    assert_eq!(lines(&fast).len(), 3);
    let plain = json(&[
        "write",
        "--pack",
        PACK,
        "--decoding",
        "step-by-step",
        "golden hour",
    ]);
    assert_eq!(lines(&fast), lines(&plain));
    let passes = |answer: &Value| answer["timings"]["passes"].as_u64().unwrap();
    assert!(passes(&fast) < passes(&plain));
    let edit = json(&["edit", "--json", "--pack", PACK, "golden hour"]);
    assert_eq!(fast["edit"]["adjust"], edit["adjust"]);
}

#[test]
fn what_is_no_edit_says_where() {
    let done = run(&["write", "--pack", PACK, "--decoding", "free", "golden hour"]);
    assert_eq!(done.code, Some(1));
    let answer: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(answer["error"]["kind"], "output");
    assert_eq!(answer["error"]["tool"], "adjust");
    assert!(answer["error"]["position"].as_u64().unwrap() > 0);
    assert!(!done.stdout.contains("golden"));
}

#[test]
fn intents_come_from_standard_input_and_can_be_repeated() {
    let mut command = colorist(&["write", "--pack", PACK, "--repeat", "2", "--memory"]);
    let done = finish(&mut command, b"golden hour\nless yellow please\n");
    assert_eq!(done.code, Some(0));
    assert!(done.stderr.starts_with("peak memory: "), "{}", done.stderr);
    let answers: Vec<Value> = done
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 4);
    assert_eq!(lines(&answers[0]), lines(&answers[1]));
    assert_ne!(lines(&answers[1]), lines(&answers[2]));
}

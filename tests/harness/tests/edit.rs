//! `colorist edit`.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use common::{COLORS, SLIDERS, colorist, finish, json, keys, run};
use serde_json::Value;

/// Between them they use every tool.
const INTENTS: [&str; 8] = [
    "golden hour",
    "moody cinematic teal and orange",
    "black and white film noir",
    "make the sky more blue",
    "darker greens",
    "brighter",
    "vintage faded film from the 70s",
    "cyberpunk neon night",
];

/// The answers to all of them from one process: starting one costs more than many edits.
fn edits(arguments: &[&str]) -> Vec<Value> {
    let mut command = colorist(&["edit", "--jsonl"]);
    let answers = finish(command.args(arguments), INTENTS.join("\n").as_bytes());
    assert_eq!((answers.code, answers.stderr.as_str()), (Some(0), ""));
    answers
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn json_has_exactly_the_promised_shape() {
    let mut used = [false; 3];
    let one = json(&["edit", "--json", INTENTS[0]]);
    for (edit, intent) in edits(&[]).iter().chain([&one]).zip(INTENTS.iter().cycle()) {
        assert_eq!(
            keys(edit),
            [
                "intent",
                "adjust",
                "selectiveAdjust",
                "filter",
                "confidence",
                "timings",
                "tokens",
                "truncated",
            ]
        );
        assert_eq!(edit["intent"], *intent);
        if !edit["adjust"].is_null() {
            used[0] = true;
            assert_eq!(keys(&edit["adjust"]), SLIDERS);
            assert!(
                edit["adjust"]
                    .as_object()
                    .unwrap()
                    .values()
                    .all(Value::is_i64)
            );
        }
        if !edit["selectiveAdjust"].is_null() {
            used[1] = true;
            assert_eq!(keys(&edit["selectiveAdjust"]), COLORS);
            for color in edit["selectiveAdjust"].as_object().unwrap().values() {
                assert_eq!(keys(color), ["saturation", "luminance"]);
                assert!(color.as_object().unwrap().values().all(Value::is_i64));
            }
        }
        if !edit["filter"].is_null() {
            used[2] = true;
            assert_eq!(keys(&edit["filter"]), ["name", "intensity"]);
            assert!(edit["filter"]["name"].is_string() && edit["filter"]["intensity"].is_i64());
        }
        assert_eq!(
            keys(&edit["confidence"]),
            ["adjust", "selectiveAdjust", "filter"]
        );
        for confidence in edit["confidence"].as_object().unwrap().values() {
            assert!((0.0..=1.0).contains(&confidence.as_f64().unwrap()));
        }
        let phases = [
            "queueMs",
            "tokenizeMs",
            "inferenceMs",
            "decodeMs",
            "totalMs",
            "passes",
            "forcedTokens",
        ];
        assert_eq!(keys(&edit["timings"]), phases);
        for time in edit["timings"].as_object().unwrap().values() {
            assert!(time.as_f64().unwrap() >= 0.0);
        }
        assert!(edit["tokens"].as_u64().unwrap() > 0);
        assert_eq!(edit["truncated"], false);
    }
    assert_eq!(
        used, [true; 3],
        "no intent used the tool, so its shape was not seen"
    );
}

#[test]
fn words_need_no_quotes() {
    let (one, two) = (
        json(&["edit", "--json", "golden hour"]),
        json(&["edit", "--json", "golden", "hour"]),
    );
    assert_eq!(one["intent"], two["intent"]);
    assert_eq!(one["adjust"], two["adjust"]);
}

#[test]
fn the_table_names_what_is_used() {
    for (edit, intent) in edits(&[]).iter().zip(INTENTS).take(4) {
        let table = run(&["edit", intent]);
        assert_eq!((table.code, table.stderr.as_str()), (Some(0), ""));
        assert!(table.stdout.contains(intent));
        for tool in ["Adjust", "Selective adjust", "Filter"] {
            assert!(table.stdout.contains(tool));
        }
        if let Some(name) = edit["filter"]["name"].as_str() {
            assert!(table.stdout.contains(name));
        }
        if let Some(sliders) = edit["adjust"].as_object() {
            for (name, value) in sliders {
                let shown = table.stdout.lines().any(|line| {
                    let mut words = line.split_whitespace();
                    words.next() == Some(name)
                        && words.next() == Some(&format!("{:+}", value.as_i64().unwrap()))
                });
                assert_eq!(shown, value != 0, "{name} of {value}\n{}", table.stdout);
            }
        }
    }
}

#[test]
fn half_the_strength_halves_every_value() {
    let half = |value: &Value| (value.as_f64().unwrap() / 2.0).round() as i64;
    let mut compared = 0;
    for (whole, halved) in edits(&[]).iter().zip(edits(&["--strength", "0.5"])) {
        assert_eq!(halved["intent"], whole["intent"]);
        for slider in SLIDERS.iter().filter(|_| !halved["adjust"].is_null()) {
            assert_eq!(halved["adjust"][slider], half(&whole["adjust"][slider]));
            compared += 1;
        }
        for color in COLORS
            .iter()
            .filter(|_| !halved["selectiveAdjust"].is_null())
        {
            for part in ["saturation", "luminance"] {
                let (is, was) = (
                    &halved["selectiveAdjust"][color][part],
                    &whole["selectiveAdjust"][color][part],
                );
                assert_eq!(*is, half(was));
            }
        }
        if !halved["filter"].is_null() {
            assert_eq!(halved["filter"]["name"], whole["filter"]["name"]);
            assert_eq!(
                halved["filter"]["intensity"],
                half(&whole["filter"]["intensity"])
            );
        }
    }
    assert!(compared > 0);
    let none = json(&["edit", "--json", "--strength", "0", "golden hour"]);
    assert!(
        ["adjust", "selectiveAdjust", "filter"]
            .iter()
            .all(|tool| none[tool].is_null())
    );
}

#[test]
fn more_strength_stays_in_range() {
    for edit in edits(&["--strength", "10"]) {
        for value in edit["adjust"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(_, value)| value)
        {
            assert!((-100..=100).contains(&value.as_i64().unwrap()));
        }
    }
}

#[test]
fn jsonl_answers_every_line_in_order() {
    let input: String = INTENTS
        .iter()
        .cycle()
        .take(200)
        .map(|intent| format!("{intent}\n"))
        .collect();
    let answers = finish(&mut colorist(&["edit", "--jsonl"]), input.as_bytes());
    assert_eq!((answers.code, answers.stderr.as_str()), (Some(0), ""));
    let answers: Vec<Value> = answers
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 200);
    // Whatever came before a line has no influence on its answer.
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer["intent"], INTENTS[number % INTENTS.len()]);
        for key in ["adjust", "selectiveAdjust", "filter", "confidence"] {
            assert_eq!(
                answer[key],
                answers[number % INTENTS.len()][key],
                "line {number}"
            );
        }
    }
    let alone = json(&["edit", "--json", INTENTS[1]]);
    assert_eq!(keys(&answers[1]), keys(&alone));
    for key in ["adjust", "selectiveAdjust", "filter", "confidence"] {
        assert_eq!(answers[1][key], alone[key]);
    }
}

#[test]
fn a_bad_line_fails_on_its_own_line_only() {
    let mut input = b"brighter\n\n  \t\nwarm\xff\r\n".to_vec();
    input.extend(b"secretword ".repeat(100_000));
    input.extend(b"\nwarmer\r\nlast line without an end");
    let answers = finish(&mut colorist(&["edit", "--jsonl"]), &input);
    assert_eq!(answers.code, Some(1));
    assert_eq!(answers.stderr, "");
    assert!(!answers.stdout.contains("secretword"));
    let lines: Vec<Value> = answers
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 7);
    let kinds: Vec<Option<&str>> = lines
        .iter()
        .map(|line| line["error"]["kind"].as_str())
        .collect();
    let expected = [
        None,
        Some("empty"),
        Some("empty"),
        Some("encoding"),
        Some("tooLong"),
        None,
        None,
    ];
    assert_eq!(kinds, expected);
    for line in lines.iter().filter(|line| !line["error"].is_null()) {
        assert_eq!(keys(line), ["error"]);
        assert_eq!(keys(&line["error"]), ["kind", "message", "help"]);
    }
    assert_eq!(lines[5]["intent"], "warmer");
    assert_eq!(lines[6]["intent"], "last line without an end");
}

#[test]
fn jsonl_answers_a_line_before_the_next_one_comes() {
    let mut child = colorist(&["edit", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for intent in INTENTS {
        writeln!(stdin, "{intent}").unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["intent"], intent);
    }
    drop(stdin);
    assert!(answers.next().is_none());
    assert!(child.wait().unwrap().success());
}

#[test]
fn jsonl_answers_a_line_while_half_of_the_next_is_there() {
    let mut child = colorist(&["edit", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&answers.next().unwrap().unwrap()).unwrap();
    stdin.write_all(b"warmer\ngolden").unwrap();
    assert_eq!(next()["intent"], "warmer");
    stdin.write_all(b" hour\n").unwrap();
    assert_eq!(next()["intent"], "golden hour");
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = colorist(&["edit", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "golden hour").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn a_reader_that_goes_away_does_not_cost_the_files() {
    let table = common::folder("edit-no-reader").join("look.cube");
    let arguments = ["edit", "golden hour", "--lut", table.to_str().unwrap()];
    let mut child = colorist(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    assert!(table.is_file());
}

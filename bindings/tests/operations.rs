//! The golden operations, through the functions that Kotlin and Swift call.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::path::{Path, PathBuf};

use colorist_ffi::{
    FfiDifference, FfiEdit, FfiEngine, FfiError, FfiFilter, FfiOptions, edit_diff, edit_from_json,
    edit_scaled, edit_to_json,
};
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn engine() -> std::sync::Arc<FfiEngine> {
    let pack = root().join("models/packs/colorist-small");
    let options = FfiOptions::default();
    FfiEngine::open(pack.to_str().unwrap().to_owned(), options, None).unwrap()
}

fn lines(path: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!lines.is_empty());
    lines
}

fn edit(value: &Value) -> FfiEdit {
    edit_from_json(value.to_string()).unwrap()
}

fn filter(filter: Option<FfiFilter>) -> Value {
    filter.map_or(
        Value::Null,
        |filter| json!({"name": filter.name, "intensity": filter.intensity}),
    )
}

#[test]
fn every_operation_gives_what_the_golden_says() {
    let catalog = engine().catalog();
    for case in lines("tests/golden/operations.jsonl") {
        let name = &case["name"];
        match case["op"].as_str().unwrap() {
            "scaled" => {
                let strength = case["strength"].as_f64().unwrap() as f32;
                let result = edit_scaled(edit(&case["edit"]), strength);
                assert_eq!(result, edit(&case["expect"]), "{name}");
            }
            "clamped" => {
                let result = catalog.clamped(edit(&case["edit"]));
                assert_eq!(result, edit(&case["expect"]), "{name}");
            }
            "mergedOnto" => {
                let result = catalog.merged_onto(edit(&case["edit"]), edit(&case["current"]));
                assert_eq!(result, edit(&case["expect"]), "{name}");
            }
            "diff" => {
                let found: Vec<Value> = edit_diff(edit(&case["edit"]), edit(&case["other"]))
                    .into_iter()
                    .map(|difference| match difference {
                        FfiDifference::Slider {
                            name,
                            before,
                            after,
                        } => json!({"name": name, "before": before, "after": after}),
                        FfiDifference::Filter { before, after } => json!(
                            {"filter": true, "before": filter(before), "after": filter(after)}
                        ),
                    })
                    .collect();
                assert_eq!(Value::from(found), case["expect"], "{name}");
            }
            "toJson" => {
                let json = edit_to_json(edit(&case["edit"]));
                assert_eq!(json, case["expect"].as_str().unwrap(), "{name}");
            }
            "fromJson" => {
                let result = edit_from_json(case["json"].as_str().unwrap().to_owned());
                match (result, case["error"].as_str()) {
                    (Ok(result), None) => assert_eq!(result, edit(&case["expect"]), "{name}"),
                    (Err(FfiError::InvalidEdit { reason }), Some(words)) => {
                        assert!(reason.contains(words), "{name}: {reason}");
                    }
                    (result, _) => panic!("{name}: {result:?}"),
                }
            }
            other => panic!("{name}: no operation is called {other}"),
        }
    }
}

#[test]
fn every_golden_of_the_pack_is_reproduced() {
    let engine = engine();
    for golden in lines("models/packs/colorist-small/goldens.jsonl") {
        let intent = golden["intent"].as_str().unwrap().to_owned();
        let answer = engine.edit_blocking(intent.clone(), u64::MAX).unwrap();
        let json: Value = serde_json::from_str(&edit_to_json(answer.edit)).unwrap();
        assert_eq!(json, golden["edit"], "{intent}");
    }
}

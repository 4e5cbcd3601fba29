//! Tools of a text student. Its weights are random, so whatever is right is the grammar's doing.

use std::path::{Path, PathBuf};

use colorist_core::{
    Catalog, Colorist, Decoding, Options, Request,
    grammar::{Form, Grammar, Line},
};

use super::*;

fn text_pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/text-pack")
}

/// The text pack with other tools; their names are words that its decoder has pieces for.
fn open(tools: &Value) -> (Colorist, tempfile::TempDir) {
    let folder = support::variant_of(&text_pack(), |pack| pack["catalog"] = tools.clone());
    let engine = Colorist::open(folder.path(), Options::default()).unwrap();
    (engine, folder)
}

/// A choice without an amount, a grid of one cell, and sliders.
fn tools() -> Value {
    json!({"tools": [
        {"name": "filter", "kind": "choice",
            "names": {"film_Amber": "", "mono_Noir": "", "red": ""}},
        {"name": "orange", "kind": "grid", "rows": ["blue"],
            "columns": {"not a word of it": {"min": -5, "max": 5}}},
        {"name": "adjust", "kind": "sliders",
            "sliders": {"tint": {"min": -10, "max": 10}, "hue": {"min": 0, "max": 50}}},
    ]})
}

#[test]
fn whatever_is_asked_the_calls_are_the_catalogs() {
    let (engine, _folder) = open(&tools());
    let mut used = [0; 3];
    for number in 0..40 {
        let prediction = engine.call_tools(&format!("warm light {number}")).unwrap();
        assert_eq!(prediction.written.len(), 3);
        for call in &prediction.calls {
            let tools = &engine.catalog().tools;
            let row = tools
                .iter()
                .position(|tool| tool.name == call.tool)
                .unwrap();
            used[row] += 1;
            let named = call.choice.as_ref().is_none_or(|name| {
                tools[row]
                    .choices()
                    .iter()
                    .any(|choice| choice.name == *name)
            });
            assert!(named && call.choice.is_some() == (row == 0), "{call:?}");
            let names: Vec<&str> = values(call).iter().map(|(name, _)| *name).collect();
            assert_eq!(names, tools[row].value_names());
            for (value, range) in values(call).iter().zip(tools[row].ranges()) {
                assert_eq!(range.clamp(value.1), value.1);
                assert_eq!(value.1 % 5, 0);
            }
        }
        let sure = prediction.confidence.iter().map(|sure| sure.value);
        assert!(
            sure.clone().all(|sure| sure > 0.0 && sure <= 1.0),
            "{:?}",
            prediction.confidence
        );
        let request = Request::default().with_decoding(Decoding::StepByStep);
        let plain = engine
            .call_tools_with(&format!("warm light {number}"), &request)
            .unwrap();
        assert_eq!(plain.calls, prediction.calls);
        for decoding in [Decoding::Free, Decoding::Unread] {
            let request = Request::default().with_decoding(decoding);
            // What is written freely is seldom a line.
            if let Ok(free) = engine.call_tools_with(&format!("warm light {number}"), &request) {
                let sure = free.confidence.iter().map(|sure| sure.value);
                assert_eq!(sure.collect::<Vec<_>>(), [0.0; 3]);
            } else {
                assert_eq!(decoding, Decoding::Free);
            }
        }
    }
    assert!(
        used.iter().filter(|count| **count > 0).count() >= 2,
        "{used:?}"
    );
    assert!(engine.edit("warm").is_err());
}

#[test]
fn one_tool_and_sixteen_are_written() {
    let words = [
        "tint", "hue", "bloom", "red", "green", "blue", "cyan", "orange",
    ];
    let names = words.iter().map(|word| (*word).to_owned());
    let names: Vec<String> = names
        .chain(words.iter().map(|w| format!("{w} {w}")))
        .collect();
    let tool = |name: &String| json!({"name": name, "kind": "choice", "names": {"exposure": ""}});
    for count in [1, 16] {
        let tools: Vec<Value> = names[..count].iter().map(tool).collect();
        let (engine, _folder) = open(&json!({"tools": tools}));
        let prediction = engine.call_tools("warm").unwrap();
        assert_eq!(prediction.written.len(), count);
        assert_eq!(prediction.confidence.len(), count);
    }
}

#[test]
fn lines_of_every_kind_are_read_as_they_are_written() {
    let spell = |text: &str| Some(format!(" {text}").chars().map(u32::from).collect());
    let catalog = Catalog::from_json(&catalog()).unwrap();
    let lines = |zeros: bool| {
        let form = Form { zeros, step: 5 };
        let grammar = Grammar::compile(&catalog, form, 1, &spell).unwrap();
        assert_eq!(grammar.rows(), 4);
        move |row: usize, line: Line| {
            let tokens = grammar.tokens(row, &line)?;
            assert_eq!(grammar.read(row, &tokens), Ok(line.clone()));
            let call = grammar.call(row, &line);
            assert_eq!(grammar.line(row, call.as_ref()).as_ref(), Some(&line));
            Some((grammar.text(row, &line)?, call))
        }
    };
    let (some, all) = (lines(false), lines(true));
    let used = |names: &[(usize, &[i32])]| {
        Line::Used(
            names
                .iter()
                .map(|(name, values)| (*name, values.to_vec()))
                .collect(),
        )
    };
    let (text, call) = some(0, used(&[(1, &[-50])])).unwrap();
    assert_eq!(text, "grade fade out -50");
    assert_eq!(values(&call.unwrap()), [("glow", 0), ("fade out", -50)]);
    let (text, _) = all(0, used(&[(0, &[5]), (1, &[0])])).unwrap();
    assert_eq!(text, "grade glow 5 fade out 0");
    assert_eq!(some(1, used(&[(0, &[-5])])).unwrap().0, "colors été -5");
    assert_eq!(some(2, used(&[(1, &[40])])).unwrap().0, "sticker 雪 40");
    let (text, call) = some(3, used(&[(1, &[])])).unwrap();
    assert_eq!(text, "mood wild");
    assert_eq!(call.unwrap().choice.as_deref(), Some("wild"));
    assert_eq!(
        some(3, Line::Unused).unwrap(),
        ("mood unused".to_owned(), None)
    );
    // What the grammar does not have.
    assert_eq!(some(3, used(&[(1, &[5])])), None);
    assert_eq!(some(2, used(&[(1, &[])])), None);
    assert_eq!(some(0, used(&[(1, &[-55])])), None);
}

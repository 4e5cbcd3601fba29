//! Real edits: the golden lines that training is held to as well, and the teacher's rows.

use std::{fs, path::Path};

use colorist_core::{
    Edit,
    catalog::ToolKind,
    grammar::{Form, Grammar, Line},
};
use serde_json::Value;

use crate::{FORMS, catalogs, compile, round_trip, text, tokenizers, write};

/// The values of a file's lines.
fn rows(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The grammars of both tokenizers.
fn grammars(form: Form) -> [Grammar; 2] {
    [tokenizers::shipped(), tokenizers::unigram()]
        .map(|tokenizer| compile(&catalogs::shipped(), form, &tokenizer).unwrap())
}

#[test]
fn golden_lines_are_written_and_read() {
    let rows = rows(&repository().join("tests/golden/lines.jsonl"));
    assert!(rows.len() >= 10);
    for row in rows {
        let zeros = row["zeros"].as_bool().unwrap();
        let edit = Edit::from_json(&row["edit"]).unwrap();
        for grammar in grammars(Form { zeros, step: 5 }) {
            for tool in 0..grammar.rows() {
                let line = text(&grammar, tool, &edit);
                assert_eq!(line.as_deref(), row["lines"][tool].as_str(), "{row}");
            }
            assert_eq!(round_trip(&grammar, &edit), edit, "{row}");
        }
    }
}

#[test]
fn every_row_of_the_teacher_can_be_written() {
    let files = fs::read_dir(repository().join("models/data/teacher")).unwrap();
    let rows: Vec<Value> = files.flat_map(|file| rows(&file.unwrap().path())).collect();
    assert!(rows.len() > 1000);
    for grammar in FORMS.into_iter().flat_map(grammars) {
        for row in &rows {
            let edit = Edit::from_json(row).unwrap();
            assert_eq!(round_trip(&grammar, &edit), edit, "{row}");
        }
    }
}

#[test]
fn what_the_grammar_lacks_cannot_be_written() {
    let edits = [
        (0, serde_json::json!({"adjust": {"tint": 3}})),
        (0, serde_json::json!({"adjust": {"tint": 105}})),
        (0, serde_json::json!({"adjust": {"bloom": -5}})),
        (1, serde_json::json!({"selectiveAdjust": {"red": [5, 101]}})),
        (2, serde_json::json!({"filter": ["no such filter", 5]})),
        (2, serde_json::json!({"filter": ["film_Amber", -5]})),
    ];
    for grammar in FORMS.into_iter().flat_map(grammars) {
        for (row, edit) in &edits {
            let edit = Edit::from_json(edit).unwrap();
            for other in 0..grammar.rows() {
                let can = other != *row;
                assert_eq!(write(&grammar, other, &edit).is_some(), can, "{edit:?}");
                assert_eq!(text(&grammar, other, &edit).is_some(), can, "{edit:?}");
            }
        }
    }
}

#[test]
fn another_catalog_says_it_in_its_own_order_or_not_at_all() {
    let mut catalog = catalogs::shipped();
    let ToolKind::Sliders(sliders) = &mut catalog.tools[0].kind else {
        panic!("another kind");
    };
    sliders.remove(0);
    sliders.reverse();
    let grammar = compile(&catalog, FORMS[0], &tokenizers::unigram()).unwrap();
    let edit = |json| Edit::from_json(&json).unwrap();
    let lost = edit(serde_json::json!({"adjust": {"exposure": 5, "hue": 5}}));
    assert_eq!(text(&grammar, 0, &lost), None);
    let rest = edit(serde_json::json!({"adjust": {"hue": 5, "bloom": 5}}));
    assert_eq!(
        text(&grammar, 0, &rest).as_deref(),
        Some("adjust bloom 5 hue 5")
    );
}

#[test]
fn lines_that_change_nothing_are_an_edit_of_nothing() {
    let [some, all] = FORMS.map(|form| grammars(form)[0].clone());
    let sliders = Line::Used((0..14).map(|index| (index, vec![0])).collect());
    let color = Line::Used(vec![(0, vec![0, 0])]);
    for (grammar, row, line) in [(all, 0, sliders), (some, 1, color)] {
        let tokens = grammar.tokens(row, &line).unwrap();
        assert_eq!(grammar.read(row, &tokens).as_ref(), Ok(&line));
        assert_eq!(grammar.call(row, &line), None);
    }
}

#[test]
fn every_name_is_forced_when_all_are_written() {
    let tokenizer = tokenizers::shipped();
    let grammar = compile(&catalogs::shipped(), FORMS[1], &tokenizer).unwrap();
    let edit = Edit::from_json(&serde_json::json!({"adjust": {"tint": 5}})).unwrap();
    let mut state = grammar.start(0);
    let mut chosen = Vec::new();
    for id in write(&grammar, 0, &edit).unwrap() {
        if grammar.edges(state).len() > 1 {
            chosen.push(tokenizer.inner.id_to_token(id).unwrap());
        }
        state = grammar.step(state, id).unwrap();
    }
    // That the tool is used, and the 14 values.
    let mut expected = vec!["0"; 15];
    (expected[0], expected[9]) = ("exposure", "5");
    assert_eq!(chosen, expected);
}

//! The grammar of the text codec, through the public API.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod any;
mod catalogs;
mod goldens;
mod refused;
mod tokenizers;

use colorist_core::{
    Catalog, Edit, ToolCall,
    grammar::{Form, Grammar, GrammarError},
};
use proptest::test_runner::Config;

/// So many random cases; failures are printed, not written into the source tree.
fn cases(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

/// Both ways to write, in steps of 5.
const FORMS: [Form; 2] = [
    Form {
        zeros: false,
        step: 5,
    },
    Form {
        zeros: true,
        step: 5,
    },
];

/// Compiles a grammar; the end token is the tokenizer's own.
fn compile(
    catalog: &Catalog,
    form: Form,
    tokenizer: &tokenizers::Speller,
) -> Result<Grammar, GrammarError> {
    Grammar::compile(catalog, form, tokenizer.end, &|text| tokenizer.spell(text))
}

/// The tokens of an edit's line; `None` when it cannot be written.
fn write(grammar: &Grammar, row: usize, edit: &Edit) -> Option<Vec<u32>> {
    let calls = edit.calls();
    let call = calls.iter().find(|call| call.tool == Edit::TOOLS[row]);
    grammar.tokens(row, &grammar.line(row, call)?)
}

/// The text of an edit's line; `None` when it cannot be written.
fn text(grammar: &Grammar, row: usize, edit: &Edit) -> Option<String> {
    grammar.text(row, &grammar.read(row, &write(grammar, row, edit)?).ok()?)
}

/// What is read from what is written.
fn round_trip(grammar: &Grammar, edit: &Edit) -> Edit {
    let read = |row| -> Option<ToolCall> {
        let tokens = write(grammar, row, edit).expect("the edit can be written");
        assert!(tokens.len() <= grammar.longest(row));
        grammar.call(row, &grammar.read(row, &tokens).unwrap())
    };
    Edit::from_calls(&(0..grammar.rows()).filter_map(read).collect::<Vec<_>>())
}

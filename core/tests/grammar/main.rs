//! The grammar of the text codec, through the public API.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod any;
mod catalogs;
mod goldens;
mod refused;
mod tokenizers;

use colorist_core::{
    Catalog,
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

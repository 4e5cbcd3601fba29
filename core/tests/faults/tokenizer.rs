//! Tokenizers at which the library that reads them panics, in packs whose sums are right.

use colorist_core::{Colorist, Error, Options, PackError};
use serde_json::{Value, json};

use crate::{model::with_file, support::tokenizer};

fn refused(file: &[u8]) {
    let folder = with_file("tokenizer.json", file);
    // The engine loads tokenizer and graph side by side, or one after the other.
    for options in [Options::default(), Options::default().with_low_memory(true)] {
        match Colorist::open(folder.path(), options) {
            Err(Error::Pack(PackError::InvalidTokenizer { file, reason })) => {
                assert_eq!(file, "tokenizer.json");
                assert!(!reason.is_empty());
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_file_at_which_the_library_panics_is_refused_when_it_is_opened() {
    // Found by fuzzing: `decoder` is no JSON.
    let whole = tokenizer().to_string();
    let broken = whole.replacen("\"decoder\":null", "\"decoder\":full", 1);
    assert_ne!(broken, whole);
    refused(broken.as_bytes());
}

#[test]
fn a_file_that_is_no_tokenizer_is_refused_when_it_is_opened() {
    let whole = tokenizer().to_string();
    for length in (0..whole.len()).step_by(whole.len() / 30) {
        refused(&whole.as_bytes()[..length]);
    }
    for other in [
        Value::Null,
        json!([]),
        json!({}),
        json!({"model": {"type": "BPE"}}),
    ] {
        refused(other.to_string().as_bytes());
    }
    refused(&[0xff; 100]);
    // Deeper than any parser's stack.
    refused("[".repeat(100_000).as_bytes());
}

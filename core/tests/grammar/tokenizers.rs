//! Tokenizers to spell with: the shipped one, and small ones made here.

use std::{collections::HashSet, path::Path};

use serde_json::{Map, Value, json};
use tokenizers::Tokenizer;

/// A tokenizer with its unknown and its end token.
pub(crate) struct Speller {
    pub(crate) inner: Tokenizer,
    pub(crate) end: u32,
    unknown: u32,
}

impl Speller {
    fn new(mut inner: Tokenizer, unknown: &str, end: &str) -> Self {
        inner.set_encode_special_tokens(true);
        let [unknown, end] = [unknown, end].map(|token| inner.token_to_id(token).unwrap());
        Self {
            inner,
            end,
            unknown,
        }
    }

    /// The pieces of a text without special tokens; `None` with an unknown piece.
    pub(crate) fn spell(&self, text: &str) -> Option<Vec<u32>> {
        let encoding = self.inner.encode(text, false).ok()?;
        let ids = encoding.get_ids();
        (!ids.contains(&self.unknown)).then(|| ids.to_vec())
    }
}

fn from_json(normalizer: &Value, splits: bool, model: &Value) -> Speller {
    let metaspace = json!({
        "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true,
    });
    let special = |id: usize, content: &str| {
        json!({
            "id": id, "content": content, "single_word": false, "lstrip": false,
            "rstrip": false, "normalized": false, "special": true,
        })
    };
    let file = json!({
        "version": "1.0",
        "added_tokens": [special(0, "</s>"), special(1, "<unk>")],
        "normalizer": normalizer,
        "pre_tokenizer": splits.then_some(&metaspace),
        "decoder": metaspace,
        "model": model,
    });
    Speller::new(file.to_string().parse().unwrap(), "<unk>", "</s>")
}

/// What a text without letters of other scripts is made of.
const LETTERS: &str = "▁-_'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// The shipped student's word pieces.
pub(crate) fn shipped() -> Speller {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/packs/colorist-small");
    let inner = Tokenizer::from_file(folder.join("tokenizer.json")).unwrap();
    Speller::new(inner, "[UNK]", "[SEP]")
}

/// Like T5's: a unigram model over words that begin with `▁`. Its longer pieces overlap, so that
/// the best spelling is not the first that fits.
pub(crate) fn unigram() -> Speller {
    unigram_normalized(&Value::Null)
}

/// The same for texts without capitals and accents.
pub(crate) fn unigram_of_lowercase() -> Speller {
    let strip = json!([{"type": "NFD"}, {"type": "StripAccents"}, {"type": "Lowercase"}]);
    unigram_normalized(&json!({"type": "Sequence", "normalizers": strip}))
}

fn unigram_normalized(normalizer: &Value) -> Speller {
    let longer = "▁a ▁adj ust just ▁un used use ▁select ive Ad ▁fil ter film ▁film film_ no oir ir \
                  an ana nan ▁- -1 10 00 ▁1 ▁10 5 25 ▁2 50 ▁5 ed ré née";
    let longer = longer.split_whitespace().zip(30..);
    let letters = LETTERS.chars().chain("éüñßø".chars()).map(String::from);
    let mut seen = HashSet::new();
    let pieces: Vec<(String, f64)> = ["</s>", "<unk>"]
        .map(|token| (token.to_owned(), 0.0))
        .into_iter()
        .chain(longer.map(|(piece, rank)| (piece.to_owned(), -0.1 * f64::from(rank))))
        .chain(letters.map(|letter| (letter, -9.0)))
        .filter(|(piece, _)| seen.insert(piece.clone()))
        .collect();
    let model = json!({"type": "Unigram", "unk_id": 1, "vocab": pieces, "byte_fallback": false});
    from_json(normalizer, true, &model)
}

/// Pairs of pieces merged without a look at words, so that what is merged across a space, which is
/// `▁` here, depends on the line.
pub(crate) fn pairs(merges: &[(&str, &str)]) -> Speller {
    let mut pieces: Vec<String> = ["</s>", "<unk>"].map(str::to_owned).to_vec();
    pieces.extend(LETTERS.chars().map(String::from));
    pieces.extend(merges.iter().map(|(a, b)| format!("{a}{b}")));
    let ids = pieces.into_iter().zip(0..);
    let vocabulary: Map<String, Value> = ids.map(|(piece, id)| (piece, json!(id))).collect();
    let merges: Vec<String> = merges.iter().map(|(a, b)| format!("{a} {b}")).collect();
    let normalizers = json!([
        {"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
    ]);
    let model = json!({
        "type": "BPE", "unk_token": "<unk>", "fuse_unk": false, "byte_fallback": false,
        "vocab": vocabulary, "merges": merges,
    });
    let normalizer = json!({"type": "Sequence", "normalizers": normalizers});
    from_json(&normalizer, false, &model)
}

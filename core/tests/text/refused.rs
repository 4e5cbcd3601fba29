//! Text packs that are refused, and what the error says.

use std::fs;

use colorist_core::{Error, PackError, grammar::GrammarError};
use serde_json::{Value, json};

use super::*;

/// The error of the text pack with another manifest.
fn changed(change: impl FnOnce(&mut Value)) -> Error {
    let folder = support::variant_of(&text_pack(), change);
    Colorist::open(folder.path(), Options::default()).expect_err("a changed pack")
}

fn reason(error: &Error) -> &str {
    match error {
        Error::Pack(
            PackError::CatalogMismatch { reason }
            | PackError::InvalidManifest { reason }
            | PackError::InvalidGraph { reason, .. },
        ) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_filter_that_the_tokenizer_cannot_spell_is_named() {
    let error = changed(|pack| {
        pack["catalog"]["filter"]["names"]["film_雪"] = json!("snow");
    });
    let named = matches!(&error, Error::Pack(PackError::Grammar(GrammarError::Unspellable { text }))
        if text == "film_雪");
    assert!(named, "{error}");
}

#[test]
fn a_filter_whose_pieces_the_decoder_does_not_know_is_named() {
    // The tokenizer has a piece for each of its letters, the decoder's vocabulary has not.
    let error = changed(|pack| {
        pack["catalog"]["filter"]["names"]["zxqj"] = json!("letters");
    });
    assert!(reason(&error).contains("zxqj"), "{error}");
    assert!(reason(&error).contains("vocabulary"), "{error}");
}

#[test]
fn a_vocabulary_that_is_out_of_order_or_lacks_the_end_is_refused() {
    let error = changed(|pack| {
        let ids = pack["text"]["vocabulary"].as_array_mut().unwrap();
        ids.reverse();
    });
    assert!(reason(&error).contains("ascending"), "{error}");
    let error = changed(|pack| {
        let end = pack["text"]["end_id"].clone();
        let ids = pack["text"]["vocabulary"].as_array_mut().unwrap();
        ids.retain(|id| *id != end);
    });
    assert!(reason(&error).contains("end"), "{error}");
}

#[test]
fn a_step_or_a_size_that_is_impossible_is_refused() {
    let error = changed(|pack| pack["text"]["step"] = json!(0));
    assert!(reason(&error).contains("text.step"), "{error}");
    let error = changed(|pack| pack["text"] = Value::Null);
    assert!(reason(&error).contains("text"), "{error}");
    for field in ["d_kv", "num_heads", "decoder_layers"] {
        for size in [0_u64, 1 << 40] {
            let error = changed(|pack| pack["architecture"][field] = json!(size));
            assert!(reason(&error).contains(field), "{error}");
        }
    }
    // Possible alone, and too much together or for these graphs: no memory is asked for.
    let error = changed(|pack| {
        pack["architecture"]["num_heads"] = json!(1 << 20);
        pack["architecture"]["d_kv"] = json!(1 << 20);
    });
    assert!(reason(&error).contains("wider"), "{error}");
    let error = changed(|pack| pack["architecture"]["decoder_layers"] = json!(1 << 20));
    assert!(reason(&error).contains("layers"), "{error}");
}

#[test]
fn graphs_of_another_shape_are_refused_when_they_are_opened() {
    for (field, wrong) in [("num_heads", 3), ("d_kv", 5), ("decoder_layers", 1)] {
        let error = changed(|pack| pack["architecture"][field] = json!(wrong));
        let Error::Pack(PackError::InvalidGraph { file, .. }) = &error else {
            panic!("{field}: {error:?}");
        };
        assert!(file.ends_with(".onnx"), "{file}");
    }
    let error = changed(|pack| {
        let graphs = &mut pack["text"]["graphs"];
        graphs["decoder"] = graphs["encoder"].clone();
    });
    assert!(
        matches!(
            &error,
            Error::Pack(PackError::InvalidGraph { .. } | PackError::MissingFile { .. })
        ),
        "{error:?}"
    );
}

#[test]
fn a_decoder_with_another_vocabulary_is_refused() {
    let error = changed(|pack| {
        let ids = pack["text"]["vocabulary"].as_array_mut().unwrap();
        let more = ids.last().unwrap().as_u64().unwrap() + 1;
        ids.push(json!(more));
    });
    assert!(reason(&error).contains("logits"), "{error}");
}

#[test]
fn graphs_of_optimum_know_every_token() {
    let error = changed(|pack| pack["text"]["graphs"]["kind"] = json!("optimum"));
    assert!(reason(&error).contains("text"), "{error}");
    let error = changed(|pack| {
        pack["text"]["graphs"] =
            json!({"kind": "optimum", "encoder": "encoder.onnx", "merged": "decoder.onnx"});
    });
    assert!(reason(&error).contains("vocabulary"), "{error}");
    // With all tokens the files are tried, and are not what Optimum exports.
    let error = changed(|pack| {
        pack["text"]["vocabulary"] = Value::Null;
        pack["text"]["graphs"] =
            json!({"kind": "optimum", "encoder": "encoder.onnx", "merged": "decoder.onnx"});
    });
    assert!(reason(&error).contains("Optimum"), "{error}");
}

#[test]
fn a_damaged_graph_is_found_before_anything_runs() {
    let folder = support::variant_of(&text_pack(), |_| {});
    let path = folder.path().join("decoder.onnx");
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    // The file may be a link to the repository's own.
    fs::remove_file(&path).unwrap();
    fs::write(&path, bytes).unwrap();
    let error = Colorist::open(folder.path(), Options::default()).expect_err("a damaged pack");
    assert!(
        matches!(&error, Error::Pack(PackError::HashMismatch { file }) if file == "decoder.onnx")
    );
}

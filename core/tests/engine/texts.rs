//! What may be asked: any text, how much of it is read, and that no error repeats it.

use std::{fs, time::Duration};

use colorist_core::{Error, IntentError, Request, RuntimeError, TrimLevel};

use crate::{
    support::{self, Tiny},
    talkative,
};

const MIB: usize = 1 << 20;

#[test]
fn any_text_is_answered() {
    let (engine, _folder) = talkative();
    for text in [
        "a",
        "golden hour",
        "🌅🌅🌅 👩‍👩‍👧‍👦 🏳️‍🌈",
        "שקיעה זהובה מעל הים",
        "غروب الشمس الذهبي",
        "\u{202e}reversed\u{202c}",
        "nul \0 inside \0",
        "\u{301}\u{308}\u{30a}",
        "夕焼けのように暖かく",
        "\u{feff}byte order mark",
        "\u{fffd}\u{ffff}\u{10ffff}",
        "[PAD] [UNK] </s> [SEP] <extra_id_0> [CLS]",
        "\u{200b}\u{200d}",
        "ﷺ ﬀ ǅ ß İ",
    ] {
        let prediction = engine
            .edit(text)
            .unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert!(prediction.tokens >= 1, "{text:?}");
        assert!(!prediction.truncated, "{text:?}");
        let clamped = prediction.edit.clamped(engine.catalog());
        assert_eq!(
            prediction.edit, clamped,
            "{text:?}: in the catalog's ranges"
        );
        for confidence in [
            prediction.confidence.adjust,
            prediction.confidence.selective_adjust,
            prediction.confidence.filter,
        ] {
            assert!(
                (0.0..=1.001).contains(&confidence),
                "{text:?}: {confidence}"
            );
        }
    }
}

#[test]
fn white_space_does_not_matter() {
    let (engine, _folder) = talkative();
    let plain = engine.edit("golden hour").unwrap();
    for text in [
        "  golden   hour ",
        "golden\thour",
        "\n\ngolden\r\nhour\n",
        "golden\u{3000}hour",
    ] {
        assert_eq!(engine.edit(text).unwrap().edit, plain.edit, "{text:?}");
    }
    assert_ne!(
        engine.edit("stormy night").unwrap().edit,
        plain.edit,
        "the text does"
    );
}

#[test]
fn texts_without_content_are_refused() {
    let (engine, _folder) = Tiny::new().open();
    for text in [
        "",
        " ",
        "\t\n\r ",
        "\0\0",
        "\u{1}\u{7f}\u{85} \0",
        "\u{3000}\u{2003}",
    ] {
        let result = engine.edit(text);
        assert!(
            matches!(result, Err(Error::Intent(IntentError::Empty))),
            "{text:?}: {result:?}"
        );
    }
    let spaces = " ".repeat(MIB);
    assert!(matches!(
        engine.edit(&spaces),
        Err(Error::Intent(IntentError::Empty))
    ));
}

#[test]
fn texts_above_a_mebibyte_are_refused() {
    let (engine, _folder) = Tiny::new().open();
    let result = engine.edit(&"a".repeat(MIB + 1));
    let Err(Error::Intent(IntentError::TooLong { bytes, max })) = result else {
        panic!("{result:?}")
    };
    assert_eq!((bytes, max), (MIB + 1, MIB));
}

#[test]
fn texts_of_a_mebibyte_are_answered() {
    let engine = support::engine();
    engine.edit("warm up").unwrap();
    for unit in ["a", "golden hour ", "🌅", "\u{301}", "夕", ". ", "a\0"] {
        let text = unit.repeat(MIB / unit.len());
        let prediction = engine.edit(&text).unwrap();
        assert!(prediction.truncated, "{unit:?}");
        assert!(
            prediction.tokens <= engine.info().tokenizer.max_tokens,
            "{unit:?}"
        );
    }
}

#[test]
fn truncation_is_reported_exactly() {
    // 8 tokens: 7 words and the end.
    let (engine, _folder) = Tiny::new().open();
    for words in 1..=7 {
        let prediction = engine.edit(&"warm ".repeat(words)).unwrap();
        assert_eq!(
            (prediction.tokens, prediction.truncated),
            (words + 1, false)
        );
    }
    for words in [8, 9, 1000] {
        let prediction = engine.edit(&"warm ".repeat(words)).unwrap();
        assert_eq!((prediction.tokens, prediction.truncated), (8, true));
    }
}

#[test]
fn truncation_keeps_the_beginning_and_the_end_token() {
    let (engine, _folder) = talkative();
    let max = engine.info().tokenizer.max_tokens;
    // Words of one token each in any vocabulary that knows English letters.
    let fits = "a ".repeat(max - 8) + "golden";
    assert!(!engine.edit(&fits).unwrap().truncated);
    let long = "a ".repeat(4 * max);
    let cut = engine.edit(&long).unwrap();
    assert!(cut.truncated);
    assert_eq!(cut.tokens, max);
    // What lies behind the cut has no influence, what lies before it has.
    let other_tail = engine.edit(&(long.clone() + "stormy night")).unwrap();
    assert_eq!(cut.edit, other_tail.edit);
    assert_ne!(
        cut.edit,
        engine.edit(&format!("stormy night {long}")).unwrap().edit
    );
    // Were the end token cut off, the longest text that fits and the same text cut one token later
    // would differ by it: both are read as the same `max` tokens.
    let exact = (1..=max)
        .rev()
        .map(|n| "a ".repeat(n))
        .find(|text| !engine.edit(text).unwrap().truncated);
    let exact = engine.edit(&exact.unwrap()).unwrap();
    assert_eq!((exact.tokens, &exact.edit), (max, &cut.edit));
}

#[test]
fn no_error_holds_the_text() {
    let secret = "xyzzyplugh";
    let (engine, folder) = Tiny::new().open();
    let mut errors = vec![
        engine.edit(&secret.repeat(MIB)).unwrap_err(),
        engine
            .edit_with(secret, &Request::default().with_deadline(Duration::ZERO))
            .unwrap_err(),
    ];
    let token = colorist_core::CancelToken::new();
    token.cancel();
    let request = Request::default().with_cancel(token);
    errors.push(engine.edit_with(secret, &request).unwrap_err());
    // A graph that fails while running.
    let mut broken = Tiny::new();
    broken.logits[0] = f32::NAN;
    errors.push(broken.open().0.edit(secret).unwrap_err());
    engine.trim(TrimLevel::Unload).unwrap();
    fs::remove_file(folder.path().join("student.onnx")).unwrap();
    errors.push(engine.edit(secret).unwrap_err());
    engine.close();
    errors.push(engine.edit(secret).unwrap_err());
    assert_eq!(errors.len(), 6);
    for error in &errors {
        let mut source: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = source {
            assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
            source = error.source();
        }
    }
    assert!(matches!(
        errors[3],
        Error::Runtime(RuntimeError::Run { .. })
    ));
}

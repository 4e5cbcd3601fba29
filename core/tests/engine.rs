//! The engine through its public API: texts, goldens, threads, memory.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use std::{
    fs,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use colorist_core::{
    Colorist, Edit, Error, IntentError, Options, Pack, PackError, Request, RuntimeError, TrimLevel,
};
use serde_json::json;
use support::Tiny;

const MIB: usize = 1 << 20;

#[test]
fn goldens_are_reproduced() {
    let pack = Pack::open(support::pack_path()).unwrap();
    let engine = support::engine();
    for golden in pack.goldens().unwrap() {
        let edit = engine.edit(&golden.intent).unwrap().edit;
        // Another processor adds in another order: a value at a rounding's edge may move by one.
        for difference in edit.diff(&Edit::from_calls(&golden.calls)) {
            let near = match &difference {
                colorist_core::Difference::Slider { before, after, .. } => {
                    (before - after).abs() <= 1
                }
                colorist_core::Difference::Filter {
                    before: Some(b),
                    after: Some(a),
                } => b.name == a.name && (b.intensity - a.intensity).abs() <= 1,
                _ => false,
            };
            assert!(near, "{}: {difference:?}", golden.intent);
        }
    }
}

/// The shipped pack with every tool used, so that answers differ from text to text.
fn talkative() -> (Colorist, tempfile::TempDir) {
    let folder = support::variant(|manifest| {
        manifest["decode"]["thresholds"] =
            json!({"adjust": 0.0, "selectiveAdjust": 0.0, "filter": 0.0});
        manifest["decode"]["deadzone"] = json!(0.0);
    });
    (
        Colorist::open(folder.path(), Options::default()).unwrap(),
        folder,
    )
}

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
fn many_threads_get_their_own_answers() {
    let (engine, _folder) = talkative();
    let intents = [
        "golden hour",
        "stormy night",
        "old film",
        "add music",
        "teal shadows",
        "a",
    ];
    let expected: Vec<Edit> = intents.map(|text| engine.edit(text).unwrap().edit).into();
    assert!(
        expected.iter().any(|edit| *edit != expected[0]),
        "answers differ"
    );
    thread::scope(|scope| {
        for start in 0..8 {
            let (engine, expected) = (engine.clone(), &expected);
            scope.spawn(move || {
                for round in 0..25 {
                    let index = (start + round) % intents.len();
                    assert_eq!(engine.edit(intents[index]).unwrap().edit, expected[index]);
                }
            });
        }
    });
}

#[test]
fn submit_answers_on_the_worker_and_forbids_waiting_there() {
    let (engine, _folder) = Tiny::new().open();
    let (sender, receiver) = mpsc::channel();
    let inside = engine.clone();
    engine.submit("warm", Request::default(), move |result| {
        let blocked = inside.edit("cold");
        let trimmed = inside.trim(TrimLevel::Light);
        sender.send((result, blocked, trimmed)).unwrap();
    });
    let (result, blocked, trimmed) = receiver.recv_timeout(Duration::from_secs(10)).unwrap();
    assert_eq!(result.unwrap().edit, Edit::default());
    assert!(
        matches!(blocked, Err(Error::CalledFromCallback)),
        "{blocked:?}"
    );
    assert!(matches!(trimmed, Err(Error::CalledFromCallback)));
}

#[test]
fn a_callback_that_panics_harms_no_one() {
    let (engine, _folder) = Tiny::new().open();
    engine.submit("warm", Request::default(), |_| {
        panic!("a defect of the app, on purpose")
    });
    assert!(engine.edit("warm").is_ok());
}

#[test]
fn unloading_frees_and_the_next_edit_loads_again() {
    let (engine, _folder) = talkative();
    assert!(engine.is_loaded());
    let first = engine.load_timings();
    assert!(first.session > Duration::ZERO && first.total >= first.session);
    let before = engine.edit("golden hour").unwrap().edit;
    engine.trim(TrimLevel::Light).unwrap();
    assert!(engine.is_loaded());
    assert_eq!(engine.edit("golden hour").unwrap().edit, before);
    engine.trim(TrimLevel::Unload).unwrap();
    assert!(!engine.is_loaded());
    engine.trim(TrimLevel::Unload).unwrap();
    let again = engine.edit("golden hour").unwrap();
    assert!(engine.is_loaded());
    assert_eq!(again.edit, before);
    assert_ne!(engine.load_timings(), first, "it was loaded again");
    assert!(
        again.timings.queue >= engine.load_timings().total,
        "the wait is accounted for"
    );
}

#[test]
fn a_pack_that_was_damaged_meanwhile_is_not_loaded_again() {
    let (engine, folder) = Tiny::new().open();
    engine.trim(TrimLevel::Unload).unwrap();
    let graph = folder.path().join("student.onnx");
    let whole = fs::read(&graph).unwrap();
    let mut damaged = whole.clone();
    damaged[10] ^= 1;
    fs::write(&graph, damaged).unwrap();
    let result = engine.edit("warm");
    assert!(
        matches!(result, Err(Error::Pack(PackError::HashMismatch { .. }))),
        "{result:?}"
    );
    fs::write(&graph, whole).unwrap();
    assert!(engine.edit("warm").is_ok(), "and it recovers");
}

#[test]
fn another_pack_in_the_same_place_is_not_taken_for_the_first() {
    let (engine, folder) = Tiny::new().open();
    engine.trim(TrimLevel::Unload).unwrap();
    let mut other = Tiny::new();
    other.set("adjust.used", &[("used", 1.0)]);
    other.set("adjust.tint", &[("40", 1.0)]);
    for entry in fs::read_dir(other.write().path()).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let result = engine.edit("warm");
    assert!(
        matches!(result, Err(Error::Pack(PackError::HashMismatch { .. }))),
        "{result:?}"
    );
}

#[test]
fn an_idle_engine_unloads_itself() {
    let folder = Tiny::new().write();
    let options = Options::default().with_idle_unload(Duration::from_millis(50));
    let engine = Colorist::open(folder.path(), options).unwrap();
    engine.edit("warm").unwrap();
    let started = Instant::now();
    while engine.is_loaded() {
        assert!(started.elapsed() < Duration::from_secs(10), "still loaded");
        thread::sleep(Duration::from_millis(10));
    }
    assert!(engine.edit("warm").is_ok());
}

#[test]
fn closed_engines_refuse_and_end() {
    let (engine, _folder) = Tiny::new().open();
    let other = engine.clone();
    engine.close();
    engine.close();
    assert!(matches!(other.edit("warm"), Err(Error::Closed)));
    assert!(matches!(other.trim(TrimLevel::Light), Err(Error::Closed)));
    assert!(!other.is_loaded());
}

#[test]
fn the_engine_tells_what_runs() {
    let engine = support::engine();
    let provider = engine.provider();
    let version = colorist_core::runtime::ONNXRUNTIME_VERSION;
    assert_eq!(provider, format!("CPU (ONNX Runtime {version})"));
    assert_eq!(engine.info().codec.name(), "slots");
    assert_eq!(engine.catalog().sliders().len(), 14);
    assert_eq!(engine.catalog().filters().len(), 45);
}

#[test]
fn more_threads_and_low_memory_give_the_same_answers() {
    let (engine, folder) = talkative();
    let expected = engine.edit("golden hour").unwrap().edit;
    for options in [
        Options::default().with_threads(2),
        Options::default().with_threads(0),
        Options::default().with_low_memory(true),
    ] {
        let other = Colorist::open(folder.path(), options.clone()).unwrap();
        assert_eq!(
            other.edit("golden hour").unwrap().edit,
            expected,
            "{options:?}"
        );
    }
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

#[test]
fn handles_cross_threads() {
    fn is_send_and_sync<T: Send + Sync + Clone + 'static>() {}
    is_send_and_sync::<Colorist>();
    let (engine, _folder) = Tiny::new().open();
    let engine = Arc::new(engine);
    let other = Arc::clone(&engine);
    thread::spawn(move || other.edit("warm").unwrap())
        .join()
        .unwrap();
}

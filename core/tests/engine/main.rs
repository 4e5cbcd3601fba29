//! The engine through its public API.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod life;
#[path = "../support/mod.rs"]
mod support;
mod texts;

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use colorist_core::{Colorist, Edit, Error, Options, Pack, Request, TrimLevel};
use serde_json::json;
use support::Tiny;

#[test]
fn goldens_are_reproduced() {
    let pack = Pack::open(support::pack_path()).unwrap();
    let engine = support::engine();
    for golden in pack.goldens().unwrap() {
        let edit = engine.edit(&golden.intent).unwrap().edit;
        // Another processor adds in another order: a value may move by one, and 0 may stand for any
        // value in the dead zone, which reaches to 2.
        let close = |a: i32, b: i32| (a - b).abs() <= if a == 0 || b == 0 { 3 } else { 1 };
        for difference in edit.diff(&Edit::from_calls(&golden.calls)) {
            let near = match &difference {
                colorist_core::Difference::Slider { before, after, .. } => close(*before, *after),
                colorist_core::Difference::Filter {
                    before: Some(b),
                    after: Some(a),
                } => b.name == a.name && close(b.intensity, a.intensity),
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
fn the_engine_tells_what_runs() {
    let engine = support::engine();
    let provider = engine.provider();
    let version = colorist_core::runtime::ONNXRUNTIME_VERSION;
    assert_eq!(
        provider.to_string(),
        format!("CPU (ONNX Runtime {version})")
    );
    assert_eq!(provider.graphs, ["student.onnx"]);
    assert_eq!((provider.self_test, provider.others), (None, Vec::new()));
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

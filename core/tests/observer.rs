//! What an app can watch: the steps of loading, messages and counts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::{
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use colorist_core::{
    CancelToken, Colorist, Error, LoadProgress, LoadStep, LogLevel, Observer, Options, Request,
    TrimLevel,
};
use support::Tiny;

#[derive(Default)]
struct Notes {
    progress: Mutex<Vec<LoadProgress>>,
    messages: Mutex<Vec<(LogLevel, String)>>,
}

impl Observer for Notes {
    fn loading(&self, progress: LoadProgress) {
        self.progress.lock().unwrap().push(progress);
    }

    fn log(&self, level: LogLevel, message: &str) {
        self.messages
            .lock()
            .unwrap()
            .push((level, message.to_owned()));
    }
}

impl Notes {
    fn steps(&self) -> Vec<LoadStep> {
        let mut progress = std::mem::take(&mut *self.progress.lock().unwrap());
        progress.sort_by_key(|progress| progress.done);
        let counts: Vec<u32> = progress.iter().map(|progress| progress.done).collect();
        let total = progress.len() as u32;
        assert_eq!(counts, (1..=total).collect::<Vec<_>>());
        assert!(progress.iter().all(|progress| progress.total == total));
        progress.iter().map(|progress| progress.step).collect()
    }

    fn messages(&self) -> Vec<(LogLevel, String)> {
        std::mem::take(&mut *self.messages.lock().unwrap())
    }
}

fn watched() -> (Arc<Notes>, Options) {
    let notes = Arc::new(Notes::default());
    let observer: Arc<dyn Observer> = notes.clone();
    (notes, Options::default().with_observer(observer))
}

#[test]
fn each_step_of_loading_is_told_once() {
    let (notes, options) = watched();
    let pack = Tiny::new().write();
    let engine = Colorist::open(pack.path(), options).unwrap();
    let steps = notes.steps();
    assert_eq!(steps.len(), 4);
    for step in [
        LoadStep::Library,
        LoadStep::Verify,
        LoadStep::Tokenizer,
        LoadStep::Session,
    ] {
        assert!(steps.contains(&step), "{step:?} is not in {steps:?}");
    }
    // The library stays in the process, so a reload has a step less.
    engine.trim(TrimLevel::Unload).unwrap();
    engine.edit("warm").unwrap();
    let steps = notes.steps();
    assert_eq!(steps.len(), 3);
    assert!(!steps.contains(&LoadStep::Library));
}

#[test]
fn opening_loading_and_unloading_are_told() {
    let (notes, options) = watched();
    let pack = Tiny::new().write();
    let engine = Colorist::open(pack.path(), options).unwrap();
    let [(LogLevel::Info, ready)] = &notes.messages()[..] else {
        panic!("one message about the opening");
    };
    assert!(ready.contains("tiny 0.0.1"), "{ready}");
    engine.trim(TrimLevel::Unload).unwrap();
    engine.edit("warm").unwrap();
    let messages = notes.messages();
    assert_eq!(messages[0], (LogLevel::Info, "model unloaded".to_owned()));
    assert!(messages[1].1.starts_with("model loaded again"));
}

#[test]
fn failures_are_told_without_a_word_of_the_text() {
    let (notes, options) = watched();
    let pack = Tiny::new().write();
    let engine = Colorist::open(pack.path(), options.clone()).unwrap();
    engine.trim(TrimLevel::Unload).unwrap();
    std::fs::remove_file(pack.path().join("student.onnx")).unwrap();
    notes.messages();
    engine.edit("xylophone").unwrap_err();
    let messages = notes.messages();
    assert!(
        messages.iter().any(|(level, _)| *level == LogLevel::Warn),
        "{messages:?}"
    );
    Colorist::open(pack.path().join("nowhere"), options).unwrap_err();
    let error = notes.messages();
    assert_eq!(error[0].0, LogLevel::Error);
    let all = format!("{messages:?}{error:?}");
    assert!(!all.contains("xylophone"), "{all}");
}

#[test]
fn an_observer_that_panics_does_no_harm() {
    struct Broken;
    impl Observer for Broken {
        fn loading(&self, _: LoadProgress) {
            panic!("loading");
        }
        fn log(&self, _: LogLevel, _: &str) {
            panic!("log");
        }
    }
    let pack = Tiny::new().write();
    let options = Options::default().with_observer(Arc::new(Broken));
    let engine = Colorist::open(pack.path(), options).unwrap();
    engine.trim(TrimLevel::Unload).unwrap();
    engine.edit("warm").unwrap();
}

#[test]
fn an_observer_may_close_the_engine_while_it_loads_again() {
    #[derive(Default)]
    struct Closing(OnceLock<Colorist>);
    impl Observer for Closing {
        fn loading(&self, progress: LoadProgress) {
            if progress.step == LoadStep::Tokenizer
                && let Some(engine) = self.0.get()
            {
                engine.close();
            }
        }
    }
    let pack = Tiny::new().write();
    let observer = Arc::new(Closing::default());
    let options = Options::default().with_observer(observer.clone());
    let engine = Colorist::open(pack.path(), options).unwrap();
    engine.trim(TrimLevel::Unload).unwrap();
    observer.0.set(engine.clone()).unwrap();
    assert!(matches!(engine.edit("warm"), Err(Error::Closed)));
}

#[test]
fn options_are_equal_when_they_have_the_same_observer() {
    let (_, one) = watched();
    let (_, other) = watched();
    assert_eq!(one, one.clone());
    assert_ne!(one, other);
    assert_ne!(one, Options::default());
}

#[test]
fn every_request_is_counted_by_how_it_ended() {
    let (engine, _pack) = Tiny::new().open();
    engine.edit("warm").unwrap();
    engine.edit("").unwrap_err();
    let at_once = Request::default().with_deadline(Duration::ZERO);
    engine.edit_with("warm", &at_once).unwrap_err();
    let token = CancelToken::new();
    token.cancel();
    let cancelled = Request::default().with_cancel(token);
    engine.edit_with("warm", &cancelled).unwrap_err();
    let stats = engine.stats();
    assert_eq!(stats.requests, 4);
    assert_eq!(
        (stats.answered, stats.failed, stats.expired, stats.cancelled),
        (1, 1, 1, 1)
    );
    assert_eq!((stats.runs, stats.stopped, stats.waiting()), (1, 0, 0));
}

#[test]
fn a_pending_request_can_be_cancelled_and_its_run_stops() {
    let mut tiny = Tiny::new();
    tiny.graph.work = 1000;
    let (engine, _pack) = tiny.open();
    let (sender, receiver) = std::sync::mpsc::channel();
    let pending = engine.submit("warm", Request::default(), move |result| {
        sender.send(result).unwrap();
    });
    while engine.stats().runs == 0 {
        std::thread::yield_now();
    }
    pending.cancel();
    assert!(matches!(receiver.recv().unwrap(), Err(Error::Cancelled)));
    // The next message is taken only after the run has ended.
    engine.trim(TrimLevel::Light).unwrap();
    let stats = engine.stats();
    assert_eq!((stats.cancelled, stats.runs, stats.stopped), (1, 1, 1));
    // Once it is answered there is nothing to cancel.
    pending.cancel();
    assert_eq!(engine.stats().cancelled, 1);
}

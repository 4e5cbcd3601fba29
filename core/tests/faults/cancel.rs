//! Cancelling in every phase of a request. `tests/cancel.rs` has the queue and the run.

use std::{
    path::Path,
    sync::{Arc, Mutex, mpsc},
};

use colorist_core::{
    CancelToken, Colorist, Error, LoadProgress, LoadStep, Observer, Options, Request, TrimLevel,
};

use crate::support::Tiny;

/// Cancels the token that it holds when this step of loading has ended.
struct During {
    step: LoadStep,
    token: Mutex<Option<CancelToken>>,
}

impl Observer for During {
    fn loading(&self, progress: LoadProgress) {
        if progress.step == self.step
            && let Some(token) = self.token.lock().unwrap().take()
        {
            token.cancel();
        }
    }
}

#[test]
fn a_request_is_cancelled_while_the_model_is_loaded_again_for_it() {
    let folder = Tiny::new().write();
    for step in [LoadStep::Verify, LoadStep::Tokenizer, LoadStep::Session] {
        let during = Arc::new(During {
            step,
            token: Mutex::new(None),
        });
        let options = Options::default().with_observer(Arc::clone(&during) as Arc<dyn Observer>);
        let engine = Colorist::open(folder.path(), options).unwrap();
        engine.trim(TrimLevel::Unload).unwrap();
        let token = CancelToken::new();
        *during.token.lock().unwrap() = Some(token.clone());
        let request = Request::default().with_cancel(token);
        let result = engine.edit_with("warm", &request);
        assert!(
            matches!(result, Err(Error::Cancelled)),
            "{step:?}: {result:?}"
        );
        // What was loaded for it serves the next one.
        engine.edit("warm").unwrap();
        assert!(engine.is_loaded());
        assert_eq!(engine.stats().runs, 1, "the cancelled one never ran");
    }
}

/// Cancels after more and more turns of a loop, so that the rounds hit all moments of a request.
fn cancel_at_many_moments(pack: &Path, unload: bool) -> (usize, usize) {
    let engine = Colorist::open(pack, Options::default()).unwrap();
    let expected = engine.call_tools("golden hour").unwrap().calls;
    let (mut cancelled, mut answered) = (0, 0);
    for round in 0..120_u32 {
        if unload && round % 4 == 0 {
            engine.trim(TrimLevel::Unload).unwrap();
        }
        let token = CancelToken::new();
        let request = Request::default().with_cancel(token.clone());
        let (sender, receiver) = mpsc::channel();
        engine.submit_call_tools("golden hour", request, move |result| {
            sender.send(result).unwrap();
        });
        for _ in 0..round * round * 20 {
            std::hint::spin_loop();
        }
        token.cancel();
        match receiver.recv().unwrap() {
            Ok(answer) => {
                assert_eq!(answer.calls, expected);
                answered += 1;
            }
            Err(Error::Cancelled) => cancelled += 1,
            Err(other) => panic!("{other:?}"),
        }
        assert!(receiver.recv().is_err(), "exactly one answer");
    }
    assert_eq!(engine.call_tools("golden hour").unwrap().calls, expected);
    (cancelled, answered)
}

#[test]
fn a_cancel_at_any_moment_gives_the_whole_answer_or_none() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden");
    for (pack, unload) in [("text-pack", false), ("sticker-pack", true)] {
        let (cancelled, _) = cancel_at_many_moments(&golden.join(pack), unload);
        assert!(cancelled > 0, "{pack}: the first round cancels at once");
    }
}

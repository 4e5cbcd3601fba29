//! Cancelling and deadlines, before and while a request runs.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use std::{
    sync::{Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use colorist_core::{CancelToken, Colorist, Error, Options, Prediction, Request, Result};
use support::Tiny;

/// An engine whose runs take this long on a quiet machine, at least.
struct Slow {
    engine: Colorist,
    usual: Duration,
    _folder: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// The tests that compare times take turns, or they would measure one another.
static TURN: Mutex<()> = Mutex::new(());

/// A graph of many equal steps: it can be stopped between any two of them.
fn slow() -> Slow {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut tiny = Tiny::new();
    tiny.graph.work = 600;
    let (engine, folder) = tiny.open();
    let usual = engine.edit("warm").unwrap().timings.inference;
    assert!(
        usual > Duration::from_millis(60),
        "too fast to be stopped: {usual:?}"
    );
    Slow {
        engine,
        usual,
        _folder: folder,
        _turn: turn,
    }
}

/// Submits and gives the way to wait for the answer.
fn submit(engine: &Colorist, request: Request) -> mpsc::Receiver<Result<Prediction>> {
    let (sender, receiver) = mpsc::channel();
    engine.submit("warm", request, move |result| sender.send(result).unwrap());
    receiver
}

fn answer(receiver: &mpsc::Receiver<Result<Prediction>>) -> Result<Prediction> {
    let answer = receiver
        .recv_timeout(Duration::from_secs(30))
        .expect("an answer");
    let second = receiver.recv_timeout(Duration::from_millis(5));
    assert!(second.is_err(), "exactly one answer");
    answer
}

#[test]
fn a_cancelled_token_refuses() {
    let (engine, _folder) = Tiny::new().open();
    let token = CancelToken::new();
    token.cancel();
    token.cancel();
    let request = Request::default().with_cancel(token.clone());
    assert!(matches!(
        engine.edit_with("warm", &request),
        Err(Error::Cancelled)
    ));
    assert!(matches!(
        answer(&submit(&engine, request)),
        Err(Error::Cancelled)
    ));
    assert!(engine.edit("warm").is_ok(), "others are not touched");
}

#[test]
fn a_running_request_is_stopped() {
    let Slow {
        engine,
        usual,
        _folder,
        _turn,
    } = slow();
    let token = CancelToken::new();
    let receiver = submit(&engine, Request::default().with_cancel(token.clone()));
    thread::sleep(usual / 5);
    let cancelled = Instant::now();
    token.cancel();
    assert!(matches!(answer(&receiver), Err(Error::Cancelled)));
    assert!(
        cancelled.elapsed() < usual / 2,
        "the answer did not wait for the run"
    );
    // The worker is free long before the run would have ended, and the next run is whole.
    let next = engine.edit("warm").unwrap();
    assert!(
        next.timings.queue < usual / 2,
        "{:?} of {usual:?}",
        next.timings.queue
    );
}

#[test]
fn a_waiting_request_is_answered_at_once_when_cancelled() {
    let Slow {
        engine,
        usual,
        _folder,
        _turn,
    } = slow();
    let running = submit(&engine, Request::default());
    let token = CancelToken::new();
    let waiting = submit(&engine, Request::default().with_cancel(token.clone()));
    let cancelled = Instant::now();
    token.cancel();
    assert!(matches!(answer(&waiting), Err(Error::Cancelled)));
    assert!(cancelled.elapsed() < usual / 2);
    assert!(
        answer(&running).is_ok(),
        "the running one was not stopped by it"
    );
}

#[test]
fn a_late_cancel_does_not_hit_the_next_request() {
    let (engine, _folder) = Tiny::new().open();
    for _ in 0..200 {
        let token = CancelToken::new();
        let first = submit(&engine, Request::default().with_cancel(token.clone()));
        let second = submit(&engine, Request::default());
        token.cancel();
        let first = answer(&first);
        assert!(matches!(first, Ok(_) | Err(Error::Cancelled)), "{first:?}");
        answer(&second).expect("the second request is not cancelled");
    }
}

#[test]
fn one_token_cancels_all_its_requests() {
    let Slow {
        engine,
        _folder,
        _turn,
        ..
    } = slow();
    let token = CancelToken::new();
    let receivers: Vec<_> = (0..4)
        .map(|_| submit(&engine, Request::default().with_cancel(token.clone())))
        .collect();
    token.cancel();
    for receiver in &receivers {
        assert!(matches!(answer(receiver), Err(Error::Cancelled)));
    }
}

#[test]
fn a_blocking_edit_is_cancelled_from_another_thread() {
    let Slow {
        engine,
        usual,
        _folder,
        _turn,
    } = slow();
    let token = CancelToken::new();
    let request = Request::default().with_cancel(token.clone());
    let started = Instant::now();
    let result = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(usual / 5);
            token.cancel();
        });
        engine.edit_with("warm", &request)
    });
    assert!(matches!(result, Err(Error::Cancelled)), "{result:?}");
    assert!(started.elapsed() < usual * 4 / 5);
}

#[test]
fn a_deadline_of_zero_refuses() {
    let (engine, folder) = Tiny::new().open();
    let request = Request::default().with_deadline(Duration::ZERO);
    assert!(matches!(
        engine.edit_with("warm", &request),
        Err(Error::DeadlineExceeded)
    ));
    let options = Options::default().with_deadline(Duration::ZERO);
    let strict = Colorist::open(folder.path(), options).unwrap();
    assert!(matches!(strict.edit("warm"), Err(Error::DeadlineExceeded)));
    let patient = Request::default().with_deadline(Duration::MAX);
    assert!(
        strict.edit_with("warm", &patient).is_ok(),
        "the request's own deadline counts"
    );
}

#[test]
fn a_deadline_stops_a_running_request() {
    let Slow {
        engine,
        usual,
        _folder,
        _turn,
    } = slow();
    let request = Request::default().with_deadline(usual / 4);
    let started = Instant::now();
    assert!(matches!(
        engine.edit_with("warm", &request),
        Err(Error::DeadlineExceeded)
    ));
    let took = started.elapsed();
    assert!(
        took >= usual / 4 && took < usual * 3 / 4,
        "{took:?} of {usual:?}"
    );
    let next = engine.edit("warm").unwrap();
    assert!(next.timings.queue < usual / 2, "the run was stopped");
}

#[test]
fn a_deadline_passes_while_waiting() {
    let Slow {
        engine,
        usual,
        _folder,
        _turn,
    } = slow();
    let running = submit(&engine, Request::default());
    let started = Instant::now();
    let request = Request::default().with_deadline(usual / 10);
    assert!(matches!(
        engine.edit_with("warm", &request),
        Err(Error::DeadlineExceeded)
    ));
    assert!(
        started.elapsed() < usual / 2,
        "{:?} of {usual:?}",
        started.elapsed()
    );
    assert!(answer(&running).is_ok());
}

#[test]
fn deadlines_fire_in_their_order_not_in_that_of_the_requests() {
    let Slow {
        engine,
        usual,
        _folder,
        _turn,
    } = slow();
    let _running = submit(&engine, Request::default());
    let (sender, receiver) = mpsc::channel();
    for share in [4, 8, 16] {
        let sender = sender.clone();
        let request = Request::default().with_deadline(usual / share);
        engine.submit("warm", request, move |result| {
            assert!(matches!(result, Err(Error::DeadlineExceeded)));
            sender.send(share).unwrap();
        });
    }
    let order: Vec<u32> = (0..3)
        .map(|_| receiver.recv_timeout(Duration::from_secs(10)).unwrap())
        .collect();
    assert_eq!(order, [16, 8, 4]);
}

#[test]
fn thousands_of_deadlines_that_are_met_do_no_harm() {
    let (engine, _folder) = Tiny::new().open();
    let request = Request::default().with_deadline(Duration::from_secs(3600));
    for _ in 0..2000 {
        engine.edit_with("warm", &request).unwrap();
    }
}

#[test]
fn closing_answers_everyone() {
    let Slow {
        engine,
        usual,
        _folder,
        _turn,
    } = slow();
    let receivers: Vec<_> = (0..3)
        .map(|_| submit(&engine, Request::default()))
        .collect();
    thread::sleep(usual / 5);
    let started = Instant::now();
    engine.close();
    assert!(started.elapsed() < usual / 2, "the run was stopped");
    for receiver in &receivers {
        assert!(matches!(answer(receiver), Err(Error::Closed)));
    }
}

#[test]
fn the_last_handle_may_go_in_a_callback() {
    let (engine, _folder) = Tiny::new().open();
    let (sender, receiver) = mpsc::channel();
    let last = engine.clone();
    engine.submit("warm", Request::default(), move |result| {
        drop(last);
        sender.send(result.is_ok()).unwrap();
    });
    drop(engine);
    let answered = receiver
        .recv_timeout(Duration::from_secs(10))
        .expect("an answer");
    // Whether the drop above came first decides between an answer and `Closed`.
    let _ = answered;
}

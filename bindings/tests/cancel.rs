//! What the other side relies on when it gives up: the native work ends, nothing is left.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::{
    future::Future,
    path::Path,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use colorist_ffi::{FfiCancelToken, FfiEngine, FfiError, FfiOptions, FfiTrimLevel, live_handles};
use futures_executor::block_on;

/// No deadline.
const NONE: u64 = u64::MAX;

/// One run of it takes about a second.
fn slow_engine() -> Arc<FfiEngine> {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/slow-pack");
    let options = FfiOptions::default();
    FfiEngine::open(pack.to_str().unwrap().to_owned(), options, None).unwrap()
}

fn wait_for(what: impl Fn() -> bool) {
    let patience = Instant::now() + Duration::from_secs(30);
    while !what() {
        assert!(Instant::now() < patience, "it never came");
        thread::yield_now();
    }
}

/// One test, because it counts the handles of the whole process.
#[test]
fn whoever_gives_up_stops_the_work_and_leaves_nothing() {
    let engine = slow_engine();
    assert_eq!(live_handles().engines, 1);

    // Kotlin drops the future.
    {
        let mut future = pin!(engine.edit("warm".to_owned(), NONE));
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(future.as_mut().poll(&mut context), Poll::Pending));
        assert_eq!(live_handles().requests, 1);
        wait_for(|| engine.stats().runs == 1);
    }
    assert_eq!(live_handles().requests, 0);
    assert_eq!(engine.stats().cancelled, 1);
    engine.trim(FfiTrimLevel::Light).unwrap();
    assert_eq!(engine.stats().stopped, 1);

    // Swift cancels a token.
    let token = FfiCancelToken::new();
    let other = Arc::clone(&token);
    let watched = Arc::clone(&engine);
    let canceller = thread::spawn(move || {
        wait_for(|| watched.stats().runs == 2);
        other.cancel();
    });
    let answer = block_on(engine.edit_cancellable("warm".to_owned(), NONE, token));
    assert_eq!(answer, Err(FfiError::Cancelled));
    canceller.join().unwrap();
    engine.trim(FfiTrimLevel::Light).unwrap();
    let stats = engine.stats();
    assert_eq!((stats.cancelled, stats.stopped, stats.waiting), (2, 2, 0));

    // A deadline ends both kinds of call.
    let answer = block_on(engine.edit("warm".to_owned(), 20));
    assert_eq!(answer, Err(FfiError::DeadlineExceeded));
    let answer = engine.edit_blocking("warm".to_owned(), 20);
    assert_eq!(answer, Err(FfiError::DeadlineExceeded));

    // Closing answers who waits.
    let watched = Arc::clone(&engine);
    let runs = engine.stats().runs;
    let closer = thread::spawn(move || {
        wait_for(|| watched.stats().runs > runs);
        watched.shutdown();
    });
    let answer = block_on(engine.edit("warm".to_owned(), NONE));
    assert_eq!(answer, Err(FfiError::Closed));
    closer.join().unwrap();
    let answer = engine.edit_blocking("warm".to_owned(), NONE);
    assert_eq!(answer, Err(FfiError::Closed));
    engine.shutdown();

    drop(engine);
    let live = live_handles();
    assert_eq!((live.engines, live.tokens, live.requests), (0, 0, 0));
}

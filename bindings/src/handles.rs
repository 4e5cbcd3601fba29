//! How many objects the other side holds, so that its tests can see a leak.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

static ENGINES: AtomicU64 = AtomicU64::new(0);
static TOKENS: AtomicU64 = AtomicU64::new(0);
static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// Objects of this library that are alive in the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct FfiLiveHandles {
    /// Engines.
    pub engines: u64,
    /// Cancel tokens.
    pub tokens: u64,
    /// Asynchronous requests whose future is still held.
    pub requests: u64,
}

/// Counts the objects that are alive; for tests that look for leaks.
#[uniffi::export]
#[must_use]
pub fn live_handles() -> FfiLiveHandles {
    FfiLiveHandles {
        engines: ENGINES.load(SeqCst),
        tokens: TOKENS.load(SeqCst),
        requests: REQUESTS.load(SeqCst),
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Engine,
    Token,
    Request,
}

impl Kind {
    fn counter(self) -> &'static AtomicU64 {
        match self {
            Self::Engine => &ENGINES,
            Self::Token => &TOKENS,
            Self::Request => &REQUESTS,
        }
    }
}

/// Counts its owner for as long as that lives.
#[derive(Debug)]
pub(crate) struct Live(Kind);

impl Live {
    pub(crate) fn new(kind: Kind) -> Self {
        kind.counter().fetch_add(1, SeqCst);
        Self(kind)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.0.counter().fetch_sub(1, SeqCst);
    }
}

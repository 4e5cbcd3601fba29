//! What an engine has done so far.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use crate::error::{Error, Result};

/// Counts of an engine since it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Requests made.
    pub requests: u64,
    /// Requests answered with an edit or with calls.
    pub answered: u64,
    /// Requests that were cancelled.
    pub cancelled: u64,
    /// Requests whose deadline passed.
    pub expired: u64,
    /// Requests that ended with any other error.
    pub failed: u64,
    /// Runs of the graph that were started.
    pub runs: u64,
    /// Runs that were stopped before their end, by a cancel, a deadline or closing.
    pub stopped: u64,
}

impl Stats {
    /// Requests that wait or run.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        let ended = self.answered + self.cancelled + self.expired + self.failed;
        self.requests.saturating_sub(ended)
    }
}

/// The counters behind [`Stats`].
#[derive(Default)]
pub(super) struct Counters {
    requests: AtomicU64,
    answered: AtomicU64,
    cancelled: AtomicU64,
    expired: AtomicU64,
    failed: AtomicU64,
    runs: AtomicU64,
    stopped: AtomicU64,
}

impl Counters {
    pub(super) fn requested(&self) {
        self.requests.fetch_add(1, SeqCst);
    }

    pub(super) fn ended<T>(&self, result: &Result<T>) {
        let counter = match result {
            Ok(_) => &self.answered,
            Err(Error::Cancelled) => &self.cancelled,
            Err(Error::DeadlineExceeded) => &self.expired,
            Err(_) => &self.failed,
        };
        counter.fetch_add(1, SeqCst);
    }

    pub(super) fn run_started(&self) {
        self.runs.fetch_add(1, SeqCst);
    }

    pub(super) fn run_stopped(&self) {
        self.stopped.fetch_add(1, SeqCst);
    }

    /// Ends are read before the requests, so that no end is seen without its request.
    pub(super) fn read(&self) -> Stats {
        Stats {
            answered: self.answered.load(SeqCst),
            cancelled: self.cancelled.load(SeqCst),
            expired: self.expired.load(SeqCst),
            failed: self.failed.load(SeqCst),
            stopped: self.stopped.load(SeqCst),
            runs: self.runs.load(SeqCst),
            requests: self.requests.load(SeqCst),
        }
    }
}

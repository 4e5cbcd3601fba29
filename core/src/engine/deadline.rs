//! Deadlines: one thread that sleeps until the next one, started with the first deadline.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    sync::{Arc, Condvar, Mutex, PoisonError, Weak},
    thread,
    time::Instant,
};

use super::request::Reply;
use crate::error::{Error, RuntimeError};

/// Entries kept before the finished ones are looked for.
const SLACK: usize = 64;

/// Answers requests whose deadline passes, waiting or running.
#[derive(Default)]
pub(super) struct Watchdog {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: BinaryHeap<Reverse<Entry>>,
    /// When the heap has grown to this, finished requests are removed.
    sweep_at: usize,
    started: bool,
    closed: bool,
}

struct Entry {
    deadline: Instant,
    id: u64,
    reply: Weak<Reply>,
}

impl Watchdog {
    /// Answers `reply` with [`Error::DeadlineExceeded`] at `deadline`, unless it is answered
    /// before.
    ///
    /// # Errors
    /// [`RuntimeError::Thread`] when the thread cannot be started: nobody would watch.
    pub(super) fn watch(&self, deadline: Instant, reply: &Arc<Reply>) -> Result<(), RuntimeError> {
        let entry = Entry {
            deadline,
            id: reply.id(),
            reply: Arc::downgrade(reply),
        };
        let mut state = self.shared.lock();
        if state.closed {
            return Ok(());
        }
        if !state.started {
            let shared = Arc::clone(&self.shared);
            // It first waits for the lock, so it finds the entry.
            thread::Builder::new()
                .name("colorist-deadline".to_owned())
                .spawn(move || shared.run())
                .map_err(|source| RuntimeError::Thread { source })?;
            state.started = true;
        }
        if state.waiting.len() >= state.sweep_at.max(SLACK) {
            state
                .waiting
                .retain(|Reverse(entry)| entry.reply.strong_count() > 0);
            state.sweep_at = state.waiting.len() * 2;
        }
        // The thread needs to be woken only when it sleeps for too long.
        let first = state
            .waiting
            .peek()
            .is_none_or(|Reverse(first)| deadline < first.deadline);
        state.waiting.push(Reverse(entry));
        if first {
            self.shared.changed.notify_one();
        }
        Ok(())
    }

    /// Ends the thread.
    pub(super) fn close(&self) {
        let mut state = self.shared.lock();
        state.closed = true;
        state.waiting.clear();
        self.shared.changed.notify_one();
    }
}

impl Shared {
    fn run(&self) {
        let mut state = self.lock();
        while !state.closed {
            let now = Instant::now();
            let Some(Reverse(first)) = state.waiting.peek() else {
                state = self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = first.deadline.saturating_duration_since(now);
            if !left.is_zero() {
                let waited = self.changed.wait_timeout(state, left);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            let due = state
                .waiting
                .pop()
                .and_then(|Reverse(entry)| entry.reply.upgrade());
            // The callback must not run under the lock: it may make the next request.
            drop(state);
            if let Some(reply) = due {
                reply.abort(Error::DeadlineExceeded);
            }
            state = self.lock();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.deadline, self.id).cmp(&(other.deadline, other.id))
    }
}

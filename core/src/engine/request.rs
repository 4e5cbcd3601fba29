//! A request on its way: the first to answer it wins.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use super::{options::Decoding, prediction::Answered, worker::Shared};
use crate::{
    cancel::Stop,
    error::{Error, Result},
    intent::Intent,
    runtime::Terminator,
};

type Done = Box<dyn FnOnce(Result<Answered>) + Send>;

/// A request in the worker's queue.
pub(super) struct Job {
    pub(super) intent: Intent,
    pub(super) decoding: Decoding,
    pub(super) asked: Instant,
    pub(super) queued: Instant,
    pub(super) reply: Arc<Reply>,
}

/// The way back to the caller. The worker, a cancel and a deadline may all want to answer; exactly
/// one does.
pub(super) struct Reply {
    id: u64,
    done: Mutex<Option<Done>>,
    shared: Arc<Shared>,
}

impl Reply {
    pub(super) fn new(
        shared: Arc<Shared>,
        done: impl FnOnce(Result<Answered>) + Send + 'static,
    ) -> Arc<Self> {
        shared.counters.requested();
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Arc::new(Self {
            id,
            done: Mutex::new(Some(Box::new(done))),
            shared,
        })
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Whether someone has answered already.
    pub(super) fn is_finished(&self) -> bool {
        self.lock().is_none()
    }

    /// Answers, unless someone has.
    pub(super) fn finish(&self, result: Result<Answered>) {
        let done = self.lock().take();
        if let Some(done) = done {
            self.shared.counters.ended(&result);
            // A callback that panics is its owner's defect; the engine must outlive it.
            let _ = catch_unwind(AssertUnwindSafe(|| done(result)));
        }
    }

    /// Answers with an error and stops the run, if it is this request's.
    pub(super) fn abort(&self, error: Error) {
        self.finish(Err(error));
        self.shared.running.terminate_if(self.id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Done>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request on its way, as whoever made it holds it. Dropping it changes nothing.
#[derive(Debug, Clone)]
pub struct Pending {
    reply: Weak<Reply>,
}

impl Pending {
    pub(super) fn new(reply: &Arc<Reply>) -> Self {
        Self {
            reply: Arc::downgrade(reply),
        }
    }

    /// Cancels this request: it is answered with [`Error::Cancelled`] at once, its run is stopped
    /// at the next node of the graph. Nothing happens when it was answered before.
    pub fn cancel(&self) {
        if let Some(reply) = self.reply.upgrade() {
            reply.stop();
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Stop for Reply {
    fn stop(&self) {
        self.abort(Error::Cancelled);
    }
}

/// A request that is lost on the way, for example when the worker's queue is dropped, must not
/// leave its caller waiting.
impl Drop for Reply {
    fn drop(&mut self) {
        self.finish(Err(Error::Closed));
    }
}

/// Which request is running, so that a late cancel cannot hit the next one.
#[derive(Default)]
pub(super) struct Running(Mutex<Option<(u64, Terminator)>>);

impl Running {
    /// Declares the run of a request; `rearm` happens under the lock, so that no terminate for an
    /// earlier run can follow it.
    pub(super) fn begin(&self, id: u64, terminator: Terminator, rearm: impl FnOnce()) {
        let mut current = self.lock();
        rearm();
        *current = Some((id, terminator));
    }

    /// Declares that no request runs.
    pub(super) fn end(&self) {
        *self.lock() = None;
    }

    /// Stops the run of this request; nothing when it does not run.
    fn terminate_if(&self, id: u64) {
        if let Some((_, terminator)) = self.lock().as_ref().filter(|(current, _)| *current == id) {
            terminator.terminate();
        }
    }

    /// Stops whatever runs.
    pub(super) fn terminate(&self) {
        if let Some((_, terminator)) = &*self.lock() {
            terminator.terminate();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(u64, Terminator)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

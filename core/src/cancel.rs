//! Cancelling a request from another thread.

use std::sync::{
    Arc, Mutex, PoisonError, Weak,
    atomic::{AtomicBool, Ordering},
};

/// Something that can be told to stop. Called outside of any lock of the token.
pub(crate) trait Stop: Send + Sync {
    fn stop(&self);
}

/// Cancels the requests it was given to, from any thread. Clones are the same token.
///
/// Once cancelled it stays cancelled: later requests with it are refused at once.
///
/// ```
/// # use colorist_core::CancelToken;
/// let token = CancelToken::new();
/// token.clone().cancel();
/// assert!(token.is_cancelled());
/// ```
#[derive(Clone, Default)]
pub struct CancelToken {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    cancelled: AtomicBool,
    waiting: Mutex<Vec<Weak<dyn Stop>>>,
}

impl CancelToken {
    /// A token that is not cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels: requests that wait are answered with [`Error::Cancelled`](crate::Error::Cancelled)
    /// at once, a running one is stopped at the next node of the graph. May be called twice.
    pub fn cancel(&self) {
        self.inner.cancelled.store(true, Ordering::SeqCst);
        let waiting = std::mem::take(&mut *self.lock());
        for request in waiting.iter().filter_map(Weak::upgrade) {
            request.stop();
        }
    }

    /// Whether [`cancel`](Self::cancel) was called.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.inner.cancelled.load(Ordering::SeqCst)
    }

    /// Has `request` stopped when the token is cancelled, at once if it already is.
    pub(crate) fn watch<T: Stop + 'static>(&self, request: &Arc<T>) {
        {
            let mut waiting = self.lock();
            // A token may live as long as the app: forget the requests that are done.
            if waiting.len() == waiting.capacity() {
                waiting.retain(|request| request.strong_count() > 0);
            }
            let erased: Weak<T> = Arc::downgrade(request);
            waiting.push(erased);
        }
        // Asked after the registration, so that a cancel in between is not lost.
        if self.is_cancelled() {
            request.stop();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Weak<dyn Stop>>> {
        self.inner
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CancelToken")
            .field("cancelled", &self.is_cancelled())
            .finish()
    }
}

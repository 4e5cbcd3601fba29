//! What an app can watch: loading, and what the engine has to say.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

/// A part of loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoadStep {
    /// ONNX Runtime's library was opened.
    Library,
    /// The pack's files were read, their sizes and hashes checked.
    Verify,
    /// The tokenizer was parsed.
    Tokenizer,
    /// The session was built.
    Session,
}

/// How far loading has come. Steps run side by side, so their order is not fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadProgress {
    /// The step that has just ended.
    pub step: LoadStep,
    /// Steps that have ended, this one included.
    pub done: u32,
    /// Steps in all: 4 when a pack is opened, 3 when a model comes back after it was unloaded.
    pub total: u32,
}

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogLevel {
    /// What happened to single requests.
    Debug,
    /// Opening, loading, unloading.
    Info,
    /// A request failed.
    Warn,
    /// A pack could not be opened or loaded.
    Error,
}

/// Watches an engine; see [`Options::with_observer`](crate::Options::with_observer).
///
/// Called on the thread that opens the pack, on a helper of it, and on the engine's own one; it
/// should return soon. A blocking call of the engine's is refused there; closing it is not. A
/// panic in it is caught and has no effect.
pub trait Observer: Send + Sync {
    /// A step of loading has ended.
    fn loading(&self, progress: LoadProgress) {
        let _ = progress;
    }

    /// Something worth a line in the app's log. Never holds a word of an intent.
    fn log(&self, level: LogLevel, message: &str) {
        let _ = (level, message);
    }
}

/// The observer of an engine, if it has one.
#[derive(Clone, Default)]
pub(super) struct Observed(Option<Arc<dyn Observer>>);

impl Observed {
    pub(super) fn by(observer: Arc<dyn Observer>) -> Self {
        Self(Some(observer))
    }

    /// The message is only made when there is someone to read it.
    pub(super) fn log(&self, level: LogLevel, message: impl FnOnce() -> String) {
        self.tell(|observer| observer.log(level, &message()));
    }

    pub(super) fn progress(&self, total: u32) -> Progress<'_> {
        Progress {
            observed: self,
            done: AtomicU32::new(0),
            total,
        }
    }

    fn tell(&self, say: impl FnOnce(&dyn Observer)) {
        if let Some(observer) = &self.0 {
            // The observer's defect must not become the engine's.
            let _ = catch_unwind(AssertUnwindSafe(|| say(&**observer)));
        }
    }
}

/// Options are compared; two observers are equal when they are the same one.
impl PartialEq for Observed {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Eq for Observed {}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Some(_)" } else { "None" })
    }
}

/// Counts the steps of one loading.
pub(super) struct Progress<'a> {
    observed: &'a Observed,
    done: AtomicU32,
    total: u32,
}

impl Progress<'_> {
    pub(super) fn ended(&self, step: LoadStep) {
        let done = self.done.fetch_add(1, Ordering::SeqCst) + 1;
        let total = self.total;
        self.observed
            .tell(|observer| observer.loading(LoadProgress { step, done, total }));
    }
}

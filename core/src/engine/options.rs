//! What a caller can choose.

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::observer::{Observed, Observer};
use crate::{
    cancel::CancelToken,
    pack::{PublicKey, Trust},
    provider::Provider,
};

/// After how long without a request a low-memory engine unloads when nothing else is said.
const LOW_MEMORY_IDLE: Duration = Duration::from_secs(10);

/// How an engine works.
///
/// ```
/// # use colorist_core::Options;
/// let options = Options::default().with_threads(2).with_low_memory(true);
/// assert_eq!(options.threads, 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Threads for one inference, at least 1. Default 1: a small student gains nothing from more.
    pub threads: usize,
    /// How long an edit may take, waiting included, unless its [`Request`] says otherwise.
    /// Default: as long as it takes.
    pub deadline: Option<Duration>,
    /// After how long without a request the model is unloaded; the next request loads it again.
    /// Default: never.
    pub idle_unload: Option<Duration>,
    /// The ONNX Runtime library: a path, or a mere file name, which the system's linker looks up;
    /// see [`runtime`](crate::runtime) for where it is looked for otherwise. The first engine of a process decides; a later one that names another library
    /// is refused with [`LibraryUnsuitable`](crate::RuntimeError::LibraryUnsuitable).
    pub library: Option<PathBuf>,
    /// Takes less memory and more time: tokenizer and session are loaded one after the other, and
    /// without an `idle_unload` the model is unloaded after 10 seconds. Default: false.
    pub low_memory: bool,
    /// A folder of the app's cache, for nobody else to write to, in which the engine keeps what makes
    /// the next start faster: the graph as ONNX Runtime optimized it, what an accelerator compiled, and
    /// the verdicts about accelerators. Never a word of an intent. What is damaged there, or vanishes,
    /// is made anew; when it cannot be written, starts take longer, and no accelerator is tried.
    /// Default: nothing is kept.
    pub cache: Option<PathBuf>,
    /// Whose packs are opened: those that one of these keys signed, and no others, each time the
    /// model is loaded. Default: none, which opens any pack.
    pub trusted_keys: Vec<PublicKey>,
    /// The lowest version of the pack that is opened, `MAJOR.MINOR.PATCH`, so that a signed pack
    /// cannot be exchanged for an older signed one. A pack whose version is written otherwise is
    /// refused, too. Default: any version.
    pub oldest_version: Option<String>,
    /// What may run the student, in order of preference; the CPU is what remains. The first time
    /// a provider is asked for, opening takes the time of its self-test. Default: the CPU alone.
    pub providers: Vec<Provider>,
    /// Takes a provider also when it is slower than the CPU, for example to save energy. Default:
    /// false.
    pub accept_slower: bool,
    /// Who watches; see [`with_observer`](Self::with_observer).
    pub(super) observed: Observed,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: 1,
            deadline: None,
            idle_unload: None,
            library: None,
            low_memory: false,
            cache: None,
            trusted_keys: Vec::new(),
            oldest_version: None,
            providers: Vec::new(),
            accept_slower: false,
            observed: Observed::default(),
        }
    }
}

impl Options {
    /// Sets [`threads`](Self::threads).
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Sets [`deadline`](Self::deadline).
    #[must_use]
    pub fn with_deadline(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.deadline = deadline.into();
        self
    }

    /// Sets the field `idle_unload`.
    #[must_use]
    pub fn with_idle_unload(mut self, idle: impl Into<Option<Duration>>) -> Self {
        self.idle_unload = idle.into();
        self
    }

    /// Sets [`library`](Self::library).
    #[must_use]
    pub fn with_library(mut self, library: impl Into<PathBuf>) -> Self {
        self.library = Some(library.into());
        self
    }

    /// Sets [`low_memory`](Self::low_memory).
    #[must_use]
    pub fn with_low_memory(mut self, low_memory: bool) -> Self {
        self.low_memory = low_memory;
        self
    }

    /// Sets [`cache`](Self::cache).
    #[must_use]
    pub fn with_cache(mut self, cache: impl Into<PathBuf>) -> Self {
        self.cache = Some(cache.into());
        self
    }

    /// Sets [`trusted_keys`](Self::trusted_keys).
    #[must_use]
    pub fn with_trusted_keys(mut self, keys: impl IntoIterator<Item = PublicKey>) -> Self {
        self.trusted_keys = keys.into_iter().collect();
        self
    }

    /// Sets [`oldest_version`](Self::oldest_version).
    #[must_use]
    pub fn with_oldest_version(mut self, version: impl Into<String>) -> Self {
        self.oldest_version = Some(version.into());
        self
    }

    /// Sets [`providers`](Self::providers).
    #[must_use]
    pub fn with_providers(mut self, providers: impl IntoIterator<Item = Provider>) -> Self {
        self.providers = providers.into_iter().collect();
        self
    }

    /// Sets [`accept_slower`](Self::accept_slower).
    #[must_use]
    pub fn with_accept_slower(mut self, accept_slower: bool) -> Self {
        self.accept_slower = accept_slower;
        self
    }

    /// Has loading and messages reported. Default: nobody is told.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observed = Observed::by(observer);
        self
    }

    /// Which packs are opened.
    pub(super) fn trust(&self) -> Trust {
        Trust {
            keys: self.trusted_keys.clone(),
            oldest_version: self.oldest_version.clone(),
        }
    }

    /// The idle time that counts.
    pub(crate) fn idle_unload(&self) -> Option<Duration> {
        self.idle_unload
            .or(self.low_memory.then_some(LOW_MEMORY_IDLE))
    }
}

/// What one request can say for itself.
///
/// ```
/// # use colorist_core::{CancelToken, Request};
/// # use std::time::Duration;
/// let token = CancelToken::new();
/// let request = Request::default().with_deadline(Duration::from_millis(50)).with_cancel(token);
/// assert!(request.cancel.is_some());
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Request {
    /// How long it may take, waiting included; instead of [`Options::deadline`].
    pub deadline: Option<Duration>,
    /// Cancels it from another thread.
    pub cancel: Option<CancelToken>,
    /// How a text student decodes; slots students have only one way.
    pub decoding: Decoding,
}

/// How a text student decodes. All but the default exist to compare it with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decoding {
    /// Greedily, only what the grammar allows; what it leaves no choice about is fed to the decoder
    /// together, and the tools' lines are written side by side. The answer is valid by construction.
    #[default]
    Constrained,
    /// The same tokens the plain way: one line after the other, one token a pass. With weights of
    /// dynamic int8, whose activations share a scale in each pass, a token may differ here and
    /// there.
    StepByStep,
    /// Greedily, without a grammar behind the tool's name; what is no edit is
    /// [`Error::Output`](crate::Error::Output).
    Free,
    /// As `Free`, but only [`Prediction::written`](crate::Prediction::written) is given: nothing is
    /// read from it, and no tool is used.
    Unread,
}

impl Request {
    /// Sets [`deadline`](Self::deadline).
    #[must_use]
    pub fn with_deadline(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.deadline = deadline.into();
        self
    }

    /// Sets [`cancel`](Self::cancel).
    #[must_use]
    pub fn with_cancel(mut self, cancel: impl Into<Option<CancelToken>>) -> Self {
        self.cancel = cancel.into();
        self
    }

    /// Sets [`decoding`](Self::decoding).
    #[must_use]
    pub fn with_decoding(mut self, decoding: Decoding) -> Self {
        self.decoding = decoding;
        self
    }
}

/// How much memory to give back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrimLevel {
    /// Buffers and what the allocator keeps in reserve; the next edit is as fast as ever.
    Light,
    /// Tokenizer and session too; the next edit loads them again.
    Unload,
}

//! The engine.

use std::{sync::Arc, time::Duration};

use colorist_core::{
    Colorist, Error, Options, Pending, Request, Result, TrimLevel, pack::PublicKey, runtime,
};
use futures_channel::oneshot;

use crate::{
    cancel::FfiCancelToken,
    catalog::FfiCatalog,
    error::FfiError,
    handles::{Kind, Live},
    observer::{FfiObserver, Forward},
    prediction::{FfiLoadTimings, FfiPrediction, FfiStats, FfiToolPrediction},
    provider::{FfiProvider, FfiProviderReport},
};

/// How an engine works.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FfiOptions {
    /// Threads for one inference, at least 1.
    #[uniffi(default = 1)]
    pub threads: u32,
    /// How long an edit may take, waiting included, milliseconds; absent: as long as it takes.
    #[uniffi(default)]
    pub deadline_ms: Option<u64>,
    /// After how long without a request the model is unloaded, milliseconds; absent: never.
    #[uniffi(default)]
    pub idle_unload_ms: Option<u64>,
    /// The path of ONNX Runtime's library; absent: where the core looks for it.
    #[uniffi(default)]
    pub library: Option<String>,
    /// Less memory, more time.
    #[uniffi(default = false)]
    pub low_memory: bool,
    /// The public keys, 64 hexadecimal digits each, of which one must have signed the pack; none:
    /// any pack is opened.
    #[uniffi(default = [])]
    pub trusted_keys: Vec<String>,
    /// The lowest version of the pack, `MAJOR.MINOR.PATCH`; absent: any.
    #[uniffi(default)]
    pub oldest_version: Option<String>,
    /// The folder for what makes the next start faster; absent: nothing is kept.
    #[uniffi(default)]
    pub cache: Option<String>,
    /// What may run the student, in order of preference; the CPU is what remains.
    #[uniffi(default = [])]
    pub providers: Vec<FfiProvider>,
    /// Takes a provider also when it is slower than the CPU.
    #[uniffi(default = false)]
    pub accept_slower: bool,
}

impl Default for FfiOptions {
    fn default() -> Self {
        Self {
            threads: 1,
            deadline_ms: None,
            idle_unload_ms: None,
            library: None,
            low_memory: false,
            trusted_keys: Vec::new(),
            oldest_version: None,
            cache: None,
            providers: Vec::new(),
            accept_slower: false,
        }
    }
}

/// How much memory to give back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum FfiTrimLevel {
    /// Buffers and reserves; the next edit is as fast as ever.
    Light,
    /// Tokenizer and session too; the next edit loads them again.
    Unload,
}

/// What a pack says about itself.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FfiPackInfo {
    /// The pack's name, such as `colorist-small`.
    pub name: String,
    /// The pack's own version.
    pub version: String,
    /// Under what terms it may be used.
    pub license: String,
    /// The student's family, such as `t5-v1.1`.
    pub family: String,
    /// The student's trained numbers.
    pub parameters: u64,
    /// How its weights are stored, such as `dynamic-int8`.
    pub quantization: String,
}

/// Turns intents into edits with one pack, on a thread of its own.
#[derive(Debug, uniffi::Object)]
pub struct FfiEngine {
    engine: Colorist,
    _live: Live,
}

#[uniffi::export]
impl FfiEngine {
    /// Opens a pack, a folder or a `.colorist` archive. Blocks while it loads.
    ///
    /// # Errors
    /// `Pack`, also for a trusted key that is none, and `Runtime`.
    #[uniffi::constructor]
    pub fn open(
        pack: String,
        options: FfiOptions,
        observer: Option<Arc<dyn FfiObserver>>,
    ) -> Result<Arc<Self>, FfiError> {
        let mut wanted = Options::default()
            .with_threads(usize::try_from(options.threads).unwrap_or(usize::MAX))
            .with_deadline(options.deadline_ms.map(Duration::from_millis))
            .with_idle_unload(options.idle_unload_ms.map(Duration::from_millis))
            .with_low_memory(options.low_memory)
            .with_trusted_keys(keys(&options.trusted_keys)?)
            .with_providers(options.providers.into_iter().map(Into::into))
            .with_accept_slower(options.accept_slower);
        if let Some(version) = options.oldest_version {
            wanted = wanted.with_oldest_version(version);
        }
        if let Some(cache) = options.cache {
            wanted = wanted.with_cache(cache);
        }
        if let Some(library) = options.library {
            wanted = wanted.with_library(library);
        }
        if let Some(observer) = observer {
            wanted = wanted.with_observer(Arc::new(Forward(observer)));
        }
        Ok(Arc::new(Self {
            engine: Colorist::open(pack, wanted)?,
            _live: Live::new(Kind::Engine),
        }))
    }

    /// What the tools shall do for an intent. The caller's thread only waits for a message;
    /// dropping the future cancels the request.
    ///
    /// `deadline_ms`: how long it may take, waiting included, milliseconds; the greatest number
    /// stands for what the options say. (Plain numbers cross the border quickest.)
    ///
    /// # Errors
    /// `Intent`, `OtherTools`, `Cancelled`, `DeadlineExceeded`, `Closed`, `Runtime`, `Pack`.
    pub async fn edit(&self, intent: String, deadline_ms: u64) -> Result<FfiPrediction, FfiError> {
        let ask = |done: Done<_>| self.engine.submit(&intent, request(deadline_ms), done);
        Ok(answer(ask).await?.into())
    }

    /// Like `edit`, for languages that do not drop the future of a task that was cancelled.
    ///
    /// # Errors
    /// As `edit`.
    pub async fn edit_cancellable(
        &self,
        intent: String,
        deadline_ms: u64,
        cancel: Arc<FfiCancelToken>,
    ) -> Result<FfiPrediction, FfiError> {
        let request = request(deadline_ms).with_cancel(cancel.token());
        let ask = |done: Done<_>| self.engine.submit(&intent, request, done);
        Ok(answer(ask).await?.into())
    }

    /// Like `edit`, blocking the calling thread.
    ///
    /// # Errors
    /// As `edit`, and `CalledFromCallback`.
    pub fn edit_blocking(
        &self,
        intent: String,
        deadline_ms: u64,
    ) -> Result<FfiPrediction, FfiError> {
        Ok(self
            .engine
            .edit_with(&intent, &request(deadline_ms))?
            .into())
    }

    /// Which of the pack's tools shall be used for an intent and with which values, whatever tools
    /// these are; otherwise as `edit`.
    ///
    /// # Errors
    /// As `edit`, without `OtherTools`.
    pub async fn call_tools(
        &self,
        intent: String,
        deadline_ms: u64,
    ) -> Result<FfiToolPrediction, FfiError> {
        let request = request(deadline_ms);
        let ask = |done: Done<_>| self.engine.submit_call_tools(&intent, request, done);
        Ok(answer(ask).await?.into())
    }

    /// Like `call_tools`, for languages that do not drop the future of a task that was cancelled.
    ///
    /// # Errors
    /// As `call_tools`.
    pub async fn call_tools_cancellable(
        &self,
        intent: String,
        deadline_ms: u64,
        cancel: Arc<FfiCancelToken>,
    ) -> Result<FfiToolPrediction, FfiError> {
        let request = request(deadline_ms).with_cancel(cancel.token());
        let ask = |done: Done<_>| self.engine.submit_call_tools(&intent, request, done);
        Ok(answer(ask).await?.into())
    }

    /// Like `call_tools`, blocking the calling thread.
    ///
    /// # Errors
    /// As `call_tools`, and `CalledFromCallback`.
    pub fn call_tools_blocking(
        &self,
        intent: String,
        deadline_ms: u64,
    ) -> Result<FfiToolPrediction, FfiError> {
        let request = request(deadline_ms);
        Ok(self.engine.call_tools_with(&intent, &request)?.into())
    }

    /// What the pack says about itself.
    #[must_use]
    pub fn info(&self) -> FfiPackInfo {
        let info = self.engine.info();
        FfiPackInfo {
            name: info.name.clone(),
            version: info.version.clone(),
            license: info.license.clone(),
            family: info.architecture.family.clone(),
            parameters: info.architecture.parameters,
            quantization: info.quantization.kind.clone(),
        }
    }

    /// The tools with their ranges.
    #[must_use]
    pub fn catalog(&self) -> Arc<FfiCatalog> {
        FfiCatalog::new(self.engine.catalog())
    }

    /// Which execution provider runs, in which ONNX Runtime, and why none of the others.
    #[must_use]
    pub fn provider(&self) -> FfiProviderReport {
        self.engine.provider().into()
    }

    /// Whether the model is in memory; the next edit loads it when it is not.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.engine.is_loaded()
    }

    /// How long the last loading took.
    #[must_use]
    pub fn load_timings(&self) -> FfiLoadTimings {
        self.engine.load_timings().into()
    }

    /// What the engine has done so far.
    #[must_use]
    pub fn stats(&self) -> FfiStats {
        self.engine.stats().into()
    }

    /// Gives memory back, after the requests that are already waiting. Blocks.
    ///
    /// # Errors
    /// `Closed`, `CalledFromCallback`.
    pub fn trim(&self, level: FfiTrimLevel) -> Result<(), FfiError> {
        Ok(self.engine.trim(match level {
            FfiTrimLevel::Light => TrimLevel::Light,
            FfiTrimLevel::Unload => TrimLevel::Unload,
        })?)
    }

    /// Ends the engine: stops the running request, answers all others with `Closed`, frees the
    /// memory. May be called twice. (Not `close`, which Kotlin generates for the handle.)
    pub fn shutdown(&self) {
        self.engine.close();
    }
}

/// Whom the core hands an answer to.
type Done<T> = Box<dyn FnOnce(Result<T>) + Send>;

/// Asks, and waits for the answer.
fn answer<T: Send + 'static>(
    ask: impl FnOnce(Done<T>) -> Pending,
) -> impl Future<Output = Result<T, FfiError>> {
    let (sender, receiver) = oneshot::channel();
    let pending = ask(Box::new(move |result| {
        // Whoever asked may have gone.
        let _ = sender.send(result);
    }));
    // Held over the await: a future that is dropped there takes its request along.
    let guard = Abandon {
        pending,
        _live: Live::new(Kind::Request),
    };
    async move {
        let answer = receiver.await.unwrap_or(Err(Error::Closed));
        drop(guard);
        Ok(answer?)
    }
}

/// The version of this library.
#[uniffi::export]
#[must_use]
pub fn sdk_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The version of ONNX Runtime that this library is made for.
#[uniffi::export]
#[must_use]
pub fn runtime_version() -> String {
    runtime::ONNXRUNTIME_VERSION.to_owned()
}

/// Cancels a request when nobody waits for it any more.
struct Abandon {
    pending: Pending,
    _live: Live,
}

impl Drop for Abandon {
    fn drop(&mut self) {
        self.pending.cancel();
    }
}

fn keys(texts: &[String]) -> Result<Vec<PublicKey>> {
    let keys = texts.iter().map(|text| PublicKey::parse(text));
    Ok(keys.collect::<Result<_, _>>()?)
}

fn request(deadline_ms: u64) -> Request {
    let deadline = (deadline_ms != u64::MAX).then(|| Duration::from_millis(deadline_ms));
    Request::default().with_deadline(deadline)
}

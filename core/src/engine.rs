//! The engine: opens a pack, answers intents.

mod accelerate;
mod ask;
mod deadline;
mod model;
mod observer;
mod options;
mod prediction;
mod request;
mod stats;
mod worker;

use std::{
    fmt,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::Ordering,
        mpsc::{self, Sender},
    },
    thread::{self, JoinHandle, ThreadId},
    time::{Duration, Instant},
};

pub use observer::{LoadProgress, LoadStep, LogLevel, Observer};
pub use options::{Decoding, Options, Request, TrimLevel};
pub use prediction::{
    Confidence, LoadTimings, Prediction, Timings, ToolConfidence, ToolPrediction,
};
pub use request::Pending;
pub use stats::Stats;

use self::{
    deadline::Watchdog,
    model::{Loader, Model},
    worker::{Message, Shared, Worker},
};
use crate::{
    calls::Editor,
    catalog::Catalog,
    error::{Error, Result, RuntimeError},
    pack::{Manifest, Source},
    provider::ProviderReport,
    runtime::Runtime,
};

/// What a pack says about itself.
pub type PackInfo = Manifest;

/// Turns intents into edits, or into calls of any tools, with one pack.
///
/// Inference runs on a thread of its own, one intent after the other; any number of threads may
/// ask. Clones are cheap handles of the same engine, which ends with the last of them.
#[derive(Clone)]
pub struct Colorist {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    sender: Sender<Message>,
    watchdog: Watchdog,
    worker: Mutex<Option<JoinHandle<()>>>,
    worker_id: ThreadId,
    info: Arc<PackInfo>,
    /// `None` when the tools are not the photo editor's.
    editor: Option<Editor>,
    deadline: Option<Duration>,
}

impl Colorist {
    /// Opens a pack, a folder or a `.colorist` archive: verifies it, loads tokenizer and session
    /// (side by side), starts the inference thread.
    ///
    /// # Errors
    /// [`Error::Pack`] when the pack is damaged or made for another version, [`Error::Runtime`]
    /// when ONNX Runtime is missing or unsuitable.
    pub fn open(pack: impl AsRef<Path>, options: Options) -> Result<Self> {
        let observed = options.observed.clone();
        Self::load(pack.as_ref(), &options)
            .inspect(|engine| {
                observed.log(LogLevel::Info, || {
                    format!(
                        "pack {} {} ready after {:.0?} on {}",
                        engine.info().name,
                        engine.info().version,
                        engine.load_timings().total,
                        engine.provider().summary(),
                    )
                });
            })
            .inspect_err(|error| {
                observed.log(LogLevel::Error, || format!("cannot open the pack: {error}"));
            })
    }

    fn load(pack: &Path, options: &Options) -> Result<Self> {
        let started = Instant::now();
        let progress = options.observed.progress(4);
        let source = Source::locate(pack)?;
        // The library takes as long to map as the pack to hash, and one does not need the other.
        let library = options.library.as_deref();
        let (runtime, contents) = thread::scope(|scope| {
            let runtime = thread::Builder::new().spawn_scoped(scope, || {
                let runtime = Runtime::start(library)?;
                progress.ended(LoadStep::Library);
                Ok(runtime)
            });
            // An optimized graph that was kept stands for the pack's file, which is then not read;
            // nor is an accelerator's, unless it is needed.
            let wanted = |manifest: &Manifest, name: &str| {
                let npu = manifest.codec.npu().is_some_and(|npu| npu.file == name);
                !npu && (options.cache.is_none() || !manifest.codec.files().contains(&name))
            };
            let contents = source.read(&options.trust(), wanted).map(|contents| {
                progress.ended(LoadStep::Verify);
                (contents, started.elapsed())
            });
            let runtime = match runtime {
                Ok(runtime) => runtime.join().unwrap_or_else(|_| {
                    let reason = "the library panicked while starting".to_owned();
                    Err(RuntimeError::Session { reason })
                }),
                Err(source) => Err(RuntimeError::Thread { source }),
            };
            (runtime, contents)
        });
        let ((contents, verify), runtime) = (contents?, runtime?);
        let info = Arc::new(contents.manifest.clone());
        let mut loader = Loader::new(source, Arc::clone(&info), runtime, options)?;
        let (model, timings) = loader.open(contents, started, verify, &progress)?;
        Self::start(loader, model, timings, info, options)
    }

    fn start(
        loader: Loader,
        model: Model,
        timings: LoadTimings,
        info: Arc<PackInfo>,
        options: &Options,
    ) -> Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let shared = Arc::new(Shared::new(timings, loader.report()));
        let worker = Worker::new(receiver, Arc::clone(&shared), loader, model, options);
        let worker = thread::Builder::new()
            .name("colorist".to_owned())
            .spawn(move || worker.run())
            .map_err(|source| RuntimeError::Thread { source })?;
        let inner = Inner {
            shared,
            sender,
            watchdog: Watchdog::default(),
            worker_id: worker.thread().id(),
            worker: Mutex::new(Some(worker)),
            editor: Editor::find(&info.catalog),
            info,
            deadline: options.deadline,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// What the pack says about itself.
    #[must_use]
    pub fn info(&self) -> &PackInfo {
        &self.inner.info
    }

    /// The tools with their ranges.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.inner.info.catalog
    }

    /// Which execution provider runs, in which ONNX Runtime, and why none of the others that
    /// [`Options::providers`] names. It changes when a provider fails later on, and the CPU goes on
    /// in its place.
    #[must_use]
    pub fn provider(&self) -> ProviderReport {
        self.inner
            .shared
            .report
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Gives memory back, after the requests that are already waiting.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::CalledFromCallback`].
    pub fn trim(&self, level: TrimLevel) -> Result<()> {
        self.not_on_worker()?;
        let (sender, receiver) = mpsc::sync_channel(1);
        self.inner
            .sender
            .send(Message::Trim(level, sender))
            .map_err(|_| Error::Closed)?;
        receiver.recv().map_err(|_| Error::Closed)
    }

    /// Whether tokenizer and session are in memory. The next edit loads them when they are not.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.inner.shared.loaded.load(Ordering::SeqCst)
    }

    /// How long the last loading took, by phase.
    #[must_use]
    pub fn load_timings(&self) -> LoadTimings {
        *self
            .inner
            .shared
            .load_timings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What the engine has done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.inner.shared.counters.read()
    }

    /// Ends the engine for all its handles: stops the running request, answers the waiting ones
    /// and all later ones with [`Error::Closed`], frees the memory. May be called twice.
    pub fn close(&self) {
        self.inner.close();
    }

    fn not_on_worker(&self) -> Result<()> {
        if thread::current().id() == self.inner.worker_id {
            return Err(Error::CalledFromCallback);
        }
        Ok(())
    }
}

impl Inner {
    fn close(&self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        self.shared.running.terminate();
        self.watchdog.close();
        // An error means that the thread is gone already.
        let _ = self.sender.send(Message::Close);
        let worker = self
            .worker
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        // The last handle may go in a callback, on the worker itself: then the thread ends alone.
        if let Some(worker) = worker.filter(|worker| worker.thread().id() != thread::current().id())
        {
            // A panic of the worker was already answered as an internal error.
            let _ = worker.join();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Colorist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Colorist")
            .field("pack", &self.inner.info.name)
            .field("loaded", &self.is_loaded())
            .finish_non_exhaustive()
    }
}

//! The loaded model, and loading it.

use std::{
    sync::Arc,
    thread::{self, ScopedJoinHandle},
    time::{Duration, Instant},
};

use super::{
    accelerate::Placement,
    observer::{LoadStep, Progress},
    options::{Decoding, Options},
    prediction::LoadTimings,
};
use crate::{
    error::{Error, PackError, Result, RuntimeError},
    intent::Intent,
    pack::{Bytes, Contents, MANIFEST, Manifest, Source, Trust},
    runtime::{Control, GraphFiles, Kept, Runtime, Settings},
    store::Store,
    student::{Answer, Blueprint, Sessions, Student},
    tokenizer::Tokenizer,
};

/// Loads the model, the first time and after each unloading.
pub(super) struct Loader {
    source: Source,
    trust: Trust,
    pub(super) runtime: Runtime,
    pub(super) manifest: Arc<Manifest>,
    pub(super) settings: Settings,
    low_memory: bool,
    pub(super) store: Option<Store>,
    /// Where it runs.
    pub(super) placement: Placement,
}

/// Tokenizer and student with the buffers of a request.
pub(super) struct Model {
    tokenizer: Tokenizer,
    student: Student,
    pub(super) control: Control,
    ids: Vec<i64>,
    mask: Vec<i64>,
}

/// An answer with what the worker measured.
pub(super) struct Outcome {
    pub(super) answer: Answer,
    pub(super) tokens: usize,
    pub(super) truncated: bool,
    pub(super) tokenize: Duration,
}

impl Loader {
    pub(super) fn new(
        source: Source,
        manifest: Arc<Manifest>,
        runtime: Runtime,
        options: &Options,
    ) -> Result<Self> {
        Ok(Self {
            source,
            trust: options.trust(),
            runtime,
            manifest,
            settings: Settings {
                threads: options.threads,
                prepack: !options.low_memory,
            },
            low_memory: options.low_memory,
            store: options.cache.as_ref().map(Store::new),
            placement: Placement::new(options),
        })
    }

    /// Reads and verifies the files again and builds the model. A pack that was exchanged
    /// meanwhile is refused: the engine has told its callers about the first one.
    pub(super) fn load(&mut self, progress: &Progress<'_>) -> Result<(Model, LoadTimings)> {
        let started = Instant::now();
        let graphs = self.manifest.codec.files();
        let tokenizer = &self.manifest.tokenizer.file;
        // What is not needed for sure is read when it is.
        let later = self.store.is_some() || self.is_accelerated();
        let contents = self.read(|name| name == tokenizer || (!later && graphs.contains(&name)))?;
        if let Some(loaded) = self.accelerated_again(&contents, started, progress)? {
            return Ok(loaded);
        }
        progress.ended(LoadStep::Verify);
        self.load_from(contents, started, started.elapsed(), progress)
    }

    /// Reads and verifies files of the pack that was opened.
    fn read(&self, wanted: impl Fn(&str) -> bool) -> Result<Contents, PackError> {
        let contents = self.source.read(&self.trust, |_, name| wanted(name))?;
        if contents.manifest != *self.manifest {
            return Err(PackError::HashMismatch {
                file: MANIFEST.to_owned(),
            });
        }
        Ok(contents)
    }

    /// The bytes of a file: of `contents`, where they stay, or else read now.
    pub(super) fn file(&self, contents: &Contents, file: &str) -> Result<Bytes, PackError> {
        match contents.file(file) {
            Err(PackError::MissingFile { .. }) => self.read(|name| name == file)?.take(file),
            found => found,
        }
    }

    /// Builds the model for the CPU from verified bytes, which are freed as soon as they were
    /// parsed.
    pub(super) fn load_from(
        &self,
        mut contents: Contents,
        started: Instant,
        verify: Duration,
        progress: &Progress<'_>,
    ) -> Result<(Model, LoadTimings)> {
        let tokenizer = contents.take(&self.manifest.tokenizer.file)?;
        let mut read = |file: &str| match contents.take(file) {
            Err(PackError::MissingFile { .. }) => self.read(|name| name == file)?.take(file),
            found => found,
        };
        let tell = |step| progress.ended(step);
        let (model, times) = self.on_cpu(tokenizer, &mut read, &tell)?;
        Ok((model, times.since(started, verify)))
    }

    /// Builds the model for the CPU. With a store, the graphs are read only if it does not have
    /// them.
    pub(super) fn on_cpu(
        &self,
        tokenizer: Bytes,
        read: &mut dyn FnMut(&str) -> Result<Bytes, PackError>,
        tell: &dyn Fn(LoadStep),
    ) -> Result<(Model, LoadTimes)> {
        let manifest = &*self.manifest;
        let kept = self.store.as_ref().map(|store| Kept { store, manifest });
        let mut files = GraphFiles { read, kept };
        let control = Control::new()?;
        let sessions = || Sessions::build(&self.blueprint(&control), &mut files);
        self.assemble(tokenizer, &control, sessions, tell)
    }

    pub(super) fn blueprint<'a>(&'a self, control: &'a Control) -> Blueprint<'a> {
        Blueprint {
            runtime: &self.runtime,
            codec: &self.manifest.codec,
            catalog: &self.manifest.catalog,
            architecture: &self.manifest.architecture,
            settings: self.settings,
            control,
        }
    }

    /// Joins tokenizer and sessions, which are loaded side by side.
    pub(super) fn assemble(
        &self,
        tokenizer: Bytes,
        control: &Control,
        sessions: impl FnOnce() -> Result<Sessions>,
        tell: &dyn Fn(LoadStep),
    ) -> Result<(Model, LoadTimes)> {
        let manifest = &*self.manifest;
        let load_tokenizer = || {
            timed(|| {
                let parsed = Tokenizer::new(&tokenizer, &manifest.tokenizer)?;
                drop(tokenizer);
                Ok::<_, Error>(parsed)
            })
        };
        let load_sessions = || timed(sessions);
        // Told on this thread only. An observer may close the engine, which waits for the worker
        // unless it is called there; on the other thread it would wait for itself.
        let ((tokenizer, tokenizer_time), (sessions, session_time)) = if self.low_memory {
            // One after the other, so that their peaks do not add up.
            let tokenizer = load_tokenizer();
            if tokenizer.0.is_ok() {
                tell(LoadStep::Tokenizer);
            }
            (tokenizer, load_sessions())
        } else {
            let (tokenizer, sessions) = thread::scope(|scope| {
                let tokenizer = thread::Builder::new().spawn_scoped(scope, load_tokenizer);
                let sessions = load_sessions();
                (tokenizer.map(ScopedJoinHandle::join), sessions)
            });
            let tokenizer = tokenizer.map_err(|source| RuntimeError::Thread { source })?;
            let tokenizer = tokenizer.map_err(|_| Error::Internal("the tokenizer's loader"))?;
            if tokenizer.0.is_ok() {
                tell(LoadStep::Tokenizer);
            }
            (tokenizer, sessions)
        };
        let (tokenizer, sessions) = (tokenizer?, sessions?);
        // A grammar is compiled here, after both: it spells the catalog with the tokenizer.
        let student = Student::new(sessions, &manifest.codec, &manifest.catalog, &tokenizer)?;
        tell(LoadStep::Session);
        let model = Model {
            tokenizer,
            student,
            control: control.clone(),
            ids: Vec::new(),
            mask: Vec::new(),
        };
        let times = LoadTimes {
            tokenizer: tokenizer_time,
            session: session_time,
        };
        Ok((model, times))
    }

    /// Answers an intent. `begin` is called when the graphs are about to run, and says whether they
    /// still should; `go_on` is asked the same between two passes.
    pub(super) fn answer(
        model: &mut Model,
        intent: &Intent,
        decoding: Decoding,
        begin: impl FnOnce(&Control) -> bool,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Outcome> {
        let Model {
            tokenizer,
            student,
            control,
            ids,
            mask,
        } = model;
        let started = Instant::now();
        let encoded = tokenizer.encode(intent, ids)?;
        mask.resize(ids.len(), 1);
        let tokenize = started.elapsed();
        if !begin(control) {
            return Err(Error::Cancelled);
        }
        Ok(Outcome {
            answer: student.answer(ids, mask, decoding, go_on)?,
            tokens: ids.len(),
            truncated: encoded.truncated,
            tokenize,
        })
    }
}

impl Model {
    /// Frees the buffers.
    pub(super) fn shrink(&mut self) {
        self.ids = Vec::new();
        self.mask = Vec::new();
        self.student.shrink();
    }
}

/// How long the parts of a model took.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LoadTimes {
    pub(super) tokenizer: Duration,
    pub(super) session: Duration,
}

impl LoadTimes {
    /// With what went before.
    pub(super) fn since(self, started: Instant, verify: Duration) -> LoadTimings {
        LoadTimings {
            verify,
            tokenizer: self.tokenizer,
            session: self.session,
            total: started.elapsed(),
        }
    }
}

pub(super) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let result = work();
    (result, started.elapsed())
}

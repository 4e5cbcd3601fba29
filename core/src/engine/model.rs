//! The loaded model, and loading it.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{
    observer::{LoadStep, Progress},
    options::Options,
    prediction::LoadTimings,
};
use crate::{
    error::{Error, PackError, Result},
    intent::Intent,
    pack::{Contents, MANIFEST, Manifest, Source},
    runtime::{Runtime, Session, Settings},
    student::slots::{Answer, Plan},
    tokenizer::Tokenizer,
};

/// Loads the model, the first time and after each unloading.
pub(super) struct Loader {
    source: Source,
    runtime: Runtime,
    plan: Plan,
    manifest: Arc<Manifest>,
    settings: Settings,
    low_memory: bool,
}

/// Tokenizer and session with the buffers of a request.
pub(super) struct Model {
    tokenizer: Tokenizer,
    pub(super) session: Session,
    ids: Vec<i64>,
    mask: Vec<i64>,
    scratch: Vec<f32>,
}

/// An answer with what the worker measured.
pub(super) struct Outcome {
    pub(super) answer: Answer,
    pub(super) tokens: usize,
    pub(super) truncated: bool,
    pub(super) tokenize: Duration,
    pub(super) inference: Duration,
    pub(super) decode: Duration,
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
            runtime,
            plan: Plan::new(&manifest)?,
            manifest,
            settings: Settings {
                threads: options.threads,
            },
            low_memory: options.low_memory,
        })
    }

    /// Reads and verifies the two files again and builds the model. A pack that was exchanged
    /// meanwhile is refused: the engine has told its callers about the first one.
    pub(super) fn load(&self, progress: &Progress<'_>) -> Result<(Model, LoadTimings)> {
        let started = Instant::now();
        let Manifest {
            graph, tokenizer, ..
        } = &*self.manifest;
        let contents = self
            .source
            .read(|name| name == graph.file || name == tokenizer.file)?;
        if contents.manifest != *self.manifest {
            return Err(PackError::HashMismatch {
                file: MANIFEST.to_owned(),
            }
            .into());
        }
        progress.ended(LoadStep::Verify);
        self.load_from(contents, started, started.elapsed(), progress)
    }

    /// Builds the model from verified bytes, which are freed as soon as they were parsed.
    pub(super) fn load_from(
        &self,
        mut contents: Contents,
        started: Instant,
        verify: Duration,
        progress: &Progress<'_>,
    ) -> Result<(Model, LoadTimings)> {
        let Manifest {
            graph: graph_info,
            tokenizer: tokenizer_info,
            ..
        } = &*self.manifest;
        let tokenizer = contents.take(&tokenizer_info.file)?;
        let graph = contents.take(&graph_info.file)?;
        drop(contents);
        let load_tokenizer = || {
            timed(|| {
                let parsed = Tokenizer::new(&tokenizer, tokenizer_info)?;
                drop(tokenizer);
                Ok::<_, Error>(parsed)
            })
        };
        let load_session = || {
            timed(|| {
                let session = Session::new(
                    &self.runtime,
                    &graph,
                    graph_info,
                    self.plan.shape(),
                    self.settings,
                )?;
                drop(graph);
                Ok::<_, Error>(session)
            })
        };
        // Told on this thread only. An observer may close the engine, which waits for the worker
        // unless it is called there; on the other thread it would wait for itself.
        let tell = |step, loaded: bool| {
            if loaded {
                progress.ended(step);
            }
        };
        let ((tokenizer, tokenizer_time), (session, session_time)) = if self.low_memory {
            // One after the other, so that their peaks do not add up.
            let tokenizer = load_tokenizer();
            tell(LoadStep::Tokenizer, tokenizer.0.is_ok());
            (tokenizer, load_session())
        } else {
            let (tokenizer, session) = thread::scope(|scope| {
                let tokenizer = scope.spawn(load_tokenizer);
                let session = load_session();
                (tokenizer.join(), session)
            });
            let tokenizer = tokenizer.map_err(|_| Error::Internal("the tokenizer's loader"))?;
            tell(LoadStep::Tokenizer, tokenizer.0.is_ok());
            (tokenizer, session)
        };
        tell(LoadStep::Session, session.is_ok());
        let model = Model {
            tokenizer: tokenizer?,
            session: session?,
            ids: Vec::new(),
            mask: Vec::new(),
            scratch: Vec::new(),
        };
        let timings = LoadTimings {
            verify,
            tokenizer: tokenizer_time,
            session: session_time,
            total: started.elapsed(),
        };
        Ok((model, timings))
    }

    /// Answers an intent. `begin` is called when the graph is about to run, and says whether it
    /// still should.
    pub(super) fn answer(
        &self,
        model: &mut Model,
        intent: &Intent,
        begin: impl FnOnce(&Session) -> bool,
    ) -> Result<Outcome> {
        let Model {
            tokenizer,
            session,
            ids,
            mask,
            scratch,
        } = model;
        let started = Instant::now();
        let encoded = tokenizer.encode(intent, ids)?;
        mask.resize(ids.len(), 1);
        let tokenized = Instant::now();
        if !begin(session) {
            return Err(Error::Cancelled);
        }
        let (answer, ran) = session.run(ids, mask, |logits| self.plan.read(logits, scratch))?;
        Ok(Outcome {
            answer,
            tokens: ids.len(),
            truncated: encoded.truncated,
            tokenize: tokenized - started,
            inference: ran.end - ran.start,
            decode: ran.end.elapsed(),
        })
    }
}

impl Model {
    /// Frees the buffers.
    pub(super) fn shrink(&mut self) {
        self.ids = Vec::new();
        self.mask = Vec::new();
        self.scratch = Vec::new();
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let result = work();
    (result, started.elapsed())
}

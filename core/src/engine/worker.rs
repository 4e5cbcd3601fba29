//! The inference thread: one request after the other, loading and unloading in between.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender},
    },
    time::Duration,
};

use super::{
    model::{Loader, Model},
    observer::{LogLevel, Observed},
    options::{Options, TrimLevel},
    prediction::{Answered, LoadTimings, Timings},
    request::{Job, Running},
    stats::Counters,
};
use crate::{
    error::{Error, Result, RuntimeError},
    memory,
    provider::{ProviderReport, WhyNot},
    runtime::Control,
};

/// What the worker is told.
pub(super) enum Message {
    Edit(Job),
    Trim(TrimLevel, SyncSender<()>),
    Close,
}

/// What the worker and the handles share.
pub(super) struct Shared {
    pub(super) closed: AtomicBool,
    pub(super) loaded: AtomicBool,
    pub(super) load_timings: Mutex<LoadTimings>,
    pub(super) report: Mutex<ProviderReport>,
    pub(super) running: Running,
    pub(super) counters: Counters,
}

impl Shared {
    pub(super) fn new(timings: LoadTimings, report: ProviderReport) -> Self {
        Self {
            closed: AtomicBool::new(false),
            loaded: AtomicBool::new(true),
            load_timings: Mutex::new(timings),
            report: Mutex::new(report),
            running: Running::default(),
            counters: Counters::default(),
        }
    }
}

pub(super) struct Worker {
    receiver: Receiver<Message>,
    shared: Arc<Shared>,
    loader: Loader,
    model: Option<Model>,
    idle_unload: Option<Duration>,
    observed: Observed,
}

impl Worker {
    pub(super) fn new(
        receiver: Receiver<Message>,
        shared: Arc<Shared>,
        loader: Loader,
        model: Model,
        options: &Options,
    ) -> Self {
        Self {
            receiver,
            shared,
            loader,
            model: Some(model),
            idle_unload: options.idle_unload(),
            observed: options.observed.clone(),
        }
    }

    /// Works until the engine is closed.
    pub(super) fn run(mut self) {
        while let Some(message) = self.next() {
            match message {
                Message::Edit(job) => self.edit(&job),
                Message::Trim(level, done) => {
                    self.trim(level);
                    // Whoever asked may have gone.
                    let _ = done.send(());
                }
                Message::Close => break,
            }
        }
        self.unload();
        // What is still in the queue is answered with `Closed` as it is dropped.
    }

    /// The next message; `None` when there will be none. Unloads the model when it idles.
    fn next(&mut self) -> Option<Message> {
        if let Some(idle) = self.idle_unload.filter(|_| self.model.is_some()) {
            match self.receiver.recv_timeout(idle) {
                Ok(message) => return Some(message),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => self.unload(),
            }
        }
        self.receiver.recv().ok()
    }

    fn edit(&mut self, job: &Job) {
        if job.reply.is_finished() {
            return;
        }
        if self.shared.closed.load(Ordering::SeqCst) {
            return job.reply.finish(Err(Error::Closed));
        }
        // A panic in a dependency must not take the thread and every later request with it.
        let result = catch_unwind(AssertUnwindSafe(|| self.predict(job)));
        self.shared.running.end();
        let result = result.unwrap_or_else(|_| {
            // Its state is unknown now.
            self.unload();
            Err(Error::Internal("the inference thread"))
        });
        job.reply.finish(match result {
            // A run that was stopped because the engine closes fails with ONNX Runtime's words.
            Err(_) if self.shared.closed.load(Ordering::SeqCst) => Err(Error::Closed),
            // Whoever stopped it has answered; there is nothing to report.
            Err(error) if !job.reply.is_finished() => {
                self.observed
                    .log(LogLevel::Warn, || format!("a request failed: {error}"));
                Err(error)
            }
            other => other,
        });
    }

    fn predict(&mut self, job: &Job) -> Result<Answered> {
        let answered = self.ask(job);
        match answered {
            Err(Error::Runtime(RuntimeError::Run { reason }))
                if self.loader.is_accelerated() && !self.is_stopped(job) =>
            {
                // An accelerator may be taken away at any time; the CPU is always there.
                self.unload();
                self.loader.give_up(WhyNot::Failed { reason });
                Self::tell_provider(&self.loader, &self.shared, &self.observed);
                self.ask(job)
            }
            answered => answered,
        }
    }

    fn is_stopped(&self, job: &Job) -> bool {
        job.reply.is_finished() || self.shared.closed.load(Ordering::SeqCst)
    }

    /// Tells the handles where the model runs now.
    fn tell_provider(loader: &Loader, shared: &Shared, observed: &Observed) {
        let report = loader.report();
        observed.log(LogLevel::Warn, || format!("the provider changed: {report}"));
        *shared.report.lock().unwrap_or_else(PoisonError::into_inner) = report;
    }

    fn ask(&mut self, job: &Job) -> Result<Answered> {
        let Self {
            loader,
            model,
            shared,
            observed,
            ..
        } = self;
        let model = match model {
            Some(model) => model,
            None => {
                let accelerated = loader.is_accelerated();
                let loaded = loader.load(&observed.progress(3));
                if accelerated && !loader.is_accelerated() {
                    Self::tell_provider(loader, shared, observed);
                }
                let (loaded, timings) = loaded?;
                memory::release();
                observed.log(LogLevel::Info, || {
                    format!("model loaded again in {:.0?}", timings.total)
                });
                *shared
                    .load_timings
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = timings;
                shared.loaded.store(true, Ordering::SeqCst);
                model.insert(loaded)
            }
        };
        let queue = job.queued.elapsed();
        let stopped = || job.reply.is_finished() || shared.closed.load(Ordering::SeqCst);
        let mut ran = false;
        let begin = |control: &Control| {
            shared
                .running
                .begin(job.reply.id(), control.terminator(), || control.rearm());
            // Asked after the run was declared: a cancel in between finds one or the other.
            ran = !stopped();
            if ran {
                shared.counters.run_started();
            }
            ran
        };
        let outcome = Loader::answer(model, &job.intent, job.decoding, begin, &|| !stopped());
        if outcome.is_err() && ran && stopped() {
            shared.counters.run_stopped();
        }
        let outcome = outcome?;
        Ok(Answered {
            said: outcome.answer.said,
            confidence: outcome.answer.confidence,
            timings: Timings {
                queue,
                tokenize: outcome.tokenize,
                inference: outcome.answer.inference,
                decode: outcome.answer.decode,
                total: job.asked.elapsed(),
                passes: outcome.answer.passes,
                forced_tokens: outcome.answer.forced,
            },
            written: outcome.answer.written,
            tokens: outcome.tokens,
            truncated: outcome.truncated,
        })
    }

    fn trim(&mut self, level: TrimLevel) {
        match level {
            TrimLevel::Light => {
                if let Some(model) = &mut self.model {
                    model.shrink();
                }
                memory::release();
            }
            TrimLevel::Unload => self.unload(),
        }
    }

    fn unload(&mut self) {
        if self.model.take().is_some() {
            self.observed
                .log(LogLevel::Info, || "model unloaded".to_owned());
        }
        memory::release();
        self.shared.loaded.store(false, Ordering::SeqCst);
    }
}

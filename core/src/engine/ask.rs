//! Asking: for an edit or for calls, waiting or not.

use std::{
    sync::{Arc, atomic::Ordering, mpsc},
    time::Instant,
};

use super::{
    Colorist,
    options::Request,
    prediction::{Answered, Prediction, ToolPrediction},
    request::{Job, Pending, Reply},
    worker::Message,
};
use crate::{
    calls::Editor,
    error::{Error, Result},
    intent::Intent,
};

impl Colorist {
    /// What the tools shall do for an intent, within [`Options::deadline`](super::Options::deadline).
    ///
    /// # Errors
    /// See [`edit_with`](Self::edit_with).
    pub fn edit(&self, intent: &str) -> Result<Prediction> {
        self.edit_with(intent, &Request::default())
    }

    /// What the tools shall do for an intent, with a deadline or a cancel token of its own.
    ///
    /// Waits for the inference thread; not to be called from a [`submit`](Self::submit) callback.
    ///
    /// # Errors
    /// [`Error::Intent`] when the text is empty or longer than 1 MiB, [`Error::Cancelled`],
    /// [`Error::DeadlineExceeded`], [`Error::Closed`], [`Error::CalledFromCallback`],
    /// [`RuntimeError::Thread`](crate::RuntimeError::Thread) when nothing can watch the deadline,
    /// and what loading gives when the model was unloaded meanwhile. [`Error::OtherTools`] when the
    /// pack's tools are not the photo editor's.
    pub fn edit_with(&self, intent: &str, request: &Request) -> Result<Prediction> {
        let answered = self.answer(intent, request, self.editor().map(drop))?;
        Ok(answered.prediction(&self.editor()?, &self.inner.info))
    }

    /// Which of the pack's tools shall be used for an intent and with which values, whatever tools
    /// these are, within [`Options::deadline`](super::Options::deadline).
    ///
    /// # Errors
    /// See [`edit_with`](Self::edit_with), without [`Error::OtherTools`].
    pub fn call_tools(&self, intent: &str) -> Result<ToolPrediction> {
        self.call_tools_with(intent, &Request::default())
    }

    /// Like [`call_tools`](Self::call_tools), with a deadline or a cancel token of its own.
    ///
    /// Waits for the inference thread; not to be called from a [`submit`](Self::submit) callback.
    ///
    /// # Errors
    /// See [`edit_with`](Self::edit_with), without [`Error::OtherTools`].
    pub fn call_tools_with(&self, intent: &str, request: &Request) -> Result<ToolPrediction> {
        let answered = self.answer(intent, request, Ok(()))?;
        Ok(answered.calls(Arc::clone(&self.inner.info)))
    }

    fn answer(&self, intent: &str, request: &Request, possible: Result<()>) -> Result<Answered> {
        self.not_on_worker()?;
        let (sender, receiver) = mpsc::sync_channel(1);
        // Whoever asked may have gone; then nobody needs the answer.
        let _ = self.enqueue(intent, request, possible, move |result| {
            drop(sender.send(result));
        });
        receiver.recv().unwrap_or(Err(Error::Closed))
    }

    fn editor(&self) -> Result<Editor> {
        self.inner.editor.ok_or_else(|| {
            let tools = self.catalog().tools.iter();
            Error::OtherTools {
                tools: tools.map(|tool| tool.name.clone()).collect(),
            }
        })
    }

    /// Like [`edit_with`](Self::edit_with), without waiting: `done` is called exactly once, with
    /// the answer or the error.
    ///
    /// It is called on the inference thread, or on the thread that cancels or watches deadlines,
    /// or at once on this one when the request is refused. It should hand over and return.
    /// What comes back can cancel the request.
    pub fn submit(
        &self,
        intent: &str,
        request: Request,
        done: impl FnOnce(Result<Prediction>) + Send + 'static,
    ) -> Pending {
        let info = Arc::clone(&self.inner.info);
        let (editor, possible) = match self.editor() {
            Ok(editor) => (Some(editor), Ok(())),
            Err(error) => (None, Err(error)),
        };
        self.enqueue(intent, &request, possible, move |result| {
            done(result.and_then(|answered| {
                let editor = editor.ok_or(Error::Internal("an answer without its tools"))?;
                Ok(answered.prediction(&editor, &info))
            }));
        })
    }

    /// Like [`call_tools_with`](Self::call_tools_with), without waiting: as
    /// [`submit`](Self::submit).
    pub fn submit_call_tools(
        &self,
        intent: &str,
        request: Request,
        done: impl FnOnce(Result<ToolPrediction>) + Send + 'static,
    ) -> Pending {
        let info = Arc::clone(&self.inner.info);
        self.enqueue(intent, &request, Ok(()), move |result| {
            done(result.map(|answered| answered.calls(info)));
        })
    }

    /// `possible` is what an open engine answers at once, if it is an error.
    fn enqueue(
        &self,
        intent: &str,
        request: &Request,
        possible: Result<()>,
        done: impl FnOnce(Result<Answered>) + Send + 'static,
    ) -> Pending {
        let asked = Instant::now();
        let reply = Reply::new(Arc::clone(&self.inner.shared), done);
        let pending = Pending::new(&reply);
        let open = if self.inner.shared.closed.load(Ordering::SeqCst) {
            Err(Error::Closed)
        } else {
            possible
        };
        let queued = open.and_then(|()| self.queue(intent, request, asked, &reply));
        if let Err(error) = queued {
            reply.finish(Err(error));
        }
        pending
    }

    fn queue(
        &self,
        intent: &str,
        request: &Request,
        asked: Instant,
        reply: &Arc<Reply>,
    ) -> Result<()> {
        let inner = &*self.inner;
        let intent = Intent::new(intent, inner.info.tokenizer.max_tokens)?;
        let patience = request.deadline.or(inner.deadline);
        if patience.is_some_and(|patience| patience.is_zero()) {
            return Err(Error::DeadlineExceeded);
        }
        if let Some(token) = &request.cancel {
            token.watch(reply);
            if reply.is_finished() {
                return Ok(());
            }
        }
        // A deadline beyond what the clock can tell is none.
        if let Some(deadline) = patience.and_then(|patience| asked.checked_add(patience)) {
            inner.watchdog.watch(deadline, reply)?;
        }
        let job = Job {
            intent,
            decoding: request.decoding,
            asked,
            queued: Instant::now(),
            reply: Arc::clone(reply),
        };
        if inner.shared.closed.load(Ordering::SeqCst) {
            return Err(Error::Closed);
        }
        inner
            .sender
            .send(Message::Edit(job))
            .map_err(|_| Error::Closed)
    }
}

//! Stopping what runs.

use std::sync::Arc;

use ort::session::RunOptions;

use crate::error::RuntimeError;

/// By what the runs of a model are stopped, all its sessions alike.
#[derive(Clone)]
pub(crate) struct Control(Arc<RunOptions>);

/// Stops the run of a model from another thread.
#[derive(Clone)]
pub(crate) struct Terminator(Arc<RunOptions>);

impl Control {
    pub(crate) fn new() -> Result<Self, RuntimeError> {
        let options = RunOptions::new().map_err(|error| RuntimeError::Session {
            reason: error.to_string(),
        })?;
        Ok(Self(Arc::new(options)))
    }

    pub(super) fn options(&self) -> &RunOptions {
        &self.0
    }

    /// The handle that stops the runs.
    pub(crate) fn terminator(&self) -> Terminator {
        Terminator(Arc::clone(&self.0))
    }

    /// Forgets an earlier [`Terminator::terminate`]. To be called before each request, by whoever
    /// makes sure that no terminate for an earlier one can come after it.
    pub(crate) fn rearm(&self) {
        // It can only fail on a null pointer.
        let _ = self.0.unterminate();
    }
}

impl Terminator {
    /// Makes the run stop at the next node, and any later one at its first. No effect beyond it:
    /// see [`Control::rearm`].
    pub(crate) fn terminate(&self) {
        // It can only fail on a null pointer.
        let _ = self.0.terminate();
    }
}

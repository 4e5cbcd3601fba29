//! What the other side can watch.

use std::sync::Arc;

use colorist_core::{LoadProgress, LoadStep, LogLevel, Observer};

/// A part of loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum FfiLoadStep {
    /// ONNX Runtime's library was opened.
    Library,
    /// The pack's files were read and verified.
    Verify,
    /// The tokenizer was parsed.
    Tokenizer,
    /// The session was built.
    Session,
}

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum FfiLogLevel {
    /// What happened to single requests.
    Debug,
    /// Opening, loading, unloading.
    Info,
    /// A request failed.
    Warn,
    /// A pack could not be opened or loaded.
    Error,
}

/// Watches an engine. Called on the thread that opens the pack and on the engine's own threads;
/// must return soon. Whatever it throws is ignored.
#[uniffi::export(foreign)]
pub trait FfiObserver: Send + Sync {
    /// A step of loading has ended: `done` of `total`, in no fixed order.
    fn on_load(&self, step: FfiLoadStep, done: u32, total: u32) -> Result<(), FfiCallbackError>;
    /// Something worth a line in the app's log. Never holds a word of an intent.
    fn on_log(&self, level: FfiLogLevel, text: String) -> Result<(), FfiCallbackError>;
}

/// What an observer threw.
#[derive(Debug, Clone, thiserror::Error, uniffi::Error)]
pub enum FfiCallbackError {
    /// Anything.
    #[error("the observer failed")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for FfiCallbackError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed
    }
}

/// The core's observer in front of the other side's.
pub(crate) struct Forward(pub(crate) Arc<dyn FfiObserver>);

impl Observer for Forward {
    fn loading(&self, progress: LoadProgress) {
        let step = match progress.step {
            LoadStep::Library => FfiLoadStep::Library,
            LoadStep::Verify => FfiLoadStep::Verify,
            LoadStep::Tokenizer => FfiLoadStep::Tokenizer,
            LoadStep::Session => FfiLoadStep::Session,
            // A step that the other side has no name for still counts in the next one.
            _ => return,
        };
        // Its failure is its own; loading goes on.
        let _ = self.0.on_load(step, progress.done, progress.total);
    }

    fn log(&self, level: LogLevel, message: &str) {
        let level = match level {
            LogLevel::Debug => FfiLogLevel::Debug,
            LogLevel::Info => FfiLogLevel::Info,
            LogLevel::Warn => FfiLogLevel::Warn,
            LogLevel::Error => FfiLogLevel::Error,
        };
        let _ = self.0.on_log(level, message.to_owned());
    }
}

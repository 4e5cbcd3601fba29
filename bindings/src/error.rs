//! The errors that cross the border.

use colorist_core::Error;

/// Why a call failed, by what the caller can do about it. Never holds a word of an intent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum FfiError {
    /// The pack is missing, damaged or made for another version: get it again.
    #[error("{reason}")]
    Pack {
        /// What is wrong with which file, and what to do.
        reason: String,
    },
    /// The text was refused (empty, or longer than 1 MiB): ask for another one.
    #[error("{reason}")]
    Intent {
        /// What is wrong with the text; never the text.
        reason: String,
    },
    /// ONNX Runtime is missing, unsuitable or failed.
    #[error("{reason}")]
    Runtime {
        /// What failed, and what to do.
        reason: String,
    },
    /// A JSON text is no edit.
    #[error("{reason}")]
    InvalidEdit {
        /// Which place in the JSON is wrong.
        reason: String,
    },
    /// There is no look for the edit, no table of that size, or the pixels do not fit the size.
    #[error("{reason}")]
    Look {
        /// What is missing, and what to use instead.
        reason: String,
    },
    /// The pack's tools are not the photo editor's: ask for calls instead of an edit.
    #[error("{reason}")]
    OtherTools {
        /// Which tools the pack has.
        reason: String,
    },
    /// The request was cancelled.
    #[error("the request was cancelled")]
    Cancelled,
    /// The request's deadline passed before there was an answer.
    #[error("the deadline passed before there was an answer")]
    DeadlineExceeded,
    /// The engine was closed: open the pack again.
    #[error("the engine is closed; open the pack again")]
    Closed,
    /// A blocking call was made from one of the engine's own callbacks.
    #[error("a blocking call from a callback would wait for itself; hand over to another thread")]
    CalledFromCallback,
    /// A defect of the library.
    #[error("{reason}")]
    Internal {
        /// Where it happened.
        reason: String,
    },
}

impl From<Error> for FfiError {
    fn from(error: Error) -> Self {
        let reason = error.to_string();
        match error {
            Error::Pack(_) => Self::Pack { reason },
            Error::Intent(_) => Self::Intent { reason },
            Error::Runtime(_) => Self::Runtime { reason },
            Error::Edit(_) => Self::InvalidEdit { reason },
            Error::OtherTools { .. } => Self::OtherTools { reason },
            Error::Cancelled => Self::Cancelled,
            Error::DeadlineExceeded => Self::DeadlineExceeded,
            Error::Closed => Self::Closed,
            Error::CalledFromCallback => Self::CalledFromCallback,
            // The core's enum may grow; what this crate does not know is nobody's to handle.
            _ => Self::Internal { reason },
        }
    }
}

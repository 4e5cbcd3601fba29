//! What went wrong, said once, on standard error.

use std::fmt::Display;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use anstyle::AnsiColor;
use colorist_core::{Error, IntentError, LookError};
use serde_json::{Value, json};

/// Why a command did not end well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// To be said to the user. Never holds what the user typed.
    Said {
        /// What happened.
        message: String,
        /// What to do about it, if there is something to do.
        help: Option<String>,
    },
    /// The output has said it already.
    Silent,
    /// Nobody reads the output anymore, as in `colorist ... | head`.
    PipeClosed,
}

impl Failure {
    /// A message without advice.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Said {
            message: message.into(),
            help: None,
        }
    }

    /// The same failure with advice.
    pub(crate) fn help(self, advice: impl Into<String>) -> Self {
        match self {
            Self::Said { message, .. } => Self::Said {
                message,
                help: Some(advice.into()),
            },
            other => other,
        }
    }

    /// The same failure, said about a place.
    pub(crate) fn about(self, place: &str) -> Self {
        match self {
            Self::Said { message, help } => Self::Said {
                message: format!("{place}: {message}"),
                help,
            },
            other => other,
        }
    }

    /// A file that could not be read or written.
    pub(crate) fn file(doing: &str, path: &Path, error: &dyn Display) -> Self {
        Self::new(format!("cannot {doing} {}: {error}", path.display()))
    }

    /// Says it, and the exit code that follows.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Said { message, help } => {
                let (red, cyan) = (
                    AnsiColor::Red.on_default().bold(),
                    AnsiColor::Cyan.on_default(),
                );
                anstream::eprintln!("{red}error:{red:#} {message}");
                if let Some(help) = help {
                    anstream::eprintln!("{cyan}help:{cyan:#} {help}");
                }
                ExitCode::FAILURE
            }
            Self::Silent => ExitCode::FAILURE,
            // The reader had enough; that is no failure of ours.
            Self::PipeClosed => ExitCode::SUCCESS,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::PipeClosed
        } else {
            Self::new(format!("cannot read or write: {error}"))
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (message, help) = parts(&error);
        Self::Said { message, help }
    }
}

impl From<LookError> for Failure {
    fn from(error: LookError) -> Self {
        let (message, help) = parts(&error);
        Self::Said { message, help }
    }
}

/// An error as the object that stands in a line of `--jsonl`.
pub(crate) fn error_json(error: &Error) -> Value {
    let (message, help) = parts(error);
    json!({"error": {"kind": kind(error), "message": message, "help": help}})
}

/// The core's messages read `what happened; what to do`.
fn parts(error: &impl Display) -> (String, Option<String>) {
    let text = error.to_string();
    match text.rsplit_once("; ") {
        Some((message, help)) => (message.to_owned(), Some(help.to_owned())),
        None => (text, None),
    }
}

/// A stable name for programs.
fn kind(error: &Error) -> &'static str {
    match error {
        Error::Intent(IntentError::Empty) => "empty",
        Error::Intent(IntentError::TooLong { .. }) => "tooLong",
        Error::Intent(_) => "intent",
        Error::Pack(_) => "pack",
        Error::Runtime(_) => "runtime",
        Error::Edit(_) => "edit",
        Error::Output(_) => "output",
        Error::OtherTools { .. } => "otherTools",
        Error::Cancelled => "cancelled",
        Error::DeadlineExceeded => "deadlineExceeded",
        Error::Closed => "closed",
        _ => "internal",
    }
}

//! Colorist turns words into an edit of an image or a video, on the device.
//!
//! An intent such as "golden hour" goes through a small quantized T5 student in ONNX Runtime and
//! comes back as an [`Edit`]: up to three tools with typed parameters. No server, no telemetry.
//!
//! ```no_run
//! use colorist_core::{Colorist, Options};
//!
//! # fn main() -> colorist_core::Result<()> {
//! let colorist = Colorist::open("models/packs/colorist-small", Options::default())?;
//! let edit = colorist.edit("golden hour")?;
//! if let Some(adjust) = &edit.adjust {
//!     assert!((-100..=100).contains(&adjust.temperature));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A pack can have another editor's tools: [`Colorist::call_tools`] answers with any pack.
//!
//! # Features
//! Exactly one of
//! - `ort-load` (default): ONNX Runtime is opened at run time, see [`runtime`] for where it is
//!   looked for;
//! - `ort-link`: ONNX Runtime is linked into the program.
//!
//! and any of `provider-coreml`, `provider-nnapi`, `provider-plugin`, `provider-qnn` and
//! `provider-xnnpack`: see [`provider`].

#[cfg(all(feature = "ort-load", feature = "ort-link"))]
compile_error!("features `ort-load` and `ort-link` exclude each other: enable exactly one");
#[cfg(not(any(feature = "ort-load", feature = "ort-link")))]
compile_error!("enable exactly one of the features `ort-load` and `ort-link`");

pub mod calls;
pub mod cancel;
pub mod catalog;
pub mod edit;
pub mod engine;
pub mod error;
pub mod grammar;
mod intent;
pub mod look;
mod memory;
pub mod metrics;
pub mod pack;
pub mod provider;
pub mod runtime;
mod store;
mod student;
mod system;
mod tokenizer;

pub use calls::{ToolCall, ToolValue};
pub use cancel::CancelToken;
pub use catalog::Catalog;
pub use edit::{Adjust, ColorAdjust, Difference, Edit, Filter, SelectiveAdjust};
pub use engine::{
    Colorist, Confidence, Decoding, LoadProgress, LoadStep, LoadTimings, LogLevel, Observer,
    Options, PackInfo, Pending, Prediction, Request, Stats, Timings, ToolConfidence,
    ToolPrediction, TrimLevel,
};
pub use error::{EditError, Error, IntentError, OutputError, PackError, Result, RuntimeError};
pub use look::{Frame, Look, LookError, Lut, Recipe, Renderer};
pub use pack::Pack;
pub use provider::{Plugin, Provider, ProviderReport, Qnn, SelfTest, WhyNot};

//! The core behind a C interface, for Kotlin and Swift.
//!
//! Nothing here is meant to be used by an app: what UniFFI generates from it is internal to the
//! Kotlin library in `android/` and the Swift package in `ios/`, which have the public API. So
//! everything is called `Ffi...`, values are copied, and there is no logic but conversion.
//!
//! Errors have few variants, one for each thing a caller can do about it. No function panics over
//! the border: UniFFI turns a Rust panic into an exception in Kotlin, but into the end of the
//! program in Swift.

mod cancel;
mod catalog;
mod edit;
mod engine;
mod error;
mod handles;
mod look;
mod observer;
mod prediction;
mod provider;

pub use cancel::FfiCancelToken;
pub use catalog::{FfiCatalog, FfiFilterInfo, FfiRange, FfiSlider};
pub use edit::{
    FfiAdjust, FfiColorAdjust, FfiDifference, FfiEdit, FfiFilter, FfiSelectiveAdjust, edit_diff,
    edit_from_json, edit_scaled, edit_to_json,
};
pub use engine::{FfiEngine, FfiOptions, FfiPackInfo, FfiTrimLevel, runtime_version, sdk_version};
pub use error::FfiError;
pub use handles::{FfiLiveHandles, live_handles};
pub use look::{FfiLook, FfiLut};
pub use observer::{FfiCallbackError, FfiLoadStep, FfiLogLevel, FfiObserver};
pub use prediction::{
    FfiConfidence, FfiLoadTimings, FfiPrediction, FfiStats, FfiTimings, FfiToolCall,
    FfiToolConfidence, FfiToolPrediction, FfiToolValue,
};
pub use provider::{FfiProvider, FfiProviderReport, FfiRefusedProvider, FfiSelfTest, FfiWhyNot};

uniffi::setup_scaffolding!("colorist_ffi");

//! Providers that come in a library of their own.

use std::path::Path;

use ort::session::builder::SessionBuilder;

use super::Runtime;
use crate::provider::WhyNot;

/// Makes a session run on the devices of a provider, whose library is loaded unless it is `None`.
#[cfg(feature = "provider-plugin")]
pub(super) fn register(
    runtime: &Runtime,
    builder: SessionBuilder,
    name: &str,
    library: Option<&Path>,
    options: &[(String, String)],
) -> Result<SessionBuilder, WhyNot> {
    use ort::memory::DeviceType;

    check_options(options)?;
    if let Some(library) = library {
        load(runtime, name, library)?;
    }
    let devices = || {
        let named = |device: &ort::device::Device<'_>| device.ep().is_ok_and(|ep| ep == name);
        runtime.environment.devices().filter(named)
    };
    // A library may offer the GPU and the CPU as well, and takes one of them.
    let is_npu =
        |device: &ort::device::Device<'_>| device.hardware_device().ty() == DeviceType::NPU;
    let device = devices().find(is_npu).or_else(|| devices().next());
    let Some(device) = device else {
        return Err(unavailable(format!("no device of {name}")));
    };
    let options: Vec<(String, String)> = options
        .iter()
        .map(|(key, value)| (format!("{name}.{key}"), value.clone()))
        .collect();
    builder
        .with_devices([device], Some(&options))
        .map_err(|error| unavailable(error.to_string()))
}

#[cfg(not(feature = "provider-plugin"))]
pub(super) fn register(
    _runtime: &Runtime,
    _builder: SessionBuilder,
    _name: &str,
    _library: Option<&Path>,
    _options: &[(String, String)],
) -> Result<SessionBuilder, WhyNot> {
    Err(unavailable("this build lacks plugins"))
}

/// Loads a provider's library, once per process: ONNX Runtime refuses a name that it has.
#[cfg(feature = "provider-plugin")]
fn load(runtime: &Runtime, name: &str, library: &Path) -> Result<(), WhyNot> {
    use std::{
        path::PathBuf,
        sync::{Mutex, PoisonError},
    };

    static LOADED: Mutex<Vec<(String, PathBuf)>> = Mutex::new(Vec::new());
    // What is no such library would be opened and its initializers run.
    let library = library
        .canonicalize()
        .map_err(|error| unavailable(format!("{} ({})", library.display(), error.kind())))?;
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    match loaded.iter().find(|(loaded, _)| loaded == name) {
        Some((_, first)) if *first == library => Ok(()),
        Some((_, first)) => Err(unavailable(format!(
            "this process has loaded {} for {name}; restart it to use another library",
            first.display()
        ))),
        None => {
            runtime
                .environment
                .register_ep_library(name, &library)
                .map_err(|error| unavailable(error.to_string()))?;
            loaded.push((name.to_owned(), library));
            Ok(())
        }
    }
}

/// Refuses what `ort` would panic at.
pub(super) fn check_options(options: &[(String, String)]) -> Result<(), WhyNot> {
    let zero = |(key, value): &(String, String)| key.contains('\0') || value.contains('\0');
    match options.iter().any(zero) {
        true => Err(unavailable("an option of it has a zero character")),
        false => Ok(()),
    }
}

fn unavailable(reason: impl Into<String>) -> WhyNot {
    WhyNot::NotAvailable {
        reason: reason.into(),
    }
}

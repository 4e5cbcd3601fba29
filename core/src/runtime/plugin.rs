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
    check_options(options)?;
    if let Some(library) = library {
        load(runtime, name, library)?;
    }
    let Some(device) = device(runtime, name) else {
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

/// The device of a provider: the NPU if there is one. A library may offer the GPU and the CPU as
/// well, and takes one of them.
#[cfg(feature = "provider-plugin")]
pub(super) fn device<'r>(runtime: &'r Runtime, name: &str) -> Option<ort::device::Device<'r>> {
    use ort::{device::Device, memory::DeviceType};

    let mut devices = runtime.environment.devices();
    let named = |device: &Device<'_>| device.ep().is_ok_and(|ep| ep == name);
    let mut first = None;
    devices.by_ref().filter(named).for_each(|device| {
        let is_npu = device.hardware_device().ty() == DeviceType::NPU;
        if is_npu || first.is_none() {
            first = Some(device);
        }
    });
    first
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

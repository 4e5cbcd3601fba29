//! Sessions on another provider than the CPU.
//!
//! Built-in providers are registered with the classic calls, those in a library of their own by
//! the devices that the library offers.

use std::{fs, path::Path};

use ort::{
    ep,
    session::{Session, builder::SessionBuilder},
};

use super::{Runtime, Settings, plugin, session::common};
use crate::{
    error::PackError,
    pack::Bytes,
    provider::{Provider, WhyNot},
    store::Store,
};

/// The name of the CPU's provider in ONNX Runtime.
pub(super) const CPU: &str = "CPUExecutionProvider";

/// The kind of the store's entries with what a provider compiled.
const CONTEXT: &str = "context";

/// What ONNX Runtime says when a provider leaves nodes to the CPU.
const FALLBACK: &str = "fallback to CPU EP has been explicitly disabled";

/// Where a compiled graph is kept, and by what it is found.
#[derive(Clone, Copy)]
pub(crate) struct Compiled<'a> {
    pub(crate) store: &'a Store,
    pub(crate) key: &'a [&'a [u8]],
}

/// Why there is no session on a provider.
pub(crate) enum Refused {
    /// The provider cannot, or shall not.
    Why(WhyNot),
    /// The pack's file cannot be read: no reason against the provider.
    Pack(PackError),
}

impl From<WhyNot> for Refused {
    fn from(why: WhyNot) -> Self {
        Self::Why(why)
    }
}

/// Builds a session whose nodes all run on the provider. A graph that was compiled before is taken
/// from `kept`, and then `bytes` are not asked for; what the provider compiles now is put there.
pub(super) fn build(
    runtime: &Runtime,
    bytes: &dyn Fn() -> Result<Bytes, PackError>,
    settings: Settings,
    provider: &Provider,
    kept: Option<Compiled<'_>>,
) -> Result<Session, Refused> {
    #[cfg(feature = "ort-load")]
    if let Some(file) = provider.files().find(|file| super::probe::is_cut_off(file)) {
        let reason = format!("{} is cut off", file.display());
        return Err(WhyNot::NotAvailable { reason }.into());
    }
    let kept = kept.filter(|_| compiles(provider));
    if let Some(kept) = kept
        && let Some(compiled) = kept.store.get(CONTEXT, kept.key)
        // One that is refused is compiled anew, and what comes of it takes its place.
        && let Ok(session) = attempt(runtime, &compiled, settings, provider, None)
    {
        return Ok(session);
    }
    let bytes = bytes().map_err(Refused::Pack)?;
    let draft = kept.and_then(|kept| Some((kept, kept.store.draft().ok()?)));
    let Some((kept, draft)) = draft else {
        return Ok(attempt(runtime, &bytes, settings, provider, None)?);
    };
    // ONNX Runtime takes a path without an extension for a folder.
    let file = draft.path().with_extension("onnx");
    let session = attempt(runtime, &bytes, settings, provider, Some(&file));
    // There is none when nothing was compiled. Without it the next start compiles again.
    let written = fs::rename(&file, draft.path());
    match session {
        Ok(session) => {
            if written.is_ok() {
                let _ = kept.store.keep(CONTEXT, kept.key, &draft);
            }
            Ok(session)
        }
        Err(why @ WhyNot::NodesOnCpu { .. }) => Err(why.into()),
        // What could not be written may be all that is wrong.
        Err(_) => {
            let _ = fs::remove_file(&file);
            Ok(attempt(runtime, &bytes, settings, provider, None)?)
        }
    }
}

/// Whether the provider gives what it compiled in ONNX Runtime's common form. Core ML has a cache
/// of its own, and the other ones compile nothing that would be worth keeping.
fn compiles(provider: &Provider) -> bool {
    match provider {
        Provider::Qnn(_) => true,
        Provider::Plugin(plugin) => plugin.name != CPU,
        _ => false,
    }
}

/// Builds a session; writes what the provider compiles to `compiled`.
fn attempt(
    runtime: &Runtime,
    bytes: &[u8],
    settings: Settings,
    provider: &Provider,
    compiled: Option<&Path>,
) -> Result<Session, WhyNot> {
    let unavailable = |error: ort::Error| WhyNot::NotAvailable {
        reason: error.to_string(),
    };
    let builder = configured(runtime, settings, compiled).map_err(unavailable)?;
    let (builder, alone) = register(runtime, builder, provider)?;
    let builder = if alone {
        builder.with_disable_cpu_fallback()
    } else {
        Ok(builder)
    };
    let mut builder = builder.map_err(|error| unavailable(error.into()))?;
    builder.commit_from_memory(bytes).map_err(|error| {
        let reason = error.to_string();
        match reason.contains(FALLBACK) {
            true => WhyNot::NodesOnCpu { reason },
            false => WhyNot::NotAvailable { reason },
        }
    })
}

fn configured(
    runtime: &Runtime,
    settings: Settings,
    compiled: Option<&Path>,
) -> ort::Result<SessionBuilder> {
    let builder = common(runtime, settings)?;
    Ok(match compiled.and_then(Path::to_str) {
        Some(file) => builder
            .with_config_entry("ep.context_enable", "1")?
            // In one file with the graph around it, which can then be opened from memory.
            .with_config_entry("ep.context_embed_mode", "1")?
            .with_config_entry("ep.context_file_path", file)?,
        None => builder,
    })
}

/// Registers the provider, with errors on. Also gives whether it is another one than the CPU, so
/// that the CPU can be forbidden.
fn register(
    runtime: &Runtime,
    builder: SessionBuilder,
    provider: &Provider,
) -> Result<(SessionBuilder, bool), WhyNot> {
    let classic = match provider {
        Provider::Plugin(plugin) => {
            let alone = plugin.name != CPU;
            let builder = plugin::register(
                runtime,
                builder,
                &plugin.name,
                plugin.library.as_deref(),
                &plugin.options,
            )?;
            return Ok((builder, alone));
        }
        Provider::Qnn(qnn) => {
            let mut options = qnn.options.clone();
            if let Some(backend) = &qnn.backend {
                options.push(("backend_path".to_owned(), backend.display().to_string()));
            }
            if let Some(library) = &qnn.library {
                let name = "QNNExecutionProvider";
                let builder = plugin::register(runtime, builder, name, Some(library), &options)?;
                return Ok((builder, true));
            }
            plugin::check_options(&options)?;
            qnn_built_in(&options)
        }
        Provider::CoreMl => core_ml(),
        Provider::Nnapi => nnapi(),
        Provider::Xnnpack => xnnpack(),
        Provider::Cpu => None,
    };
    let Some(classic) = classic else {
        return Err(WhyNot::NotAvailable {
            reason: "this build lacks it".to_owned(),
        });
    };
    let builder = builder.with_execution_providers([classic.error_on_failure()]);
    let builder = builder.map_err(|error| WhyNot::NotAvailable {
        reason: error.to_string(),
    })?;
    Ok((builder, true))
}

#[cfg(feature = "provider-qnn")]
fn qnn_built_in(options: &[(String, String)]) -> Option<ep::ExecutionProviderDispatch> {
    use ep::ArbitrarilyConfigurableExecutionProvider as _;
    let qnn = options
        .iter()
        .fold(ep::QNN::default(), |qnn, (key, value)| {
            qnn.with_arbitrary_config(key, value)
        });
    Some(qnn.build())
}

#[cfg(not(feature = "provider-qnn"))]
fn qnn_built_in(_options: &[(String, String)]) -> Option<ep::ExecutionProviderDispatch> {
    None
}

fn core_ml() -> Option<ep::ExecutionProviderDispatch> {
    #[cfg(feature = "provider-coreml")]
    return Some(
        ep::CoreML::default()
            .with_model_format(ep::coreml::ModelFormat::MLProgram)
            .build(),
    );
    #[cfg(not(feature = "provider-coreml"))]
    None
}

fn nnapi() -> Option<ep::ExecutionProviderDispatch> {
    // Android's own implementation on the CPU is slower than ONNX Runtime's.
    #[cfg(feature = "provider-nnapi")]
    return Some(ep::NNAPI::default().with_disable_cpu(true).build());
    #[cfg(not(feature = "provider-nnapi"))]
    None
}

fn xnnpack() -> Option<ep::ExecutionProviderDispatch> {
    #[cfg(feature = "provider-xnnpack")]
    return Some(ep::XNNPACK::default().build());
    #[cfg(not(feature = "provider-xnnpack"))]
    None
}

//! The part of the command line about execution providers.

use std::convert::Infallible;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use colorist_core::{Plugin, Provider, Qnn};

/// What may run the student beside the CPU.
#[derive(Args, Default)]
pub(crate) struct ProviderArgs {
    /// Run on this if it stands its test here, the preferred one first: qnn, coreml, nnapi, xnnpack,
    /// cpu, or a plugin's NAME or NAME=LIBRARY
    #[arg(long = "provider", value_name = "PROVIDER", value_parser = provider)]
    pub(crate) providers: Vec<Provider>,
    /// The library of the provider qnn [default: built into ONNX Runtime]
    #[arg(long, value_name = "FILE", requires = "providers")]
    qnn_library: Option<PathBuf>,
    /// The backend of the provider qnn, such as libQnnHtp.so
    #[arg(long, value_name = "FILE", requires = "providers")]
    qnn_backend: Option<PathBuf>,
    /// Take a provider also when it is slower than the CPU
    #[arg(long)]
    pub(crate) accept_slower: bool,
}

impl ProviderArgs {
    /// The providers, with what the other arguments say about them.
    pub(crate) fn providers(&self) -> Vec<Provider> {
        let complete = |provider: &Provider| match provider {
            Provider::Qnn(_) => Provider::Qnn(self.qnn()),
            other => other.clone(),
        };
        self.providers.iter().map(complete).collect()
    }

    /// The arguments that say the same.
    pub(crate) fn arguments(&self) -> Vec<OsString> {
        let mut arguments = Vec::new();
        for provider in &self.providers {
            let mut value = OsString::from(provider.key());
            if let Provider::Plugin(Plugin {
                library: Some(library),
                ..
            }) = provider
            {
                value.push("=");
                value.push(library);
            }
            arguments.extend(["--provider".into(), value]);
        }
        for (flag, path) in [
            ("--qnn-library", &self.qnn_library),
            ("--qnn-backend", &self.qnn_backend),
        ] {
            if let Some(path) = path {
                arguments.extend([flag.into(), path.into()]);
            }
        }
        arguments.extend(self.accept_slower.then(|| "--accept-slower".into()));
        arguments
    }

    fn qnn(&self) -> Qnn {
        let mut qnn = Qnn::default();
        if let Some(library) = &self.qnn_library {
            qnn = qnn.with_library(library);
        }
        if let Some(backend) = &self.qnn_backend {
            qnn = qnn.with_backend(backend);
        }
        qnn
    }
}

fn provider(text: &str) -> Result<Provider, Infallible> {
    Ok(match text {
        "qnn" => Provider::Qnn(Qnn::default()),
        "coreml" => Provider::CoreMl,
        "nnapi" => Provider::Nnapi,
        "xnnpack" => Provider::Xnnpack,
        "cpu" => Provider::Cpu,
        plugin => Provider::Plugin(match plugin.split_once('=') {
            Some((name, library)) => Plugin::new(name).with_library(library),
            None => Plugin::new(plugin),
        }),
    })
}

//! Execution providers: which ones an app wants, and what became of each.
//!
//! [`Options::providers`](crate::Options::providers) names them in order of preference. One is used
//! only after it reproduced the pack's goldens on this very device; the CPU is what remains.
//! [`Colorist::provider`](crate::Colorist::provider) tells which one runs, and why not the others.
//!
//! Nodes that a provider leaves to the CPU are a reason against it: the way to and fro costs more
//! than it saves, and the memory of both is taken.

mod report;

use std::path::PathBuf;

pub use report::{ProviderReport, SelfTest, WhyNot};

/// What may run a student's graph.
///
/// A Cargo feature must have built each of them but the CPU: `provider-qnn`, `provider-coreml`,
/// `provider-nnapi`, `provider-xnnpack`, `provider-plugin`. The ONNX Runtime in use must have it
/// too, unless it comes as a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provider {
    /// Qualcomm's NPU.
    Qnn(Qnn),
    /// Apple's Neural Engine and GPU.
    CoreMl,
    /// Android's Neural Networks API.
    Nnapi,
    /// Google's kernels for the CPU, for floating point.
    Xnnpack,
    /// Any provider that comes in a library of its own.
    Plugin(Plugin),
    /// The CPU, which needs not be named: it is what remains. What stands behind it is not tried.
    Cpu,
}

/// How Qualcomm's provider is set up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Qnn {
    /// The plugin, `libonnxruntime_providers_qnn.so`. `None`: ONNX Runtime has it built in.
    pub library: Option<PathBuf>,
    /// The backend: `libQnnHtp.so` for the NPU. `None`: the provider's default.
    pub backend: Option<PathBuf>,
    /// The provider's own options, such as `("htp_performance_mode", "burst")`.
    pub options: Vec<(String, String)>,
}

/// A provider that comes in a library of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Plugin {
    /// The provider's name, such as `QNNExecutionProvider`: the one its devices have.
    pub name: String,
    /// The library. `None`: one that ONNX Runtime has already.
    pub library: Option<PathBuf>,
    /// The provider's own options.
    pub options: Vec<(String, String)>,
}

impl Provider {
    /// The name for people: `CPU`, `QNN`, `Core ML`, `NNAPI`, `XNNPACK`, or the plugin's.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Qnn(_) => "QNN",
            Self::CoreMl => "Core ML",
            Self::Nnapi => "NNAPI",
            Self::Xnnpack => "XNNPACK",
            Self::Plugin(plugin) => &plugin.name,
            Self::Cpu => "CPU",
        }
    }

    /// The name in `npu.providers` of a pack: `cpu`, `qnn`, `coreml`, `nnapi`, `xnnpack`, or the
    /// plugin's.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Qnn(_) => "qnn",
            Self::CoreMl => "coreml",
            Self::Nnapi => "nnapi",
            Self::Xnnpack => "xnnpack",
            Self::Plugin(plugin) => &plugin.name,
            Self::Cpu => "cpu",
        }
    }

    /// The Cargo feature that this build lacks for it; `None` when it is built.
    pub(crate) fn missing_feature(&self) -> Option<&'static str> {
        let (feature, built) = match self {
            Self::Qnn(_) => ("provider-qnn", cfg!(feature = "provider-qnn")),
            Self::CoreMl => ("provider-coreml", cfg!(feature = "provider-coreml")),
            Self::Nnapi => ("provider-nnapi", cfg!(feature = "provider-nnapi")),
            Self::Xnnpack => ("provider-xnnpack", cfg!(feature = "provider-xnnpack")),
            Self::Plugin(_) => ("provider-plugin", cfg!(feature = "provider-plugin")),
            Self::Cpu => return None,
        };
        (!built).then_some(feature)
    }

    /// The files that it is made of.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        let (library, backend) = match self {
            Self::Qnn(qnn) => (&qnn.library, &qnn.backend),
            Self::Plugin(plugin) => (&plugin.library, &None),
            _ => (&None, &None),
        };
        library.iter().chain(backend)
    }
}

impl Qnn {
    /// Sets [`library`](Self::library).
    #[must_use]
    pub fn with_library(mut self, library: impl Into<PathBuf>) -> Self {
        self.library = Some(library.into());
        self
    }

    /// Sets [`backend`](Self::backend).
    #[must_use]
    pub fn with_backend(mut self, backend: impl Into<PathBuf>) -> Self {
        self.backend = Some(backend.into());
        self
    }

    /// Adds one of [`options`](Self::options).
    #[must_use]
    pub fn with_option(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.push((key.into(), value.into()));
        self
    }
}

impl Plugin {
    /// The provider of this name, which ONNX Runtime has already.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Sets [`library`](Self::library).
    #[must_use]
    pub fn with_library(mut self, library: impl Into<PathBuf>) -> Self {
        self.library = Some(library.into());
        self
    }

    /// Adds one of [`options`](Self::options).
    #[must_use]
    pub fn with_option(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.push((key.into(), value.into()));
        self
    }
}

//! Execution providers: which ones are wanted, and what became of each.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use colorist_core::{Plugin, Provider, ProviderReport, Qnn, SelfTest, WhyNot};

/// What may run the student's graph.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum FfiProvider {
    /// Qualcomm's NPU.
    Qnn {
        /// The plugin's path; absent: built into ONNX Runtime.
        library: Option<String>,
        /// The backend's path; absent: the provider's default.
        backend: Option<String>,
        /// The provider's own options.
        options: HashMap<String, String>,
    },
    /// Apple's Neural Engine and GPU.
    CoreMl,
    /// Android's Neural Networks API.
    Nnapi,
    /// Google's kernels for the CPU.
    Xnnpack,
    /// Any provider that comes in a library of its own.
    Plugin {
        /// The provider's name.
        name: String,
        /// The library's path; absent: one that ONNX Runtime has already.
        library: Option<String>,
        /// The provider's own options.
        options: HashMap<String, String>,
    },
    /// The CPU; what stands behind it is not tried.
    Cpu,
}

/// Which provider runs, and why not the others.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FfiProviderReport {
    /// The name of the provider that runs.
    pub running: String,
    /// The version of ONNX Runtime.
    pub runtime_version: String,
    /// What runs, in one line.
    pub summary: String,
    /// The pack's files that it runs.
    pub graphs: Vec<String>,
    /// How the provider that runs did in its self-test; absent for the CPU.
    pub self_test: Option<FfiSelfTest>,
    /// Every other provider that was wanted.
    pub others: Vec<FfiRefusedProvider>,
}

/// What a self-test found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct FfiSelfTest {
    /// How many goldens were asked.
    pub goldens: u32,
    /// How many of them differed by more than the pack's tolerance.
    pub differing: u32,
    /// The greatest distance of a value.
    pub greatest: u32,
    /// The median time of an inference, microseconds.
    pub median_us: u64,
    /// The median time on the CPU, microseconds; absent when it did not matter.
    pub cpu_median_us: Option<u64>,
}

/// A provider that does not run.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FfiRefusedProvider {
    /// Its name.
    pub name: String,
    /// Why, for programs.
    pub why: FfiWhyNot,
    /// Why, for people.
    pub reason: String,
}

/// Why a provider does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum FfiWhyNot {
    /// This build lacks it.
    NotBuilt,
    /// The ONNX Runtime in use or the device lacks it.
    NotAvailable,
    /// The pack has no graph for it.
    NoGraph,
    /// The pack has no goldens to test it with.
    NoGoldens,
    /// It cannot run every node.
    NodesOnCpu,
    /// Its answers are not those of the goldens.
    SelfTestFailed,
    /// It is slower than the CPU.
    SlowerThanCpu,
    /// An inference failed.
    Failed,
    /// The process ended in its last self-test.
    Crashed,
    /// One that is preferred runs.
    NotTried,
    /// Another reason, which this version does not know.
    Other,
}

impl From<FfiProvider> for Provider {
    fn from(provider: FfiProvider) -> Self {
        match provider {
            FfiProvider::Qnn {
                library,
                backend,
                options,
            } => {
                let mut qnn = Qnn::default();
                qnn.library = library.map(Into::into);
                qnn.backend = backend.map(Into::into);
                qnn.options = sorted(options);
                Self::Qnn(qnn)
            }
            FfiProvider::CoreMl => Self::CoreMl,
            FfiProvider::Nnapi => Self::Nnapi,
            FfiProvider::Xnnpack => Self::Xnnpack,
            FfiProvider::Plugin {
                name,
                library,
                options,
            } => {
                let mut plugin = Plugin::new(name);
                plugin.library = library.map(Into::into);
                plugin.options = sorted(options);
                Self::Plugin(plugin)
            }
            FfiProvider::Cpu => Self::Cpu,
        }
    }
}

/// The options in one order, whatever order the map has: a verdict is remembered by them.
fn sorted(options: HashMap<String, String>) -> Vec<(String, String)> {
    let options: BTreeMap<_, _> = options.into_iter().collect();
    options.into_iter().collect()
}

impl From<ProviderReport> for FfiProviderReport {
    fn from(report: ProviderReport) -> Self {
        let others = report.others.iter();
        Self {
            summary: report.summary(),
            self_test: report.self_test.as_ref().map(Into::into),
            others: others
                .map(|(name, why)| FfiRefusedProvider {
                    name: name.clone(),
                    why: why.into(),
                    reason: why.to_string(),
                })
                .collect(),
            running: report.running,
            runtime_version: report.runtime_version,
            graphs: report.graphs,
        }
    }
}

impl From<&SelfTest> for FfiSelfTest {
    fn from(test: &SelfTest) -> Self {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let microseconds = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        Self {
            goldens: count(test.of),
            differing: count(test.differing),
            greatest: test.greatest,
            median_us: microseconds(test.median),
            cpu_median_us: test.cpu_median.map(microseconds),
        }
    }
}

impl From<&WhyNot> for FfiWhyNot {
    fn from(why: &WhyNot) -> Self {
        match why {
            WhyNot::NotBuilt { .. } => Self::NotBuilt,
            WhyNot::NotAvailable { .. } => Self::NotAvailable,
            WhyNot::NoGraph => Self::NoGraph,
            WhyNot::NoGoldens => Self::NoGoldens,
            WhyNot::NodesOnCpu { .. } => Self::NodesOnCpu,
            WhyNot::SelfTestFailed { .. } => Self::SelfTestFailed,
            WhyNot::SlowerThanCpu { .. } => Self::SlowerThanCpu,
            WhyNot::Failed { .. } => Self::Failed,
            WhyNot::Crashed => Self::Crashed,
            WhyNot::NotTried => Self::NotTried,
            _ => Self::Other,
        }
    }
}

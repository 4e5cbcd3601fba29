//! What became of the providers.

use std::{fmt, time::Duration};

/// Which provider runs, and why not the others.
///
/// `Display` gives the [`summary`](ProviderReport::summary) and a line for each other.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderReport {
    /// The name of the provider that runs: [`Provider::name`](crate::Provider::name).
    pub running: String,
    /// The version of ONNX Runtime, such as `1.28.0`.
    pub runtime_version: String,
    /// The pack's files that it runs.
    pub graphs: Vec<String>,
    /// How the provider that runs did in its self-test; `None` for the CPU, which needs none.
    pub self_test: Option<SelfTest>,
    /// Every other provider that was wanted, in the order of preference, by name.
    pub others: Vec<(String, WhyNot)>,
}

/// What a self-test found: the pack's goldens, asked of the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelfTest {
    /// How many goldens were asked.
    pub of: usize,
    /// How many of them got other tools than recorded, another name, or a value that is farther
    /// from the recorded one than the pack's tolerance.
    pub differing: usize,
    /// The greatest distance of a value where tools and names are the recorded ones, in the
    /// catalog's units.
    pub greatest: u32,
    /// The median time of an inference on the provider.
    pub median: Duration,
    /// The median time on the CPU; `None` when it did not matter.
    pub cpu_median: Option<Duration>,
}

/// Why a provider does not run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhyNot {
    /// This build of Colorist lacks it.
    NotBuilt {
        /// The Cargo feature that builds it.
        feature: String,
    },
    /// The ONNX Runtime in use lacks it, its library cannot be loaded, or the device has none.
    NotAvailable {
        /// What ONNX Runtime or the system said.
        reason: String,
    },
    /// The pack has no graph for it.
    NoGraph,
    /// The pack has no goldens, so that nothing could be proven.
    NoGoldens,
    /// It cannot run every node of the graph.
    NodesOnCpu {
        /// What ONNX Runtime said.
        reason: String,
    },
    /// Its answers are not those of the goldens.
    SelfTestFailed {
        /// As [`SelfTest::differing`].
        differing: usize,
        /// As [`SelfTest::greatest`].
        greatest: u32,
        /// How many goldens were asked.
        of: usize,
    },
    /// It is right but slower than the CPU; see
    /// [`Options::accept_slower`](crate::Options::accept_slower).
    SlowerThanCpu {
        /// The median time of an inference on the provider.
        provider: Duration,
        /// The median time on the CPU.
        cpu: Duration,
    },
    /// An inference failed, in the self-test or later.
    Failed {
        /// What ONNX Runtime said.
        reason: String,
    },
    /// The process ended in its last self-test, or another process is in it now. It is tried again
    /// when the pack, the provider, ONNX Runtime, this library or the system changes, or when the
    /// cache folder is emptied.
    Crashed,
    /// One that is preferred runs.
    NotTried,
}

impl ProviderReport {
    /// What runs, in one line: `CPU (ONNX Runtime 1.28.0)`.
    #[must_use]
    pub fn summary(&self) -> String {
        format!("{} (ONNX Runtime {})", self.running, self.runtime_version)
    }
}

impl fmt::Display for ProviderReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let running = &self.running;
        f.write_str(&self.summary())?;
        if let Some(test) = &self.self_test {
            write!(f, "\n{running}: {test}")?;
        }
        for (name, why) in &self.others {
            write!(f, "\n{name}: {why}")?;
        }
        Ok(())
    }
}

impl fmt::Display for SelfTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            of,
            differing,
            greatest,
            median,
            cpu_median,
        } = self;
        write!(
            f,
            "{} of {of} goldens reproduced, values at most {greatest} apart, {median:.1?} each",
            of.saturating_sub(*differing)
        )?;
        match cpu_median {
            Some(cpu) => write!(f, " ({cpu:.1?} on the CPU)"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBuilt { feature } => {
                write!(f, "not built; build with the feature `{feature}`")
            }
            Self::NotAvailable { reason } => write!(f, "not available: {reason}"),
            Self::NoGraph => f.write_str("the pack has no graph for it"),
            Self::NoGoldens => f.write_str("the pack has no goldens to test it with"),
            Self::NodesOnCpu { reason } => write!(f, "it leaves nodes to the CPU: {reason}"),
            Self::SelfTestFailed {
                differing,
                greatest,
                of,
            } => write!(
                f,
                "self-test failed: {differing} of {of} goldens not reproduced, \
                 values up to {greatest} apart"
            ),
            Self::SlowerThanCpu { provider, cpu } => {
                write!(
                    f,
                    "slower than the CPU: {provider:.1?} instead of {cpu:.1?}"
                )
            }
            Self::Failed { reason } => write!(f, "it failed while running: {reason}"),
            Self::Crashed => f.write_str("its last self-test did not end"),
            Self::NotTried => f.write_str("not tried, a preferred one runs"),
        }
    }
}

//! The first edit of a process that did not exist before.

use std::env;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use super::stats::Stats;
use crate::cli::Source;
use crate::failure::Failure;
use crate::{output, source};

/// Fresh processes of this very program, one after the other.
pub(super) struct Cold {
    pub(super) processes: u32,
    /// From the start of the process to the first byte of its answer.
    pub(super) first_edit: Stats,
    /// From the start of the process to its end.
    pub(super) exit: Stats,
    /// The most memory that one of them held, in MB; nothing where the system does not say.
    pub(super) peak: Option<f64>,
}

pub(super) fn measure(
    pack: &Path,
    source: &Source,
    intents: &[String],
    processes: u32,
) -> Result<Cold, Failure> {
    let (mut first_edit, mut exit, mut peak) = (Vec::new(), Vec::new(), None);
    let bar = output::progress(processes.into());
    for intent in intents.iter().cycle().take(processes as usize) {
        let start = Instant::now();
        let mut child = Command::new(env::current_exe()?)
            .args(["edit", "--json", "--memory", "--pack"])
            .arg(pack)
            .args(source::arguments(source))
            .args(["--", intent])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut byte = [0];
        if let Some(stdout) = &mut child.stdout {
            stdout.read_exact(&mut byte).map_err(|_| failed())?;
        }
        first_edit.push(start.elapsed().as_secs_f64() * 1e3);
        let output = child.wait_with_output()?;
        exit.push(start.elapsed().as_secs_f64() * 1e3);
        if !output.status.success() {
            return Err(failed());
        }
        let held = said(&String::from_utf8_lossy(&output.stderr));
        peak = held.into_iter().chain(peak).reduce(f64::max);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Cold {
        processes,
        first_edit: Stats::new(first_edit),
        exit: Stats::new(exit),
        peak,
    })
}

/// Reads what `--memory` wrote.
fn said(stderr: &str) -> Option<f64> {
    stderr.lines().find_map(|line| {
        line.strip_prefix("peak memory: ")?
            .strip_suffix(" MB")?
            .parse()
            .ok()
    })
}

fn failed() -> Failure {
    Failure::new("a fresh process could not make an edit")
        .help("run `colorist edit` with the same pack to see why")
}

impl Cold {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "processes": self.processes,
            "firstEditMs": self.first_edit.to_json(),
            "exitMs": self.exit.to_json(),
            "peakMemoryMB": self.peak,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_found_among_other_lines() {
        assert_eq!(said("a warning\npeak memory: 81.5 MB\n"), Some(81.5));
        assert_eq!(said("peak memory: unknown\n"), None);
    }
}

//! Test processes without a network, by the kernel's own filter (seccomp), which all their threads
//! and children inherit and none can take off.
//!
//! No socket of another kind than `AF_UNIX` can be made, nor an io_uring, which could make one.
//! `AF_UNIX` stays: it ends on this machine, and glibc asks for the user's name through it. What is
//! left of the network's calls needs a socket that cannot be there.

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod filter;

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::paths;

/// What happens to who asks for a socket of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Answer {
    /// The process is killed at once, so that nobody can overlook it
    Kill,
    /// The call fails, as on a machine without a network
    Refuse,
}

/// Whether this machine has the filter.
pub(crate) const AVAILABLE: bool = cfg!(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
));

/// Where each process that was started under the filter leaves a line.
const LOG: &str = "COLORIST_OFFLINE_LOG";

/// Puts a process that is yet to start under the filter; nothing where there is none.
pub(crate) fn forbid(command: &mut Command, answer: Answer) -> &mut Command {
    #[cfg(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ))]
    filter::install(command, answer);
    #[cfg(not(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64")
    )))]
    let _ = answer;
    command
}

/// `xtask offline`, for programs that other programs start: becomes that program, under the filter.
pub(crate) fn command(answer: Answer, words: &[OsString]) -> Result<ExitCode> {
    let (program, arguments) = words.split_first().context("no program is named")?;
    if let Some(log) = paths::variable(LOG) {
        let mut file = OpenOptions::new().append(true).create(true).open(log)?;
        file.write_all(format!("{}\n", program.display()).as_bytes())?;
    }
    let mut command = Command::new(program);
    forbid(command.args(arguments), answer);
    #[cfg(unix)]
    {
        let error = std::os::unix::process::CommandExt::exec(&mut command);
        bail!("cannot start {}: {error}", program.display());
    }
    #[cfg(not(unix))]
    bail!("processes are not filtered on this system");
}

/// This program at a place where no build replaces it, and what the processes leave that it starts.
pub(crate) struct Wrapper {
    program: PathBuf,
    log: PathBuf,
}

impl Wrapper {
    /// Makes the wrapper of a step, which nobody has used yet.
    pub(crate) fn new(step: &str) -> Result<Self> {
        let folder = paths::target()?.join("offline").join(step);
        fs::create_dir_all(&folder)?;
        let (program, log) = (folder.join("xtask"), folder.join("log"));
        fs::write(&log, "")?;
        // A name of its own first: a program that runs cannot be written.
        let partial = folder.join(format!("xtask-{}", std::process::id()));
        // By this name it can be read even after a build has replaced it.
        fs::copy("/proc/self/exe", &partial)?;
        fs::rename(&partial, &program)?;
        Ok(Self { program, log })
    }

    /// The step's own folder in the build's.
    pub(crate) fn folder(&self) -> &Path {
        self.log.parent().unwrap_or(&self.log)
    }

    /// The words that go before a program's own.
    pub(crate) fn words(&self, answer: Answer) -> Result<Vec<String>> {
        let program = self
            .program
            .to_str()
            .context("the build's path is no text")?;
        let answer = answer.to_possible_value().context("an answer has a name")?;
        let words = [program, "offline", "--answer", answer.get_name(), "--"];
        Ok(words.map(String::from).to_vec())
    }

    /// What the wrapper reads from its environment.
    pub(crate) fn environment(&self) -> (&'static str, &PathBuf) {
        (LOG, &self.log)
    }

    /// Fails when fewer processes than these were started under the filter: it was passed by.
    pub(crate) fn check(&self, least: usize) -> Result<()> {
        let count = fs::read_to_string(&self.log)?.lines().count();
        if count < least {
            bail!("{count} test processes ran under the filter instead of at least {least}");
        }
        println!("{count} test processes ran without a network");
        Ok(())
    }
}

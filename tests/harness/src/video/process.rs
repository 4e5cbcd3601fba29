//! Programs that run beside ours: what they said, and their end in any case.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::failure::Failure;

/// How many of a program's last lines an error repeats.
const LINES: usize = 5;

/// Whether somebody wants us to stop: Ctrl-C, or a polite kill.
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on we end by ourselves, without leaving anything behind.
    pub(super) fn listen() -> Result<Self, Failure> {
        let flag = Arc::new(AtomicBool::new(false));
        let handler = Arc::clone(&flag);
        ctrlc::set_handler(move || handler.store(true, Ordering::Relaxed))
            .map_err(|error| Failure::new(format!("cannot listen for Ctrl-C: {error}")))?;
        Ok(Self(flag))
    }

    /// A failure as soon as somebody wants us to stop.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.0.load(Ordering::Relaxed) {
            return Err(Failure::new("interrupted; no video was written"));
        }
        Ok(())
    }
}

/// A program that runs; it is killed where nobody waits for its end.
pub(super) struct Process {
    pub(super) child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it in `folder`, where its standard error goes to the file `name`.
    pub(super) fn start(command: &mut Command, folder: &Path, name: &str) -> Result<Self, Failure> {
        let log = folder.join(name);
        let stderr = File::create(&log).map_err(|error| Failure::file("write", &log, &error))?;
        let child = command
            .current_dir(folder)
            .stderr(Stdio::from(stderr))
            .spawn()
            .map_err(|error| Failure::new(format!("cannot start ffmpeg: {error}")))?;
        Ok(Self { child, log })
    }

    /// Waits for its end; whether it ended well.
    pub(super) fn wait(&mut self, interrupt: &Interrupt) -> Result<bool, Failure> {
        loop {
            interrupt.check()?;
            if let Some(status) = self.child.try_wait()? {
                // It hears Ctrl-C, too.
                interrupt.check()?;
                return Ok(status.success());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The last lines that it said, if any.
    pub(super) fn said(&self) -> Option<String> {
        last_lines(&fs::read(&self.log).unwrap_or_default())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The end of what a program said, without what a terminal would obey.
pub(super) fn last_lines(said: &[u8]) -> Option<String> {
    let said = String::from_utf8_lossy(said);
    let lines: Vec<&str> = said
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect();
    let text = lines[lines.len().saturating_sub(LINES)..].join("\n  ");
    let plain = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    (!text.is_empty()).then(|| text.chars().map(plain).collect())
}

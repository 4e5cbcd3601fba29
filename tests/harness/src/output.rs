//! Standard output: styled on a terminal, plain elsewhere, and quiet when its reader went away.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::Failure;

/// Titles.
pub(crate) const TITLE: Style = Style::new().bold();
/// What is there for completeness.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Values above zero.
pub(crate) const MORE: Style = AnsiColor::Yellow.on_default();
/// Values below zero.
pub(crate) const LESS: Style = AnsiColor::Cyan.on_default();

/// Prints a whole text; the styles in it are dropped where standard output is no terminal, or where
/// `NO_COLOR` is set.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// Prints one JSON value over several lines.
pub(crate) fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{value:#}")?;
    stdout.flush()?;
    Ok(())
}

/// A text in a style.
pub(crate) fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// A progress bar on standard error; invisible where that is no terminal.
pub(crate) fn progress(steps: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len}  {per_sec}  {eta} left");
    ProgressBar::new(steps).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

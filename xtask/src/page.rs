//! The tests of `tests/page`: the annotators' page in a browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::cargo::{build, run};
use crate::tools::{Missing, works};
use crate::{ort, paths, python};

/// The names of Chromium and Chrome, which serve alike.
const PROGRAMS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
];

/// The annotators' page, from the program that makes it to the score of exported answers.
pub(crate) fn test() -> Result<()> {
    let browser = browser(PROGRAMS)?;
    ort::ensure_host()?;
    let program = format!("colorist{}", std::env::consts::EXE_SUFFIX);
    let program = build()?.join(program);
    run(Command::new(python::environment("tests/page")?)
        .env("COLORIST_BIN", program)
        .env("CHROMIUM", browser)
        .args(["-m", "pytest", "--quiet", "."])
        .current_dir(paths::root().join("tests/page")))
}

/// The whole path of the first browser that there is.
fn browser(names: &[&str]) -> Result<PathBuf> {
    let folders = paths::variable("PATH").unwrap_or_default();
    let found = names.iter().find_map(|name| {
        // A name that is a path already stands for itself.
        std::env::split_paths(&folders)
            .map(|folder| folder.join(name))
            .find(|program| program.is_file() && starts(program))
    });
    let Some(found) = found else {
        bail!(Missing(
            "no Chromium or Chrome found: install one (Debian: apt-get install chromium; Ubuntu \
             has Chromium as a snap only: take Chrome's .deb package from google.com/chrome)"
                .into()
        ));
    };
    Ok(found)
}

/// Ubuntu's package is a program that only says how to install another one.
fn starts(program: &Path) -> bool {
    // On Windows it would open a window and print nothing.
    cfg!(windows) || works(program, &["--version"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_browser_is_named_with_what_to_install() {
        let error = browser(&["a-browser-that-nobody-has"]).unwrap_err();
        assert!(error.is::<Missing>());
        assert!(
            error.to_string().contains("apt-get install chromium"),
            "{error}"
        );
    }

    #[test]
    fn the_first_one_that_starts_is_taken() {
        // Cargo is on every developer's PATH and knows `--version`; it stands for a browser here.
        let cargo = format!("cargo{}", std::env::consts::EXE_SUFFIX);
        let found = browser(&["a-browser-that-nobody-has", &cargo]).unwrap();
        assert!(
            found.is_absolute() && found.ends_with(&cargo),
            "{}",
            found.display()
        );
    }
}

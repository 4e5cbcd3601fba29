//! `cargo xtask swift`: the Swift of this machine, or the one of the Debian root, on the package.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::cargo::run_as;
use crate::native::Native;
use crate::offline::{self, Answer};
use crate::paths;
use crate::root::Root;
use crate::tools::Missing;

/// What Package.swift takes as the native library on a Mac.
const FRAMEWORK: &str = "target/ios/CColorist.xcframework";
/// The language mode of the package.
const MAJOR: u32 = 6;

pub(crate) fn command(arguments: &[String]) -> Result<ExitCode> {
    swift(arguments, |command| command)?;
    Ok(ExitCode::SUCCESS)
}

/// The Swift package and its tests, which have no network; the compiler is none of ours.
pub(crate) fn test() -> Result<()> {
    swift(&["build", "--build-tests"].map(String::from), |command| {
        command
    })?;
    // All tests are XCTest; the other runner would close with "0 tests passed".
    let arguments = ["test", "--skip-build", "--disable-swift-testing"];
    swift(&arguments.map(String::from), |command| {
        offline::forbid(command, Answer::Kill)
    })
}

/// Runs Swift; `prepare` may change the command.
fn swift(arguments: &[String], prepare: impl Fn(&mut Command) -> &mut Command) -> Result<()> {
    let swift = Swift::find()?;
    let target = paths::target()?;
    let mut shared = vec![paths::root(), paths::cache()?, target.clone()];
    let (first, rest) = match arguments.split_first() {
        Some((first, rest)) if ["build", "package", "run", "test"].contains(&first.as_str()) => {
            (first, rest)
        }
        // Not about the package, such as `--version`.
        _ => return run_as("swift", swift.command(&shared).args(arguments)),
    };
    if cfg!(target_os = "macos") && !paths::root().join(FRAMEWORK).exists() {
        bail!(Missing(format!(
            "the package needs {FRAMEWORK}: run `cargo xtask ios`"
        )));
    }
    let mut options: Vec<OsString> = vec!["--scratch-path".into(), target.join("swift").into()];
    let mut environment = Vec::new();
    if first != "package" {
        let native = Native::build(release(rest))?;
        let folder = native.folder().as_os_str();
        // Found when it runs, too, however it is started.
        for option in ["-L", "-rpath"].map(OsStr::new) {
            options.extend(
                ["-Xlinker".as_ref(), option, "-Xlinker".as_ref(), folder].map(OsString::from),
            );
        }
        shared.extend(native.runtime.parent().map(PathBuf::from));
        environment.extend(native.environment()?);
    }
    let mut command = swift.command(&shared);
    command
        .arg(first)
        .args(options)
        .args(rest)
        .envs(environment);
    run_as(&format!("swift {first}"), prepare(&mut command))
}

/// Whether the arguments ask Swift for an optimized build.
fn release(arguments: &[String]) -> bool {
    let spelled = ["-crelease", "--configuration=release"];
    arguments.iter().any(|one| spelled.contains(&one.as_str()))
        || arguments
            .windows(2)
            .any(|two| ["-c", "--configuration"].contains(&two[0].as_str()) && two[1] == "release")
}

enum Swift {
    OnPath,
    Inside(Root),
}

impl Swift {
    fn find() -> Result<Self> {
        let said = Command::new("swift").arg("--version").output();
        let said = said.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        if said.is_ok_and(|text| major(&text).is_some_and(|major| major >= MAJOR)) {
            return Ok(Self::OnPath);
        }
        match Root::ensure() {
            Ok(root) => Ok(Self::Inside(root)),
            Err(error) if error.is::<Missing>() => bail!(Missing(format!(
                "no Swift {MAJOR} on PATH: install it (swift.org/install); the Debian root with \
                 one cannot be had either: {error:#}"
            ))),
            Err(error) => Err(error),
        }
    }

    fn command(&self, shared: &[PathBuf]) -> Command {
        let work = paths::root();
        match self {
            Self::OnPath => {
                let mut command = Command::new("swift");
                command.current_dir(work);
                command
            }
            Self::Inside(root) => root.command("swift", &work, shared),
        }
    }
}

/// The first number after `Swift version`.
fn major(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("Swift version ")?;
    rest.split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_as_both_systems_print_it() {
        let linux = "Swift version 6.0.3 (swift-6.0.3-RELEASE)\nTarget: x86_64\n";
        let apple = "swift-driver version: 1.1 Apple Swift version 5.10 (swiftlang-5.10)\n";
        assert_eq!(major(linux), Some(6));
        assert_eq!(major(apple), Some(5));
        // OpenStack's client has the same name.
        assert_eq!(major("python-swiftclient 4.6.0"), None);
    }

    #[test]
    fn an_optimized_build_is_recognized() {
        let release = |line: &str| release(&line.split(' ').map(String::from).collect::<Vec<_>>());
        assert!(release("-c release Benchmark"));
        assert!(release("--configuration release"));
        assert!(release("--configuration=release"));
        assert!(!release("-c debug release"));
    }
}

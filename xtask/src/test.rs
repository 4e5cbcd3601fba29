//! `cargo xtask test`: every check of the project, one after the other.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::cargo::{cargo, run};
use crate::{ort, paths, python, tools};

/// One check.
struct Step {
    name: &'static str,
    about: &'static str,
    check: fn() -> Result<()>,
}

/// In this order: what the others need first, then the quick ones.
const STEPS: &[Step] = &[
    Step {
        name: "ort",
        about: "ONNX Runtime's library is there",
        check: ort::ensure_host,
    },
    Step {
        name: "fmt",
        about: "the Rust code is formatted",
        check: fmt,
    },
    Step {
        name: "clippy",
        about: "no lint, in any target",
        check: clippy,
    },
    Step {
        name: "rust",
        about: "unit, integration and documentation tests",
        check: rust,
    },
    Step {
        name: "link",
        about: "the core compiles for a linked ONNX Runtime (iOS)",
        check: link,
    },
    Step {
        name: "doc",
        about: "the Rust documentation builds without a warning",
        check: doc,
    },
    Step {
        name: "python",
        about: "the tests of models/",
        check: python_tests,
    },
    Step {
        name: "deny",
        about: "licenses, banned crates and sources",
        check: deny,
    },
];

pub(crate) fn command(names: &[String], list: bool) -> Result<ExitCode> {
    if list {
        for step in STEPS {
            println!("{:8} {}", step.name, step.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let steps = select(names)?;
    let total = Instant::now();
    let mut outcomes = Vec::with_capacity(steps.len());
    for step in steps {
        println!("\n== {}: {}", step.name, step.about);
        let start = Instant::now();
        let outcome = (step.check)();
        if let Err(error) = &outcome {
            println!("failed: {error:#}");
        }
        outcomes.push((step, outcome.is_ok(), start.elapsed()));
    }
    Ok(summarize(&outcomes, total.elapsed()))
}

fn select(names: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = names
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != name.as_str()))
    {
        bail!("no step is named {unknown}; `cargo xtask test --list` names them");
    }
    Ok(STEPS
        .iter()
        .filter(|step| names.is_empty() || names.iter().any(|name| name == step.name))
        .collect())
}

fn summarize(outcomes: &[(&Step, bool, Duration)], total: Duration) -> ExitCode {
    println!("\n== summary");
    for (step, passed, time) in outcomes {
        println!(
            "{:6} {:8} {:7.1} s  {}",
            if *passed { "pass" } else { "FAIL" },
            step.name,
            time.as_secs_f64(),
            step.about
        );
    }
    let passed = outcomes.iter().filter(|(_, passed, _)| *passed).count();
    let failed = outcomes.len() - passed;
    println!("total {:.1} s", total.as_secs_f64());
    println!("{passed} passed, {failed} failed");
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn fmt() -> Result<()> {
    run(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    run(&mut cargo(&[
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn rust() -> Result<()> {
    // Not stopping at the first crate that fails: one run should name them all.
    run(&mut cargo(&[
        "test",
        "--locked",
        "--workspace",
        "--no-fail-fast",
    ]))
}

fn link() -> Result<()> {
    run(&mut cargo(&[
        "check",
        "--locked",
        "--package",
        "colorist-core",
        "--no-default-features",
        "--features",
        "ort-link",
    ]))
}

fn doc() -> Result<()> {
    run(cargo(&["doc", "--locked", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}

/// The folder that Cargo put this program into, such as `target/debug`.
fn built() -> Result<PathBuf> {
    let program = std::env::current_exe().context("this program has no path")?;
    Ok(program
        .parent()
        .context("this program has no folder")?
        .to_path_buf())
}

fn python_tests() -> Result<()> {
    // The metrics of the training loop are held against those of the program.
    // Built where this program was built, so that it is neither missing nor an old one.
    let folder = built()?;
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let target = folder.parent().context("the build has no folder")?;
    run(
        cargo(&["build", "--locked", "--package", "colorist-harness"])
            .args(["--profile", profile])
            .arg("--target-dir")
            .arg(target),
    )?;
    let program = format!("colorist{}", std::env::consts::EXE_SUFFIX);
    run(Command::new(python::models()?)
        .env("COLORIST_BIN", folder.join(program))
        .args(["-m", "pytest", "--quiet", "tests"])
        .current_dir(paths::root().join("models")))
}

fn deny() -> Result<()> {
    run(Command::new(tools::cargo_deny()?)
        .args(["--locked", "check", "--hide-inclusion-graph"])
        .args(["licenses", "bans", "sources"])
        .current_dir(paths::root()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_chosen_by_name_and_keep_their_order() {
        let names = |steps: Vec<&Step>| steps.iter().map(|step| step.name).collect::<Vec<_>>();
        assert_eq!(names(select(&[]).unwrap()).len(), STEPS.len());
        let chosen = ["deny".to_owned(), "fmt".to_owned()];
        assert_eq!(names(select(&chosen).unwrap()), ["fmt", "deny"]);
        assert!(select(&["nothing".to_owned()]).is_err());
    }

    #[test]
    fn one_failed_step_fails_the_whole() {
        let step = &STEPS[0];
        let code = |passed| {
            format!(
                "{:?}",
                summarize(
                    &[(step, true, Duration::ZERO), (step, passed, Duration::ZERO)],
                    Duration::ZERO
                )
            )
        };
        assert_eq!(code(true), format!("{:?}", ExitCode::SUCCESS));
        assert_eq!(code(false), format!("{:?}", ExitCode::FAILURE));
    }
}

//! `cargo xtask test`: every check of the project, one after the other.

mod steps;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::paths;
use crate::tools::Missing;
use steps::STEPS;

/// One check.
struct Step {
    name: &'static str,
    about: &'static str,
    check: fn() -> Result<()>,
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Passed,
    Failed,
    /// Not run, for want of a toolchain.
    Skipped(String),
}

pub(crate) fn command(names: &[String], list: bool) -> Result<ExitCode> {
    if list {
        for step in STEPS {
            println!("{:8} {}", step.name, step.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let steps = select(names)?;
    // Who names a step wants that one, and in CI all of them must run.
    let skipping = names.is_empty() && !ci(paths::variable("CI").as_deref());
    let total = Instant::now();
    let mut outcomes = Vec::with_capacity(steps.len());
    for step in steps {
        println!("\n== {}: {}", step.name, step.about);
        let start = Instant::now();
        let outcome = judge((step.check)(), skipping);
        outcomes.push((step, outcome, start.elapsed()));
    }
    let (summary, code) = summarize(&outcomes, total.elapsed());
    print!("{summary}");
    Ok(code)
}

/// Whether the variable `CI` says that this is a machine of continuous integration.
fn ci(value: Option<&std::path::Path>) -> bool {
    value.is_some_and(|value| value.as_os_str() != "false" && value.as_os_str() != "0")
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

fn judge(result: Result<()>, skipping: bool) -> Outcome {
    match result {
        Ok(()) => Outcome::Passed,
        Err(error) if skipping && error.is::<Missing>() => {
            println!("skipped: {error:#}");
            Outcome::Skipped(format!("{error:#}"))
        }
        Err(error) => {
            println!("failed: {error:#}");
            Outcome::Failed
        }
    }
}

fn summarize(outcomes: &[(&Step, Outcome, Duration)], total: Duration) -> (String, ExitCode) {
    let mut text = String::from("\n== summary\n");
    let [mut passed, mut failed, mut skipped] = [0; 3];
    for (step, outcome, time) in outcomes {
        let (word, count) = match outcome {
            Outcome::Passed => ("pass", &mut passed),
            Outcome::Failed => ("FAIL", &mut failed),
            Outcome::Skipped(_) => ("skip", &mut skipped),
        };
        *count += 1;
        let (name, seconds, about) = (step.name, time.as_secs_f64(), step.about);
        text += &format!("{word:6} {name:8} {seconds:7.1} s  {about}\n");
    }
    for (step, outcome, _) in outcomes {
        if let Outcome::Skipped(reason) = outcome {
            text += &format!("not tested here: {}: {reason}\n", step.name);
        }
    }
    text += &format!("total {:.1} s\n", total.as_secs_f64());
    text += &format!("{passed} passed, {failed} failed, {skipped} skipped\n");
    let code = if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    (text, code)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use anyhow::anyhow;

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
    fn ci_is_what_the_variable_says() {
        let ci = |value: Option<&str>| ci(value.map(Path::new));
        assert!(ci(Some("true")) && ci(Some("1")));
        assert!(!ci(None) && !ci(Some("false")) && !ci(Some("0")));
    }

    #[test]
    fn only_a_missing_toolchain_is_skipped_and_only_where_allowed() {
        let missing = || Err(Missing("no JDK".into()).into());
        assert_eq!(judge(Ok(()), true), Outcome::Passed);
        assert_eq!(judge(missing(), true), Outcome::Skipped("no JDK".into()));
        assert_eq!(judge(missing(), false), Outcome::Failed);
        assert_eq!(judge(Err(anyhow!("no JDK")), true), Outcome::Failed);
    }

    #[test]
    fn the_summary_counts_and_says_what_was_not_tested() {
        let zero = Duration::ZERO;
        let skipped = Outcome::Skipped("no JDK".into());
        let (text, code) = summarize(
            &[
                (&STEPS[0], Outcome::Passed, zero),
                (&STEPS[1], skipped, zero),
            ],
            zero,
        );
        assert!(text.contains("not tested here: fmt: no JDK\n"), "{text}");
        assert!(text.ends_with("1 passed, 0 failed, 1 skipped\n"), "{text}");
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS));

        let (text, code) = summarize(
            &[
                (&STEPS[0], Outcome::Failed, zero),
                (&STEPS[1], Outcome::Passed, zero),
            ],
            zero,
        );
        assert!(text.ends_with("1 passed, 1 failed, 0 skipped\n"), "{text}");
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::FAILURE));
    }
}

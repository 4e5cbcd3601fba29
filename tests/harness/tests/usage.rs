//! Exit codes, error messages and color.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{colorist, finish, folder, run};

#[test]
fn a_wrong_command_line_ends_with_2() {
    let wrong: [&[&str]; 11] = [
        &[],
        &["paint"],
        &["edit"],
        &["edit", "--jsonl", "golden hour"],
        &["edit", "--json", "--jsonl"],
        &["edit", "--strength", "half", "golden hour"],
        &["edit", "--strength", "-1", "golden hour"],
        &["edit", "--strength", "NaN", "golden hour"],
        &["edit", "--threads", "0", "golden hour"],
        &["eval"],
        &["soak", "--edits", "10"],
    ];
    for arguments in wrong {
        let run = run(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}");
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert_ne!(run.stderr, "", "{arguments:?}");
    }
}

#[test]
fn help_and_version_end_with_0() {
    for arguments in [&["--help"][..], &["--version"], &["edit", "--help"]] {
        let run = run(arguments);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    }
}

#[test]
fn a_failure_ends_with_1_and_says_what_to_do() {
    let folder = folder("no-pack");
    let missing = folder.join("nothing");
    for arguments in [
        &["edit", "--pack", missing.to_str().unwrap(), "golden hour"][..],
        &["edit", "--pack", folder.to_str().unwrap(), "golden hour"],
        &["inspect", "--pack", missing.to_str().unwrap()],
        &["edit", ""],
        &["edit", " \t "],
    ] {
        let run = run(arguments);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (Some(1), ""),
            "{arguments:?}"
        );
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert_eq!(lines.len(), 2, "{}", run.stderr);
        assert!(lines[0].starts_with("error: "), "{}", run.stderr);
        assert!(lines[1].starts_with("help: "), "{}", run.stderr);
    }
}

#[test]
fn without_a_runtime_the_error_names_the_command_that_gets_it() {
    let run = finish(
        colorist(&["edit", "golden hour"])
            .env("ORT_DYLIB_PATH", folder("no-library").join("none.so")),
        b"",
    );
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("cargo xtask ort"), "{}", run.stderr);
}

#[test]
fn no_pack_at_all_is_an_error_with_advice() {
    // Neither the working folder nor the program may lie below the repository, which has a pack.
    let folder = std::env::temp_dir().join(format!("colorist-lost-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let program = folder.join("colorist");
    std::fs::copy(env!("CARGO_BIN_EXE_colorist"), &program).unwrap();
    let mut command = std::process::Command::new(program);
    command
        .args(["edit", "golden hour"])
        .current_dir(&folder)
        .env_remove("COLORIST_PACK");
    let run = finish(&mut command, b"");
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("COLORIST_PACK"), "{}", run.stderr);
}

#[test]
fn no_error_repeats_what_the_user_typed() {
    let secret = "secretword ";
    let long = secret.repeat((1 << 20) / secret.len() + 1);
    let run = finish(&mut colorist(&["edit", "--jsonl"]), long.as_bytes());
    assert_eq!(run.code, Some(1));
    assert!(!run.stdout.contains("secretword") && !run.stderr.contains("secretword"));
}

#[test]
fn a_wrong_command_line_is_not_repeated() {
    let cases: [(&[&str], &str); 4] = [
        (&["golden", "hour"], "no such command"),
        (&["edit", "--warm", "please"], "usage: colorist edit "),
        (&["edit", "--strength", "golden", "hour"], "wrong value"),
        (&["inspect", "golden"], "usage: colorist inspect"),
    ];
    for (arguments, said) in cases {
        let run = run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        assert!(run.stderr.contains(said), "{}", run.stderr);
        for word in ["golden", "hour", "warm", "please"] {
            assert!(!run.stderr.contains(word), "{}", run.stderr);
        }
    }
}

#[test]
fn an_intent_may_start_with_a_hyphen_and_a_number() {
    for arguments in [&["-20 exposure"][..], &["-20", "exposure"]] {
        let run = run(&[&["edit", "--json"], arguments].concat());
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        assert!(run.stdout.contains("\"-20 exposure\""), "{}", run.stdout);
    }
    let run = run(&["edit", "-20 exposure", "--strength", "-20"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(!run.stderr.contains("20"), "{}", run.stderr);
}

#[test]
fn color_is_for_terminals_and_no_color_wins() {
    let colored = |variables: &[(&str, &str)]| {
        let mut command = colorist(&["edit", "golden hour"]);
        command.envs(variables.iter().copied());
        let run = finish(&mut command, b"");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stdout.contains('\u{1b}')
    };
    assert!(!colored(&[]), "a pipe is no terminal");
    assert!(
        colored(&[("CLICOLOR_FORCE", "1")]),
        "or the checks here could not fail"
    );
    assert!(!colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn what_a_terminal_would_obey_is_not_printed() {
    let run = run(&["edit", "golden\u{1b}[2J hour\u{7}"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(!run.stdout.contains(['\u{1b}', '\u{7}']));
}

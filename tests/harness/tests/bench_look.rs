//! `colorist bench-look`: what it says, with and without ffmpeg. No time is judged.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{colorist, finish, folder, json, keys, run};
use serde_json::Value;

/// A program that answers as ffmpeg does, so that the test needs none.
#[cfg(unix)]
fn pretended(test: &str, says: &str) -> String {
    use std::os::unix::fs::PermissionsExt;

    let path = folder(test).join("ffmpeg");
    std::fs::write(&path, format!("#!/bin/sh\n{says}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

fn positive(stats: &Value) {
    assert_eq!(keys(stats), ["p50", "p90", "p99"]);
    for (name, time) in stats.as_object().unwrap() {
        assert!(time.as_f64().unwrap() > 0.0, "{name} {stats}");
    }
}

#[cfg(unix)]
#[test]
fn everything_is_measured_beside_ffmpeg() {
    let answer = "[ \"$1\" = -version ] && echo 'ffmpeg version 9.1 of nobody' && exit\n\
                  for t in 9 0.5 0.25; do echo \"[bench @ 0x1] t:$t avg:1 max:1 min:1\" >&2; done";
    let report = json(&[
        "bench-look",
        "--frames",
        "2",
        "--json",
        "--ffmpeg",
        &pretended("ffmpeg-9", answer),
    ]);
    assert_eq!(
        keys(&report),
        [
            "pack",
            "threads",
            "frames",
            "ffmpeg",
            "tableMs",
            "through",
            "wholeLookMs"
        ]
    );
    assert_eq!(
        (&report["ffmpeg"], &report["frames"]),
        (&"9.1".into(), &2.into())
    );
    positive(&report["tableMs"]["unfiltered"]);
    positive(&report["tableMs"]["everything"]);
    positive(&report["wholeLookMs"]);
    let through = report["through"].as_array().unwrap();
    let sizes: Vec<(u64, u64)> = through
        .iter()
        .map(|row| {
            (
                row["width"].as_u64().unwrap(),
                row["bits"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(sizes, [(1920, 8), (1920, 16), (3840, 8), (3840, 16)]);
    for row in through {
        positive(&row["coloristMs"]);
        for peer in row["ffmpeg"].as_array().unwrap() {
            // Its first frame does not count.
            assert_eq!(peer["ms"]["p99"], 500.0);
        }
        let ratio = 500.0 / row["coloristMs"]["p50"].as_f64().unwrap();
        assert!(
            (row["ratio"].as_f64().unwrap() / ratio - 1.0).abs() < 1e-9,
            "{row}"
        );
    }
}

#[test]
fn without_ffmpeg_the_comparison_is_left_out_and_it_says_so() {
    let nowhere = folder("no-ffmpeg");
    let mut command = colorist(&["bench-look", "--frames", "1"]);
    let run = finish(command.env("PATH", &nowhere), b"");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert!(
        run.stdout.contains("no ffmpeg to compare with"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("4K, 16 bits") && !run.stdout.contains("ratio"));
}

#[test]
fn an_ffmpeg_that_does_not_answer_is_an_error() {
    let missing = folder("missing-ffmpeg").join("ffmpeg");
    let mut programs = vec![(missing.to_str().unwrap().to_owned(), "cannot run")];
    #[cfg(unix)]
    programs.push((pretended("ffmpeg-hello", "echo hello"), "is no ffmpeg"));
    for (program, reason) in programs {
        let run = run(&["bench-look", "--frames", "1", "--ffmpeg", &program]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
        assert!(
            run.stderr.contains(reason) && run.stderr.contains("help: "),
            "{}",
            run.stderr
        );
    }
}

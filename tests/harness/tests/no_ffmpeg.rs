//! `colorist video` where there is no ffmpeg, and where it is not used as it should be.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::fs;

use common::{Run, colorist, finish, folder, run};

/// The program where PATH leads nowhere.
fn without_path(arguments: &[&str]) -> Run {
    finish(colorist(arguments).env("PATH", ""), b"")
}

#[test]
fn a_missing_ffmpeg_is_named_with_what_to_install() {
    let folder = folder("no-ffmpeg");
    let [input, output, program] =
        ["in.mp4", "out.mp4", "ffmpeg"].map(|name| folder.join(name).display().to_string());
    fs::write(&input, "something").unwrap();
    let named = ["--ffmpeg", &program];
    for options in [&[][..], &named] {
        let arguments = [&["video", "golden hour", &input, &output], options].concat();
        let run = without_path(&arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert!(lines[0].contains("is not installed"), "{}", run.stderr);
        assert!(
            lines[1].starts_with("help: install ffmpeg"),
            "{}",
            run.stderr
        );
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "left behind");
    }
}

#[test]
fn the_intent_stands_before_two_files_or_is_replaced_by_an_edit() {
    for wrong in [
        &["video"][..],
        &["video", "golden hour"],
        &["video", "golden hour", "in.mp4"],
        &["video", "golden", "hour", "in.mp4", "out.mp4"],
        &[
            "video",
            "--edit",
            "edit.json",
            "golden hour",
            "in.mp4",
            "out.mp4",
        ],
        &["video", "--edit", "edit.json", "in.mp4"],
        &["video", "--crf", "99", "golden hour", "in.mp4", "out.mp4"],
    ] {
        let run = run(wrong);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{wrong:?}");
        assert!(!run.stderr.contains("golden"), "{}", run.stderr);
        assert!(
            run.stderr.contains("usage: colorist video"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn files_are_looked_at_before_anything_else() {
    let folder = folder("video-files");
    let path = |name: &str| folder.join(name).display().to_string();
    fs::write(path("in.mp4"), "something").unwrap();
    for (input, output, said) in [
        ("none.mp4", "out.mp4", "cannot read"),
        (".", "out.mp4", "is not a file"),
        ("in.mp4", "out.avi", ".mp4, .mov, .mkv or .webm"),
        ("in.mp4", "out", ".mp4, .mov, .mkv or .webm"),
        ("in.mp4", "in.mp4", "is the one to read"),
        ("in.mp4", "none/out.mp4", "cannot write in"),
    ] {
        let run = without_path(&["video", "golden hour", &path(input), &path(output)]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert!(!run.stderr.contains("golden"), "{}", run.stderr);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "left behind");
    }
}

#[test]
fn an_intent_in_a_wrong_place_is_not_repeated() {
    let folder = folder("video-swapped");
    let file = folder.join("in.mp4").display().to_string();
    fs::write(&file, "something").unwrap();
    for words in [
        ["video", &file, &file, "secret words"],
        ["video", &file, "secret words", "out.mp4"],
        ["sheet", "secret words", "--image", &file],
    ] {
        let mut arguments = words.to_vec();
        if words[0] == "sheet" {
            arguments.extend(["--out", "out.png"]);
        }
        let run = run(&arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
        assert!(!run.stderr.contains("secret"), "{}", run.stderr);
    }
}

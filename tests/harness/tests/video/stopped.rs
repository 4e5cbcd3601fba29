//! Somebody stops it half-way.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::{NEXT_TO_NOTHING, NOTHING, clip, colorist, ffmpeg, files, place};

/// Whether some program still works in the folder.
fn busy(folder: &Path) -> bool {
    let places = fs::read_dir("/proc").unwrap().flatten();
    places
        .filter_map(|entry| fs::read_link(entry.path().join("cwd")).ok())
        .any(|cwd| cwd.starts_with(folder) && cwd != folder)
}

/// Waits for something that comes soon.
fn until(what: &str, mut come: impl FnMut() -> bool) {
    let start = Instant::now();
    while !come() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{what} does not come"
        );
        sleep(Duration::from_millis(20));
    }
}

/// A conversion that takes minutes, as soon as it writes.
fn started(folder: &Path, edit: &str) -> Child {
    fs::write(folder.join("edit.json"), edit).unwrap();
    let arguments = ["video", "--edit", "edit.json", "long.mp4", "out.mp4"];
    let child = colorist(folder, &arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until("a frame", || {
        let folders = fs::read_dir(folder).unwrap().flatten();
        folders
            .map(|entry| entry.path().join("video"))
            .any(|video| video.is_file())
    });
    child
}

#[test]
fn an_interrupted_conversion_leaves_nothing() {
    let folder = place("interrupted");
    let folder = fs::canonicalize(folder).unwrap();
    clip(
        &folder,
        "short.mp4",
        "testsrc2=size=640x480:rate=25",
        &["-pix_fmt", "yuv420p"],
    );
    let looped = [
        "-stream_loop",
        "300",
        "-i",
        "short.mp4",
        "-c",
        "copy",
        "long.mp4",
    ];
    ffmpeg(&folder, &looped);
    fs::remove_file(folder.join("short.mp4")).unwrap();
    for edit in [NOTHING, NEXT_TO_NOTHING] {
        for signal in [libc::SIGINT, libc::SIGTERM] {
            let mut child = started(&folder, edit);
            assert!(busy(&folder), "the test sees ffmpeg");
            // SAFETY: the child has not been waited for, so the number is its own.
            assert_eq!(unsafe { libc::kill(child.id() as i32, signal) }, 0);
            until("the end", || child.try_wait().unwrap().is_some());
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert_eq!(said, "error: interrupted; no video was written\n");
            assert_eq!(files(&folder), ["long.mp4"]);
            assert!(!busy(&folder), "a program goes on");
        }
    }
    // Nobody can clean up behind this, but the name stands for whole videos only.
    let mut child = started(&folder, NEXT_TO_NOTHING);
    child.kill().unwrap();
    child.wait().unwrap();
    until("the end of ffmpeg", || !busy(&folder));
    assert!(!folder.join("out.mp4").exists());
}

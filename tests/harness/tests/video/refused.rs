//! What cannot be edited is refused, says why, and leaves nothing behind.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::spawn;

use crate::support::{NEXT_TO_NOTHING, NOTHING, clip, convert, ffmpeg, files, place};

const SOURCE: &str = "testsrc2=size=160x120:rate=25";

/// Both ways fail with these words, and what was there is all that is there.
fn refused(folder: &Path, input: &str, out: &str, said: &str) {
    let before = files(folder);
    for edit in [NOTHING, NEXT_TO_NOTHING] {
        let run = convert(folder, edit, input, out, &[]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{input}");
        assert!(run.stderr.contains(said), "{input}: {}", run.stderr);
        assert_eq!(files(folder), before, "{input}");
    }
}

#[test]
fn hdr_and_transparency() {
    let folder = place("hdr");
    let deep = ["-pix_fmt", "yuv420p10le", "-c:v", "ffv1"];
    for (name, tags) in [
        (
            "pq.mkv",
            ["-color_trc", "smpte2084", "-color_primaries", "bt2020"],
        ),
        (
            "hlg.mkv",
            ["-color_trc", "arib-std-b67", "-colorspace", "bt2020nc"],
        ),
        (
            "wide.mkv",
            ["-color_trc", "bt709", "-color_primaries", "bt2020"],
        ),
    ] {
        clip(&folder, name, SOURCE, &[&deep[..], &tags].concat());
        refused(&folder, name, "out.mp4", "HDR");
    }
    clip(
        &folder,
        "alpha.mov",
        SOURCE,
        &["-pix_fmt", "argb", "-c:v", "qtrle"],
    );
    clip(
        &folder,
        "alpha.webm",
        SOURCE,
        &[
            "-pix_fmt",
            "yuva420p",
            "-c:v",
            "libvpx-vp9",
            "-deadline",
            "realtime",
            "-c:a",
            "libopus",
        ],
    );
    refused(&folder, "alpha.mov", "out.mp4", "transparency");
    refused(&folder, "alpha.webm", "out.mkv", "transparency");
}

#[test]
fn what_is_no_video() {
    let folder = place("no-video");
    fs::write(folder.join("empty.mp4"), "").unwrap();
    fs::write(folder.join("words.mp4"), "no video at all").unwrap();
    ffmpeg(
        &folder,
        &["-f", "lavfi", "-i", "sine", "-t", "1", "sound.m4a"],
    );
    clip(&folder, "whole.mp4", SOURCE, &["-pix_fmt", "yuv420p"]);
    let whole = fs::read(folder.join("whole.mp4")).unwrap();
    fs::write(folder.join("cut.mp4"), &whole[..whole.len() / 2]).unwrap();
    refused(&folder, "empty.mp4", "out.mp4", "cannot be read by ffmpeg");
    refused(&folder, "words.mp4", "out.mp4", "cannot be read by ffmpeg");
    refused(&folder, "cut.mp4", "out.mp4", "cannot be read by ffmpeg");
    refused(&folder, "sound.m4a", "out.mp4", "has no video");
}

#[test]
fn a_list_of_videos_elsewhere_is_not_followed() {
    let folder = place("list");
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let list = format!(
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://{}/a.ts\n#EXT-X-ENDLIST\n",
        server.local_addr().unwrap()
    );
    fs::write(folder.join("list.m3u8"), list).unwrap();
    let visits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&visits);
    spawn(move || {
        for _ in server.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let run = convert(&folder, NOTHING, "list.m3u8", "out.mp4", &[]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_eq!(visits.load(Ordering::SeqCst), 0, "somebody came");
}

#[test]
fn a_failure_keeps_the_video_that_was_there() {
    let folder = place("fails");
    clip(&folder, "aac.mp4", SOURCE, &["-pix_fmt", "yuv420p"]);
    fs::write(folder.join("out.webm"), "yesterday's").unwrap();
    refused(&folder, "aac.mp4", "out.webm", "ffmpeg failed; it says: ");
    assert_eq!(fs::read(folder.join("out.webm")).unwrap(), b"yesterday's");
    // Success replaces it.
    fs::write(folder.join("out.mkv"), "yesterday's").unwrap();
    let run = convert(&folder, NOTHING, "aac.mp4", "out.mkv", &[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(fs::metadata(folder.join("out.mkv")).unwrap().len() > 1000);
}

#[test]
fn a_damaged_middle_is_said() {
    let folder = place("damaged");
    clip(
        &folder,
        "in.mp4",
        SOURCE,
        &["-pix_fmt", "yuv420p", "-movflags", "+faststart"],
    );
    let whole = fs::read(folder.join("in.mp4")).unwrap();
    fs::write(folder.join("cut.mp4"), &whole[..whole.len() * 2 / 3]).unwrap();
    for edit in [NOTHING, NEXT_TO_NOTHING] {
        let run = convert(&folder, edit, "cut.mp4", "out.mp4", &[]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(
            run.stderr
                .contains("note: not all of the video was in order"),
            "{}",
            run.stderr
        );
    }
}

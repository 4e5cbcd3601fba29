//! What an edit does not change: sound, time, size, direction, and what else lies in the file.

use std::fs;

use crate::support::{
    NEXT_TO_NOTHING, NOTHING, clip, convert, converted, ffmpeg, files, place, probe, psnr8, shown,
    smooth, sound, times, video,
};

const YUV: [&str; 2] = ["-pix_fmt", "yuv420p"];

/// Both ways: ffmpeg alone, and the core.
const WAYS: [&str; 2] = [NOTHING, NEXT_TO_NOTHING];

#[test]
fn sound_frames_and_times() {
    let folder = place("sound");
    for (name, rate) in [
        ("25.mp4", "25"),
        ("ntsc.mp4", "30000/1001"),
        ("film.mkv", "24000/1001"),
    ] {
        let source = format!("testsrc2=size=160x120:rate={rate}");
        clip(&folder, name, &source, &YUV);
        for (edit, out) in WAYS.iter().zip(["a.mp4", "b.mkv"]) {
            converted(&folder, edit, name, out);
            assert_eq!(sound(&folder, name), sound(&folder, out), "{name} {edit}");
            let [before, after] = [name, out].map(|file| times(&folder, file));
            assert_eq!(before.len(), after.len(), "{name} {edit}");
            // ffmpeg alone keeps the very times. The core's frames stand on a grid, on which the
            // sound need not begin.
            let late = after[0] - before[0];
            let most = if *edit == NOTHING { 0.0011 } else { 0.021 };
            assert!(late.abs() < most, "{name} {edit}: {late}");
            for (before, after) in before.iter().zip(&after) {
                let drift = after - before - late;
                assert!(drift.abs() < 0.0021, "{name} {edit}: {before} {after}");
            }
        }
    }
}

/// Frames at ten even times a second.
fn sampled(folder: &std::path::Path, file: &str) -> Vec<u8> {
    shown(folder, file, "fps=10:start_time=0,trim=end=1.7")
}

#[test]
fn uneven_frames_and_late_ones_stay_with_the_sound() {
    let folder = place("uneven");
    let source = "testsrc2=size=160x120:rate=30";
    // A sound that begins with the file in every container.
    let plain = ["-c:a", "flac", "-pix_fmt", "yuv420p"];
    let some = [
        "-vf",
        "select='if(lt(t,0.7),1,if(lt(t,1.3),not(mod(n,3)),not(mod(n,2))))'",
    ];
    clip(&folder, "uneven.mkv", source, &[&some[..], &plain].concat());
    clip(&folder, "even.mkv", source, &plain);
    let late = ["-i", "even.mkv", "-itsoffset", "0.4", "-i", "even.mkv"];
    let copied = ["-map", "1:v", "-map", "0:a", "-c", "copy", "late.mkv"];
    ffmpeg(&folder, &[&late[..], &copied].concat());
    for name in ["uneven.mkv", "late.mkv"] {
        for edit in WAYS {
            converted(&folder, edit, name, "out.mkv");
            let same = psnr8(&sampled(&folder, name), &sampled(&folder, "out.mkv"));
            println!("{name} {edit}: {same:.1} dB");
            assert!(same > 30.0, "{name} {edit}: {same:.1} dB");
            assert_eq!(sound(&folder, name), sound(&folder, "out.mkv"));
        }
        // ffmpeg alone keeps the very times.
        for out in ["out.mkv", "out.mp4"] {
            converted(&folder, NOTHING, name, out);
            let [before, after] = [name, out].map(|file| times(&folder, file));
            assert_eq!(before.len(), after.len(), "{name} {out}");
            for (before, after) in before.iter().zip(&after) {
                let drift = after - before;
                assert!(drift.abs() < 0.0011, "{name} {out}: {before} {after}");
            }
        }
    }
}

#[test]
fn a_video_on_its_side_is_turned_once() {
    let folder = place("turned");
    clip(&folder, "in.mp4", "testsrc2=size=160x120:rate=25", &YUV);
    // Newer ones know the option, older ones the tag.
    let option = [
        "-display_rotation",
        "90",
        "-i",
        "in.mp4",
        "-c",
        "copy",
        "side.mp4",
    ];
    let tag = [
        "-i",
        "in.mp4",
        "-c",
        "copy",
        "-metadata:s:v",
        "rotate=270",
        "side.mp4",
    ];
    let known = std::process::Command::new("ffmpeg")
        .args(["-y", "-v", "error"])
        .args(option)
        .current_dir(&folder)
        .output();
    if !known.unwrap().status.success() {
        ffmpeg(&folder, &tag);
    }
    assert!(video(&folder, "side.mp4")["side_data_list"].is_array());
    for edit in WAYS {
        converted(&folder, edit, "side.mp4", "out.mp4");
        let written = video(&folder, "out.mp4");
        assert_eq!(
            (&written["width"], &written["height"]),
            (&120.into(), &160.into())
        );
        assert!(written["side_data_list"].is_null(), "{written}");
        assert!(written["tags"]["rotate"].is_null(), "{written}");
        // ffmpeg turns both as a player does.
        let [before, after] = ["side.mp4", "out.mp4"].map(|file| shown(&folder, file, "null"));
        let same = psnr8(&before, &after);
        println!("{edit}: {same:.1} dB");
        assert!(same > 30.0, "{edit}: {same:.1} dB");
    }
}

#[test]
fn odd_sides_become_even_and_pixels_keep_their_shape() {
    let folder = place("odd");
    let wide = ["-vf", "setsar=4/3", "-pix_fmt", "yuv444p"];
    clip(&folder, "odd.mp4", &smooth("161x121"), &wide);
    for edit in WAYS {
        for out in ["out.mp4", "out.webm"] {
            let run = convert(&folder, edit, "odd.mp4", out, &[]);
            if out == "out.webm" {
                // AAC is no sound for WebM.
                assert_eq!(run.code, Some(1), "{}", run.stderr);
                assert!(run.stderr.contains("write an .mkv"), "{}", run.stderr);
                continue;
            }
            assert_eq!(run.code, Some(0), "{}", run.stderr);
            assert!(
                run.stderr.contains("note: 161 x 121 is cut"),
                "{}",
                run.stderr
            );
            let written = video(&folder, out);
            assert_eq!(
                (&written["width"], &written["height"]),
                (&160.into(), &120.into())
            );
            assert_eq!(written["sample_aspect_ratio"], "4:3");
            let cut = "crop=160:120:0:0:exact=1";
            let same = psnr8(
                &shown(&folder, "odd.mp4", cut),
                &shown(&folder, out, "null"),
            );
            assert!(same > 40.0, "{edit}: {same:.1} dB");
        }
    }
}

#[test]
fn tracks_titles_and_chapters() {
    let folder = place("tracks");
    fs::write(
        folder.join("words.srt"),
        "1\n00:00:00,100 --> 00:00:01,500\nGood evening\n",
    )
    .unwrap();
    fs::write(
        folder.join("meta.txt"),
        ";FFMETADATA1\ntitle=Evening\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=First\n\
         [CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Second\n",
    )
    .unwrap();
    clip(&folder, "one.mkv", "testsrc2=size=160x120:rate=25", &YUV);
    let inputs = ["-i", "one.mkv", "-i", "words.srt", "-i", "meta.txt"];
    let tones = ["-f", "lavfi", "-t", "2", "-i", "sine=frequency=880"];
    let maps = ["-map", "0:v", "-map", "0:a", "-map", "3:a", "-map", "1:s"];
    let copied = [
        "-c:v",
        "copy",
        "-c:a:0",
        "copy",
        "-c:a:1",
        "libmp3lame",
        "-map_metadata",
        "2",
    ];
    let all = [
        &inputs[..],
        &tones,
        &maps,
        &copied,
        &["-map_chapters", "2", "in.mkv"],
    ];
    ffmpeg(&folder, &all.concat());
    for edit in WAYS {
        for out in ["out.mkv", "out.mp4", "out.mov"] {
            converted(&folder, edit, "in.mkv", out);
            assert_eq!(sound(&folder, "in.mkv"), sound(&folder, out), "{out}");
            let written = probe(&folder, out);
            let kinds: Vec<_> = written["streams"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|stream| stream["codec_type"] != "data")
                .map(|stream| stream["codec_type"].as_str().unwrap())
                .collect();
            assert_eq!(kinds, ["video", "audio", "audio", "subtitle"], "{out}");
            assert_eq!(written["chapters"].as_array().unwrap().len(), 2, "{out}");
            assert_eq!(written["chapters"][1]["tags"]["title"], "Second", "{out}");
            assert_eq!(written["format"]["tags"]["title"], "Evening", "{out}");
        }
    }
}

#[test]
fn webm_is_vp9_with_the_sound_it_takes() {
    let folder = place("webm");
    clip(
        &folder,
        "in.mkv",
        "testsrc2=size=160x120:rate=25",
        &[&["-c:a", "libopus"], &YUV[..]].concat(),
    );
    for edit in WAYS {
        converted(&folder, edit, "in.mkv", "out.webm");
        assert_eq!(video(&folder, "out.webm")["codec_name"], "vp9");
        assert_eq!(sound(&folder, "in.mkv"), sound(&folder, "out.webm"));
    }
}

#[test]
fn names_may_hold_anything() {
    let folder = place("names").join("it's: a,b;[c]\\d");
    fs::create_dir(&folder).unwrap();
    clip(&folder, "plain.mp4", "testsrc2=size=160x120:rate=25", &YUV);
    for name in [
        "-i.mp4",
        "a b'c,d\\e:f;[g]=h%d.mp4",
        "-1 ä 50%.mp4",
        "http:x.mp4",
    ] {
        fs::copy(folder.join("plain.mp4"), folder.join(name)).unwrap();
        let out = format!("-out {name}");
        for edit in WAYS {
            converted(&folder, edit, name, &out);
            assert_eq!(
                sound(&folder, "plain.mp4"),
                sound(&folder, &format!("file:{out}"))
            );
            fs::remove_file(folder.join(&out)).unwrap();
        }
        fs::remove_file(folder.join(name)).unwrap();
    }
    assert_eq!(files(&folder), ["plain.mp4"]);
}

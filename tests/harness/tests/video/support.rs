//! Clips, conversions and measures.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use colorist_core::Catalog;
use serde_json::Value;

use crate::common::{self, Run};

/// An edit that is all in the table, and one that is not, but changes next to nothing.
pub(crate) const NOTHING: &str = r#"{"adjust": null}"#;
pub(crate) const NEXT_TO_NOTHING: &str = r#"{"adjust": {"sharpen": 1}}"#;
pub(crate) const WARM: &str = r#"{"adjust": {"temperature": 60, "contrast": 20}}"#;
pub(crate) const WARM_GLOW: &str = r#"{"adjust": {"temperature": 60, "contrast": 20, "bloom": 50, "structure": 30, "sharpen": 40}}"#;

/// What a program writes to standard output; it must end well.
pub(crate) fn output(program: &str, folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program)
        .args(["-hide_banner", "-v", "error"])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    output.stdout
}

/// Runs ffmpeg in the folder.
pub(crate) fn ffmpeg(folder: &Path, arguments: &[&str]) {
    output("ffmpeg", folder, &[&["-y"], arguments].concat());
}

/// A clip of two seconds, whose colors and shapes move, with a tone; `arguments` encode it.
pub(crate) fn clip(folder: &Path, name: &str, source: &str, arguments: &[&str]) {
    let tone = "sine=frequency=440:duration=2";
    let inputs = ["-f", "lavfi", "-i", source, "-f", "lavfi", "-i", tone];
    let quick = ["-t", "2", "-preset", "ultrafast", "-crf", "12"];
    ffmpeg(folder, &[&inputs[..], &quick, arguments, &[name]].concat());
}

/// A smooth picture that moves: little of it is lost by 4:2:0.
pub(crate) fn smooth(size: &str) -> String {
    format!("gradients=size={size}:rate=25:c0=orange:c1=navy:c2=teal:c3=white:nb_colors=4:seed=7")
}

/// The catalog with its recipes.
pub(crate) fn catalog() -> Catalog {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../models/data/catalog.json"
    );
    let text = fs::read_to_string(path).unwrap();
    Catalog::from_json(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// An empty folder in it.
pub(crate) fn place(test: &str) -> PathBuf {
    common::folder(&format!("video-{test}"))
}

/// `colorist` in the folder; from there the pack of the repository is not found by itself.
pub(crate) fn colorist(folder: &Path, arguments: &[&str]) -> Command {
    let pack = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../models/packs/colorist-small"
    );
    let mut command = common::colorist(arguments);
    command.current_dir(folder).env("COLORIST_PACK", pack);
    command
}

/// `colorist video` with an edit from `in` to `out`, both in the folder.
pub(crate) fn convert(folder: &Path, edit: &str, input: &str, out: &str, more: &[&str]) -> Run {
    fs::write(folder.join("edit.json"), edit).unwrap();
    let files = ["video", "--edit", "edit.json", "--crf", "4"];
    let mut command = colorist(folder, &[&files, more, &["--", input, out]].concat());
    common::finish(&mut command, b"")
}

/// Likewise; it must end well.
pub(crate) fn converted(folder: &Path, edit: &str, input: &str, out: &str) -> Run {
    let run = convert(folder, edit, input, out, &[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run
}

/// What ffprobe says about streams and file.
pub(crate) fn probe(folder: &Path, file: &str) -> Value {
    let json = [
        "-of",
        "json",
        "-show_streams",
        "-show_format",
        "-show_chapters",
    ];
    let text = output("ffprobe", folder, &[&json[..], &["-i", file]].concat());
    serde_json::from_slice(&text).unwrap()
}

/// The video stream of a file.
pub(crate) fn video(folder: &Path, file: &str) -> Value {
    let probe = probe(folder, file);
    let mut streams = probe["streams"].as_array().unwrap().iter();
    streams
        .find(|s| s["codec_type"] == "video")
        .unwrap()
        .clone()
}

/// The times of the packets of a stream, in their order, seconds.
fn packets(folder: &Path, file: &str, stream: &str) -> Vec<f64> {
    let ask = ["-select_streams", stream, "-show_entries"];
    let list = ["packet=pts_time", "-of", "csv=p=0", "-i", file];
    let text = String::from_utf8(output("ffprobe", folder, &[&ask[..], &list].concat())).unwrap();
    let numbers = text
        .lines()
        .filter_map(|line| line.trim_end_matches(',').parse().ok());
    let mut times: Vec<f64> = numbers.collect();
    times.sort_by(f64::total_cmp);
    times
}

/// The times of the pictures since the beginning of the sound, seconds.
pub(crate) fn times(folder: &Path, file: &str) -> Vec<f64> {
    let start = packets(folder, file, "a:0")[0];
    packets(folder, file, "v:0")
        .iter()
        .map(|time| time - start)
        .collect()
}

/// The sums of the packets of every sound track.
pub(crate) fn sound(folder: &Path, file: &str) -> Vec<u8> {
    let copied = [
        "-map",
        "0:a",
        "-c",
        "copy",
        "-f",
        "streamhash",
        "-hash",
        "md5",
        "-",
    ];
    output("ffmpeg", folder, &[&["-i", file], &copied[..]].concat())
}

/// Frames after filters, as planes of BT.709 YCbCr or, with `rgba64le`, as pixels.
pub(crate) fn decoded(folder: &Path, file: &str, filters: &str, pixels: &str) -> Vec<u8> {
    let raw = [
        "-vf", filters, "-an", "-f", "rawvideo", "-pix_fmt", pixels, "-",
    ];
    output("ffmpeg", folder, &[&["-i", file], &raw[..]].concat())
}

/// Frames after filters as a player shows them: by their tags, and BT.601 without.
pub(crate) fn shown(folder: &Path, file: &str, filters: &str) -> Vec<u8> {
    decoded(folder, file, &format!("{filters},format=gbrp"), "gbrp")
}

/// Peak signal-to-noise ratio of two lists of bytes, dB.
pub(crate) fn psnr8(a: &[u8], b: &[u8]) -> f64 {
    let wide = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| u16::from(*byte))
            .collect::<Vec<_>>()
    };
    psnr(&wide(a), &wide(b), 255.0)
}

/// Peak signal-to-noise ratio, dB.
pub(crate) fn psnr(a: &[u16], b: &[u16], peak: f64) -> f64 {
    assert!(
        !a.is_empty() && a.len() == b.len(),
        "{} and {}",
        a.len(),
        b.len()
    );
    let squares = a
        .iter()
        .zip(b)
        .map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
    let mean = squares.sum::<f64>() / a.len() as f64;
    10.0 * (peak * peak / mean.max(1e-12)).log10()
}

/// Sixteen-bit values of little-endian bytes.
pub(crate) fn words(bytes: &[u8]) -> Vec<u16> {
    let pairs = bytes.chunks_exact(2);
    pairs
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

/// What lies in the folder besides the edit, sorted.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != "edit.json").collect();
    names.sort();
    names
}

//! What ffprobe says about a video.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::ffmpeg::{Ffmpeg, input};
use super::process::last_lines;
use crate::failure::Failure;

/// A video that can be edited.
#[derive(Debug, Clone)]
pub(super) struct Clip {
    pub(super) path: PathBuf,
    /// The video's number among the file's streams.
    pub(super) stream: u64,
    /// Upright, pixels.
    pub(super) width: u64,
    pub(super) height: u64,
    /// Of a pixel, upright, as `4:3`.
    pub(super) aspect: Option<String>,
    /// Whether a channel has more than 8 bits.
    pub(super) deep: bool,
    /// ffmpeg's names of matrix and range; none where the video is RGB or gray.
    pub(super) encoding: Option<[&'static str; 2]>,
    /// ffmpeg's names of primaries and transfer.
    pub(super) primaries: String,
    pub(super) transfer: String,
    pub(super) interlaced: bool,
    /// Frames a second, as `30000/1001`, for frames at even times.
    pub(super) rate: String,
    /// About how many frames there are.
    pub(super) frames: Option<u64>,
    /// Number and kind of the subtitles.
    pub(super) subtitles: Vec<(u64, Subtitle)>,
}

/// A kind of subtitle, as far as containers care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subtitle {
    /// The text of MP4 and QuickTime.
    Mov,
    /// Other text.
    Text,
    /// Pictures, which cannot become text.
    Picture,
}

impl Clip {
    /// Asks ffprobe, and refuses what would come out wrong.
    pub(super) fn read(ffmpeg: &Ffmpeg, path: &Path) -> Result<Self, Failure> {
        let no_video =
            |why: &str| Failure::new(format!("{} {why}", path.display())).help("name a video");
        let output = ffmpeg
            .probe()
            .args(["-print_format", "json", "-show_streams", "-show_format"])
            .arg("-show_pixel_formats")
            .args(input(path))
            .output()?;
        if !output.status.success() {
            let said = last_lines(&output.stderr).unwrap_or_default();
            let reason = said.rsplit(": ").next().unwrap_or_default().to_owned();
            return Err(no_video(&format!("cannot be read by ffmpeg: {reason}")));
        }
        let probe: Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| Failure::new(format!("ffprobe's answer is no JSON: {error}")))?;
        let streams = list(&probe["streams"]);
        let stream = streams
            .iter()
            // Not the picture on the cover.
            .find(|s| s["codec_type"] == "video" && s["disposition"]["attached_pic"] != 1)
            .ok_or_else(|| no_video("has no video"))?;
        let pixels = list(&probe["pixel_formats"])
            .iter()
            .find(|format| format["name"] == stream["pix_fmt"])
            .ok_or_else(|| no_video("has a video that this ffmpeg cannot decode"))?;

        let turn = turned(stream);
        let size = [&stream["width"], &stream["height"]].map(|side| side.as_u64().unwrap_or(0));
        let [width, height] = if turn { [size[1], size[0]] } else { size };
        if width < 2 || height < 2 {
            return Err(no_video("has a video of less than 2 x 2 pixels"));
        }
        refuse(stream, pixels)?;
        let rate = rate(stream).ok_or_else(|| no_video("has a video without a rate"))?;
        Ok(Self {
            path: path.to_owned(),
            stream: stream["index"].as_u64().unwrap_or(0),
            width,
            height,
            aspect: aspect(stream, turn),
            deep: depth(pixels) > 8,
            encoding: encoding(stream, pixels)?,
            primaries: kept(stream, "color_primaries", &PRIMARIES),
            transfer: kept(stream, "color_transfer", &TRANSFERS),
            interlaced: matches!(text(stream, "field_order"), "tt" | "bb" | "tb" | "bt"),
            frames: frames(stream, &probe["format"], &rate),
            rate,
            subtitles: streams.iter().filter_map(subtitle).collect(),
        })
    }
}

/// What stays as the video has it; all of them are close to sRGB, for which looks are made.
const PRIMARIES: [&str; 5] = ["bt470bg", "smpte170m", "smpte240m", "smpte431", "smpte432"];
const TRANSFERS: [&str; 3] = ["smpte170m", "smpte240m", "iec61966-2-1"];

/// A list that may be missing.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(stream: &'a Value, key: &str) -> &'a str {
    stream[key].as_str().unwrap_or("unknown")
}

fn kept(stream: &Value, key: &str, known: &[&str]) -> String {
    let name = text(stream, key);
    let name = if known.contains(&name) { name } else { "bt709" };
    name.to_owned()
}

fn depth(pixels: &Value) -> u64 {
    let depths = list(&pixels["components"]).iter();
    depths
        .filter_map(|c| c["bit_depth"].as_u64())
        .max()
        .unwrap_or(8)
}

/// Transparency and HDR.
fn refuse(stream: &Value, pixels: &Value) -> Result<(), Failure> {
    let tags = &stream["tags"];
    // VP8 and VP9 carry it beside the pixels.
    let beside = ["alpha_mode", "ALPHA_MODE"]
        .iter()
        .any(|tag| tags[*tag] == "1");
    let palette = pixels["flags"]["palette"] == 1;
    if (pixels["flags"]["alpha"] == 1 && !palette) || beside {
        return Err(
            Failure::new("the video has transparency, which the written one cannot keep")
                .help("make it opaque first: ffmpeg -i INPUT -pix_fmt yuv444p -crf 12 OPAQUE.mkv"),
        );
    }
    let wide = text(stream, "color_primaries") == "bt2020"
        || text(stream, "color_space").starts_with("bt2020")
        || text(stream, "color_space") == "ictcp";
    let transfer = text(stream, "color_transfer");
    let linear = matches!(
        transfer,
        "smpte2084" | "arib-std-b67" | "smpte428" | "linear" | "log100" | "log316"
    );
    if wide || linear {
        return Err(Failure::new(
            "the video is HDR or of wide gamut, and looks are made for standard video",
        )
        .help(
            "tone-map it first: ffmpeg -i INPUT -vf zscale=t=linear:npl=100,format=gbrpf32le,\
             zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p \
             -crf 12 -c:a copy SDR.mkv",
        ));
    }
    Ok(())
}

/// Matrix and range. Without a tag, what players take by the size.
fn encoding(stream: &Value, pixels: &Value) -> Result<Option<[&'static str; 2]>, Failure> {
    let name = text(stream, "pix_fmt");
    let palette = pixels["flags"]["palette"] == 1;
    if pixels["flags"]["rgb"] == 1 || palette || name.starts_with("gray") {
        return Ok(None);
    }
    let side = |key: &str| stream[key].as_u64().unwrap_or(0);
    let matrix = match text(stream, "color_space") {
        "bt709" => "bt709",
        "bt470bg" | "smpte170m" => "bt601",
        "smpte240m" => "smpte240m",
        "fcc" => "fcc",
        "unknown" | "reserved" if side("width") <= 1024 && side("height") <= 576 => "bt601",
        "unknown" | "reserved" => "bt709",
        other => {
            return Err(Failure::new(format!(
                "the video's color matrix, {other}, is not supported"
            ))
            .help(
                "convert it first: ffmpeg -i INPUT -vf zscale=m=bt709 -crf 12 -c:a copy BT709.mkv",
            ));
        }
    };
    let full = text(stream, "color_range") == "pc" || name.starts_with("yuvj");
    Ok(Some([matrix, if full { "pc" } else { "tv" }]))
}

/// Whether it lies on its side; ffmpeg turns it upright as it decodes.
fn turned(stream: &Value) -> bool {
    let sides = list(&stream["side_data_list"]).iter();
    let angle = sides.filter_map(|side| side["rotation"].as_f64()).next();
    let tag = || text(&stream["tags"], "rotate").parse().ok();
    let angle: f64 = angle.or_else(tag).unwrap_or(0.0);
    ((angle / 90.0).round() as i64).rem_euclid(2) == 1
}

fn aspect(stream: &Value, turn: bool) -> Option<String> {
    let (x, y) = text(stream, "sample_aspect_ratio").split_once(':')?;
    let known = x.parse::<u64>().ok()? > 0 && y.parse::<u64>().ok()? > 0;
    known.then(|| {
        if turn {
            format!("{y}/{x}")
        } else {
            format!("{x}/{y}")
        }
    })
}

/// Frames a second.
fn rate(stream: &Value) -> Option<String> {
    let [real, average] = ["r_frame_rate", "avg_frame_rate"].map(|key| text(stream, key));
    let usable = |rate: &str| ratio(rate).filter(|rate| (0.01..=1000.0).contains(rate));
    let rate = match (usable(real), usable(average)) {
        // The grid that uneven frames stand on, unless most of its places would be copies.
        (Some(a), Some(b)) if a > 0.999 * b && a < 2.5 * b => real,
        (_, Some(_)) => average,
        (Some(_), None) => real,
        (None, None) => return None,
    };
    Some(rate.to_owned())
}

fn ratio(text: &str) -> Option<f64> {
    let (over, under) = text.split_once('/')?;
    let value = over.parse::<f64>().ok()? / under.parse::<f64>().ok()?;
    value.is_finite().then_some(value)
}

fn frames(stream: &Value, format: &Value, rate: &str) -> Option<u64> {
    let number = |value: &Value| value.as_str()?.parse::<f64>().ok();
    number(&stream["nb_frames"])
        .or_else(|| {
            let seconds = number(&stream["duration"]).or_else(|| number(&format["duration"]))?;
            Some(seconds * ratio(rate)?)
        })
        .map(|frames| frames.round() as u64)
        .filter(|frames| *frames > 0)
}

fn subtitle(stream: &Value) -> Option<(u64, Subtitle)> {
    let kind = match text(stream, "codec_name") {
        _ if stream["codec_type"] != "subtitle" => return None,
        "mov_text" => Subtitle::Mov,
        "subrip" | "srt" | "ass" | "ssa" | "webvtt" | "text" => Subtitle::Text,
        _ => Subtitle::Picture,
    };
    Some((stream["index"].as_u64()?, kind))
}

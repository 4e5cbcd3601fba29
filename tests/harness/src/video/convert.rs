//! What both ways have in common: the filters around the look, and what goes along with it.

use std::ffi::OsString;

use super::clip::{Clip, Subtitle};
use super::ffmpeg::Ffmpeg;
use super::output::Output;
use super::process::{Interrupt, Process};
use crate::failure::Failure;

/// Everything but the look.
pub(super) struct Job<'a> {
    pub(super) ffmpeg: &'a Ffmpeg,
    pub(super) clip: &'a Clip,
    pub(super) output: &'a Output,
    pub(super) interrupt: &'a Interrupt,
}

/// What became of it.
pub(super) struct Done {
    pub(super) frames: u64,
    /// What ffmpeg had to say although it went on to the end.
    pub(super) problem: Option<String>,
    /// How the look was applied, in words.
    pub(super) way: &'static str,
}

/// swscale at its most exact; Lanczos loses least where chroma goes to full size and back.
const EXACT: &str = "flags=lanczos+accurate_rnd+full_chroma_int+full_chroma_inp";

impl Job<'_> {
    /// The size of what is written: 4:2:0 in H.264 has even sides only.
    pub(super) fn size(&self) -> [u64; 2] {
        [self.clip.width, self.clip.height].map(|side| side / 2 * 2)
    }

    /// Decoded frames to upright RGB of that size.
    pub(super) fn to_rgb(&self, pixels: &str) -> String {
        let clip = self.clip;
        let fields = if clip.interlaced {
            "bwdif=send_frame,"
        } else {
            ""
        };
        let encoding = clip.encoding.map_or_else(String::new, |[matrix, range]| {
            format!("in_color_matrix={matrix}:in_range={range}:")
        });
        // The size is named because frames may change theirs on the way.
        let [width, height] = [clip.width, clip.height];
        let whole = format!(
            "{fields}scale={width}:{height}:{encoding}out_range=pc:{EXACT},format={pixels}"
        );
        let [even_width, even_height] = self.size();
        if [width, height] == [even_width, even_height] {
            whole
        } else {
            format!("{whole},crop={even_width}:{even_height}:0:0")
        }
    }

    /// RGB to what is encoded.
    pub(super) fn to_yuv(&self) -> String {
        format!(
            "scale=in_range=pc:out_color_matrix=bt709:out_range=tv:{EXACT},format={},\
             setparams=range=tv:colorspace=bt709:color_primaries={}:color_trc={}",
            if self.clip.deep {
                "yuv420p10le"
            } else {
                "yuv420p"
            },
            self.clip.primaries,
            self.clip.transfer,
        )
    }

    /// What is encoded: the first stream of `video`, and what goes along from `file`, which are
    /// numbers of inputs.
    pub(super) fn encoding(&self, video: &str, file: u8) -> Vec<OsString> {
        let (clip, output) = (self.clip, self.output);
        let stream = clip.stream;
        let mut arguments: Vec<String> = ["-map", video, "-map"].map(String::from).into();
        arguments.extend([format!("{file}:a?"), "-c:a".into(), "copy".into()]);
        // FLAC and Opus in MP4, which ffmpeg once took for an experiment.
        arguments.extend(["-strict", "experimental"].map(String::from));
        let subtitles = clip
            .subtitles
            .iter()
            .filter_map(|(stream, kind)| Some((stream, output.format.subtitle(*kind)?)));
        for (index, (stream, codec)) in subtitles.enumerate() {
            arguments.extend(["-map".into(), format!("{file}:{stream}")]);
            arguments.extend([format!("-c:s:{index}"), codec.into()]);
        }
        arguments.extend(["-map_metadata".into(), file.to_string()]);
        arguments.extend(["-map_metadata:s:v:0".into(), format!("{file}:s:{stream}")]);
        arguments.extend(["-map_chapters".into(), file.to_string()]);
        for (option, value) in [
            ("-color_range", "tv"),
            ("-colorspace", "bt709"),
            ("-color_primaries", &clip.primaries),
            ("-color_trc", &clip.transfer),
        ] {
            arguments.extend([option.into(), value.to_owned()]);
        }
        arguments.extend(output.arguments());
        arguments.into_iter().map(OsString::from).collect()
    }

    /// What the user should know beforehand.
    pub(super) fn notes(&self) -> Vec<String> {
        let clip = self.clip;
        let mut notes = Vec::new();
        let [width, height] = self.size();
        if [width, height] != [clip.width, clip.height] {
            notes.push(format!(
                "{} x {} is cut to even sides: {width} x {height}",
                clip.width, clip.height
            ));
        }
        if clip.interlaced {
            notes.push("the video is interlaced; the written one is not".into());
        }
        let fits = |(_, kind): &&(u64, Subtitle)| self.output.format.subtitle(*kind).is_none();
        match clip.subtitles.iter().filter(fits).count() {
            0 => {}
            lost => notes.push(format!(
                "{lost} subtitles are pictures and stay behind; .mkv takes them"
            )),
        }
        notes
    }

    /// The failure of an ffmpeg that did not end well.
    pub(super) fn failure(&self, process: &Process) -> Failure {
        let said = process.said().unwrap_or_else(|| "nothing".into());
        let failure = Failure::new(format!("ffmpeg failed; it says: {said}"));
        let any = |texts: &[&str]| texts.iter().any(|text| said.contains(text));
        if any(&["currently supported in container", "are supported for WebM"]) {
            failure.help("write an .mkv, which takes every kind of sound")
        } else if any(&["'fps_mode'"]) {
            failure.help("install ffmpeg 5.1 or newer, or name one with --ffmpeg")
        } else {
            failure
        }
    }
}

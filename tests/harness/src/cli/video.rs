//! Arguments of `colorist video`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::{HYPHEN, Source};

/// How the command is used; clap cannot say by itself that the intent is what `--edit` replaces.
const USAGE: &str = "colorist video [OPTIONS] <INTENT> <INPUT> <OUTPUT>
       colorist video [OPTIONS] --edit <FILE> <INPUT> <OUTPUT>";

const NOTES: &str = "\
The look is the one that phones show. Where it is a table only, ffmpeg's lut3d applies it; bloom, \
sharpen and structure have no equal in ffmpeg, so such looks are rendered here, and a variable frame \
rate becomes a constant one. Sound, subtitles, titles and chapters go along. HDR, wide gamut and \
transparency are refused.";

#[derive(Args)]
#[command(override_usage = USAGE, after_help = NOTES)]
pub(crate) struct VideoArgs {
    /// What a person would type (not with --edit), the video, and the video to write (.mp4, .mov,
    /// .mkv or .webm), which is replaced where it exists
    #[arg(required = true, num_args = 2..=3, value_names = ["INTENT", "INPUT", "OUTPUT"])]
    #[arg(value_parser = OsStringValueParser::new().map(unmarked))]
    words: Vec<OsString>,
    /// The edit, instead of an intent: JSON as `colorist edit --json` prints it
    #[arg(long, value_name = "FILE")]
    pub(crate) edit: Option<PathBuf>,
    /// Scale the edit: 0.5 is half of it
    #[arg(long, value_name = "FACTOR", value_parser = super::strength)]
    pub(crate) strength: Option<f32>,
    /// How much the encoder may lose: 0 is least, and the file largest [default: 18, .webm: 24]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=51))]
    pub(crate) crf: Option<u8>,
    /// The ffmpeg to use; its ffprobe lies beside it [default: both as PATH finds them]
    #[arg(long, value_name = "PATH")]
    pub(crate) ffmpeg: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) source: Source,
}

impl VideoArgs {
    /// Whether there is exactly what is needed: an intent or an edit, and two files.
    pub(crate) fn is_complete(&self) -> bool {
        (self.words.len() == 3) != self.edit.is_some()
    }

    /// The intent, where no edit is given.
    pub(crate) fn intent(&self) -> Option<&OsString> {
        self.words.first().filter(|_| self.words.len() == 3)
    }

    /// The video to read, and the one to write.
    pub(crate) fn files(&self) -> [&Path; 2] {
        let end = self.words.len();
        [2, 1].map(|back| {
            end.checked_sub(back)
                .and_then(|at| self.words.get(at))
                .map_or(Path::new(""), Path::new)
        })
    }
}

/// The word without the mark of an intent that starts with a hyphen.
fn unmarked(word: OsString) -> OsString {
    match word.to_str().and_then(|text| text.strip_prefix(HYPHEN)) {
        Some(text) => text.into(),
        None => word,
    }
}

//! The video that is written: its container, and its place.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::clip::Subtitle;
use crate::failure::Failure;

/// A container, and how it is filled.
pub(super) struct Format {
    extension: &'static str,
    /// ffmpeg's name.
    muxer: &'static str,
    pub(super) encoder: &'static str,
    options: &'static [&'static str],
    crf: u8,
}

const X264: &[&str] = &["-preset", "medium", "-movflags", "+faststart"];
const VP9: &[&str] = &[
    "-b:v",
    "0",
    "-deadline",
    "good",
    "-cpu-used",
    "4",
    "-row-mt",
    "1",
];

const FORMATS: [Format; 4] = [
    Format {
        extension: "mp4",
        muxer: "mp4",
        encoder: "libx264",
        options: X264,
        crf: 18,
    },
    Format {
        extension: "mov",
        muxer: "mov",
        encoder: "libx264",
        options: X264,
        crf: 18,
    },
    Format {
        extension: "mkv",
        muxer: "matroska",
        encoder: "libx264",
        options: &["-preset", "medium"],
        crf: 18,
    },
    Format {
        extension: "webm",
        muxer: "webm",
        encoder: "libvpx-vp9",
        options: VP9,
        crf: 24,
    },
];

impl Format {
    /// The codec to which subtitles must be turned for this container; none where they do not fit.
    pub(super) fn subtitle(&self, kind: Subtitle) -> Option<&'static str> {
        match (self.muxer, kind) {
            // The one kind that Matroska has no place for.
            ("matroska", Subtitle::Mov) => Some("srt"),
            ("matroska", _) => Some("copy"),
            (_, Subtitle::Picture) => None,
            ("webm", _) => Some("webvtt"),
            _ => Some("mov_text"),
        }
    }
}

/// The video to write. It grows in a folder beside its place, which goes with this value.
pub(super) struct Output {
    target: PathBuf,
    folder: TempDir,
    pub(super) format: &'static Format,
    crf: u8,
}

impl Output {
    pub(super) fn new(path: &Path, input: &Path, crf: Option<u8>) -> Result<Self, Failure> {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        let format = FORMATS.iter().find(|format| extension == format.extension);
        let format = format.ok_or_else(|| {
            // Not named: with the arguments in a wrong order this could be the intent.
            Failure::new("the name of the video to write has no known ending")
                .help("let the name of the video to write end with .mp4, .mov, .mkv or .webm")
        })?;
        // A link's own target is replaced, not the link.
        let target = fs::canonicalize(path).or_else(|_| std::path::absolute(path))?;
        if target == input {
            return Err(
                Failure::new("the video to write is the one to read").help("write another file")
            );
        }
        if fs::metadata(&target).is_ok_and(|there| !there.is_file()) {
            return Err(
                Failure::new(format!("{} exists and is not a file", path.display()))
                    .help("write another file"),
            );
        }
        let parent = target.parent().unwrap_or(Path::new("/"));
        // Beside the target, so that the rename stays on one file system and is atomic.
        let folder = tempfile::Builder::new()
            .prefix(".colorist-")
            .tempdir_in(parent)
            .map_err(|error| Failure::file("write in", parent, &error))?;
        Ok(Self {
            target,
            folder,
            format,
            crf: crf.unwrap_or(format.crf),
        })
    }

    /// Where everything lies until the video is whole; ffmpeg is started there.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How the video is encoded, and its name in the folder.
    pub(super) fn arguments(&self) -> Vec<String> {
        let format = self.format;
        let crf = self.crf.to_string();
        let encoder = ["-c:v", format.encoder, "-crf", &crf];
        let file = ["-f", format.muxer, "-y", self.name()];
        let all = encoder.iter().chain(format.options).chain(&file);
        all.map(|argument| (*argument).to_owned()).collect()
    }

    /// Gives the whole video its place.
    pub(super) fn keep(self) -> Result<(), Failure> {
        let written = self.folder().join(self.name());
        File::open(&written)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&written, &self.target))
            .map_err(|error| Failure::file("write", &self.target, &error))
    }

    fn name(&self) -> &'static str {
        "video"
    }
}

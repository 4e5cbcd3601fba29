//! The installed ffmpeg.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::process::last_lines;
use crate::failure::Failure;

/// What the conversions are made of.
const FILTERS: [&str; 7] = [
    "bwdif",
    "crop",
    "format",
    "fps",
    "lut3d",
    "scale",
    "setparams",
];

const INSTALL: &str = "install ffmpeg (Debian, Ubuntu: apt-get install ffmpeg; macOS: brew install \
                       ffmpeg; Windows: winget install ffmpeg), or name it with --ffmpeg";

/// The two programs.
pub(super) struct Ffmpeg {
    ffmpeg: PathBuf,
    ffprobe: PathBuf,
}

impl Ffmpeg {
    /// Finds both, and makes sure that they have what is needed, among that this encoder.
    pub(super) fn find(named: Option<&Path>, encoder: &str) -> Result<Self, Failure> {
        let ffmpeg = match named {
            // Whole: the programs are started in another folder.
            Some(path) if path.components().count() > 1 => std::path::absolute(path)?,
            Some(name) => name.to_owned(),
            None => PathBuf::from("ffmpeg"),
        };
        let probe = format!("ffprobe{}", std::env::consts::EXE_SUFFIX);
        let found = Self {
            ffprobe: ffmpeg.with_file_name(probe),
            ffmpeg,
        };
        let lists = [("-filters", &FILTERS[..]), ("-encoders", &[encoder][..])];
        for (list, needed) in lists {
            let text = listing(&found.ffmpeg, list)?;
            if let Some(missing) = needed.iter().find(|name| !lists_name(&text, name)) {
                let what = list.trim_start_matches('-').trim_end_matches('s');
                return Err(Failure::new(format!(
                    "this ffmpeg was built without the {what} {missing}"
                ))
                .help("install a full build of ffmpeg, or name one with --ffmpeg"));
            }
        }
        listing(&found.ffprobe, "-version")?;
        Ok(found)
    }

    /// ffmpeg, which says errors only and reads nothing from the terminal.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.ffmpeg);
        command.args(["-hide_banner", "-nostdin", "-nostats", "-v", "error"]);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    /// ffprobe, likewise.
    pub(super) fn probe(&self) -> Command {
        let mut command = Command::new(&self.ffprobe);
        command.args(["-hide_banner", "-v", "error"]);
        command.stdin(Stdio::null());
        command
    }
}

/// A file as ffmpeg takes it, whatever its name holds, and nothing that the file names elsewhere.
pub(super) fn input(path: &Path) -> [OsString; 4] {
    let mut file = OsString::from("file:");
    file.push(path);
    [
        "-protocol_whitelist".into(),
        "file".into(),
        "-i".into(),
        file,
    ]
}

/// What a program lists.
fn listing(program: &Path, list: &str) -> Result<String, Failure> {
    let name = program.display();
    let output = Command::new(program)
        .args(["-hide_banner", "-v", "error", list])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => Failure::new(format!("{name} is not installed")).help(INSTALL),
            _ => Failure::new(format!("cannot start {name}: {error}")).help(INSTALL),
        })?;
    if !output.status.success() {
        let said = last_lines(&output.stderr).unwrap_or_default();
        return Err(Failure::new(format!("{name} does not work: {said}")).help(INSTALL));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a list, whose lines are flags, name and description, has the name.
fn lists_name(list: &str, name: &str) -> bool {
    list.lines()
        .any(|line| line.split_whitespace().nth(1) == Some(name))
}

//! ffmpeg's `lut3d` on the same frames.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// An ffmpeg that answers.
pub(super) struct Ffmpeg {
    program: PathBuf,
    pub(super) version: String,
}

impl Ffmpeg {
    /// The ffmpeg at `path`, or the installed one; none when no path is given and none is installed.
    pub(super) fn find(path: Option<&Path>) -> Result<Option<Self>, Failure> {
        let program = match path {
            // It is started in another folder.
            Some(path) if path.components().count() > 1 => std::path::absolute(path)?,
            Some(path) => path.to_owned(),
            None => PathBuf::from("ffmpeg"),
        };
        let output = match Command::new(&program).arg("-version").output() {
            Ok(output) => output,
            Err(error) if path.is_none() && error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Failure::file("run", &program, &error)
                    .help("name an ffmpeg with --ffmpeg, or leave it out to measure without one"));
            }
        };
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text
            .strip_prefix("ffmpeg version ")
            .and_then(|text| text.split(' ').next());
        match version {
            Some(version) => Ok(Some(Self {
                program,
                version: version.to_owned(),
            })),
            None => Err(Failure::new(format!("{} is no ffmpeg", program.display()))
                .help("name an ffmpeg with --ffmpeg, or leave it out to measure without one")),
        }
    }

    /// The times of `count` frames through `lut3d` in the pixel format `format`, milliseconds, as
    /// ffmpeg's own `bench` filters measure them around it: reading and converting are not in them.
    /// The input is a file with one raw frame, its pixel format and its size.
    pub(super) fn times(
        &self,
        (frame, pixels, (width, height)): (&Path, &str, (usize, usize)),
        format: &str,
        cube: &Path,
        threads: usize,
        count: usize,
    ) -> Result<Vec<f64>, Failure> {
        let folder = cube.parent().unwrap_or(Path::new("."));
        // A name without a folder: in a filter's arguments colons and backslashes have a meaning.
        let cube = cube.file_name().unwrap_or_default().to_string_lossy();
        let output = Command::new(&self.program)
            .current_dir(folder)
            .args(["-hide_banner", "-nostdin", "-nostats", "-loglevel", "info"])
            .args(["-filter_threads", &threads.to_string()])
            // One frame more: the first one does not count.
            .args(["-stream_loop", &count.to_string()])
            .args(["-f", "rawvideo", "-pixel_format", pixels])
            .args(["-video_size", &format!("{width}x{height}"), "-i"])
            .arg(frame)
            .args(["-vf", &format!("format={format},bench=start,lut3d={cube}:interp=tetrahedral,bench=stop,format={format}")])
            .args(["-f", "null", "-"])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| Failure::file("run", &self.program, &error))?;
        let text = String::from_utf8_lossy(&output.stderr);
        let times: Vec<f64> = text.lines().filter_map(time).collect();
        if output.status.success() && times.len() > count {
            return Ok(times[1..=count].to_vec());
        }
        let last = text.lines().last().unwrap_or("nothing").to_owned();
        Err(
            Failure::new(format!("ffmpeg did not time its lut3d; it said: {last}"))
                .help("use an ffmpeg with the filters bench and lut3d"),
        )
    }
}

/// `[bench @ 0x5583] t:0.060256 avg:0.061957 ...`, milliseconds.
fn time(line: &str) -> Option<f64> {
    let (_, rest) = line.split_once("[bench @ ")?;
    let (_, rest) = rest.split_once(" t:")?;
    let seconds: f64 = rest.split(' ').next()?.parse().ok()?;
    Some(seconds * 1e3)
}

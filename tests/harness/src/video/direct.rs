//! A look that is all in its table: ffmpeg does everything.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use colorist_core::Look;

use super::convert::{Done, Job};
use super::ffmpeg::input;
use super::process::Process;
use crate::failure::Failure;
use crate::output;

/// Plain, so that it needs no quoting in a filter; in the folder where ffmpeg is started.
const TABLE: &str = "look.cube";

/// Points along each axis, as the renderer has them.
const SIZE: usize = 33;

pub(super) fn run(job: &Job<'_>, look: &Look) -> Result<Done, Failure> {
    let table = look.lut(SIZE)?;
    let path = job.output.folder().join(TABLE);
    fs::write(&path, table.to_cube("Colorist"))
        .map_err(|error| Failure::file("write", &path, &error))?;

    let clip = job.clip;
    let filters = format!(
        "{},lut3d=file={TABLE}:interp=tetrahedral,{}",
        job.to_rgb("gbrp16le"),
        job.to_yuv()
    );
    let mut command = job.ffmpeg.command();
    command.args(input(&clip.path)).args(["-vf", &filters]);
    // The video's own times: ffmpeg would make them even for some containers, and round them.
    command.args(["-fps_mode", "vfr", "-enc_time_base", "-1"]);
    command.args(["-progress", "pipe:1"]);
    command.args(job.encoding(&format!("0:{}", clip.stream), 0));
    let mut process = Process::start(
        command.stdout(Stdio::piped()),
        job.output.folder(),
        "ffmpeg.log",
    )?;

    let bar = output::progress(clip.frames.unwrap_or(0));
    let mut frames = 0;
    if let Some(stdout) = process.child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            job.interrupt.check()?;
            if let Some(number) = line?.strip_prefix("frame=") {
                frames = number.trim().parse().unwrap_or(frames);
                bar.set_position(frames);
            }
        }
    }
    let ended_well = process.wait(job.interrupt)?;
    bar.finish_and_clear();
    if !ended_well || frames == 0 {
        return Err(job.failure(&process));
    }
    Ok(Done {
        frames,
        problem: process.said(),
        way: "look applied by ffmpeg's lut3d",
    })
}

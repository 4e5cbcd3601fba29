//! `colorist video`: an edit on a video, through an installed ffmpeg.
//!
//! ffmpeg decodes and encodes; the look is always the one that phones show. Without spatial amounts
//! it is a table, which ffmpeg's `lut3d` applies as we do. ffmpeg has no guided filter, and its
//! blurs and masks are not ours, so with spatial amounts the frames go through the core instead.
//!
//! The table works on RGB of 16 bits. The video's own matrix and range lead there; the result is
//! BT.709, limited range, 4:2:0, with 10 bits where the video has more than 8, and keeps the
//! video's primaries and transfer. Sound is copied bit by bit.

mod clip;
mod convert;
mod direct;
mod ffmpeg;
mod output;
mod piped;
mod process;

use std::fs;
use std::path::Path;
use std::time::Instant;

use colorist_core::{Colorist, Edit, Look};

use self::clip::Clip;
use self::convert::Job;
use self::ffmpeg::Ffmpeg;
use self::output::Output;
use self::process::Interrupt;
use crate::cli::VideoArgs;
use crate::failure::Failure;
use crate::{edit, output as terminal, render, source};

pub(crate) fn command(arguments: &VideoArgs) -> Result<(), Failure> {
    let [input, target] = arguments.files();
    // What can go wrong without the model, first.
    let interrupt = Interrupt::listen()?;
    let input = readable(input)?;
    let output = Output::new(target, &input, arguments.crf)?;
    let ffmpeg = Ffmpeg::find(arguments.ffmpeg.as_deref(), output.format.encoder)?;
    let clip = Clip::read(&ffmpeg, &input)?;
    interrupt.check()?;

    let colorist = source::open(&arguments.source)?;
    source::check_editor(colorist.catalog())?;
    let edit = chosen(arguments, &colorist)?;
    let look = Look::compile(&edit, colorist.catalog())?;
    drop(colorist);
    interrupt.check()?;

    let job = Job {
        ffmpeg: &ffmpeg,
        clip: &clip,
        output: &output,
        interrupt: &interrupt,
    };
    for note in job.notes() {
        anstream::eprintln!("note: {note}");
    }
    let start = Instant::now();
    let spatial = [look.bloom(), look.sharpen(), look.structure()];
    let done = if spatial.iter().all(|amount| *amount == 0.0) {
        direct::run(&job, &look)?
    } else {
        piped::run(&job, &look)?
    };
    if let Some(problem) = &done.problem {
        anstream::eprintln!("note: not all of the video was in order; ffmpeg says: {problem}");
    }
    output.keep()?;
    let seconds = start.elapsed().as_secs_f64();
    terminal::print(&format!(
        "{}: {} frames in {seconds:.1} s, {:.1} frames/s, {}\n",
        target.display(),
        done.frames,
        done.frames as f64 / seconds,
        done.way,
    ))
}

/// The edit that was given, or the one that the student makes of the intent.
fn chosen(arguments: &VideoArgs, colorist: &Colorist) -> Result<Edit, Failure> {
    let strength = arguments.strength;
    if let Some(path) = &arguments.edit {
        return render::scaled(render::read(path)?, strength, colorist.catalog());
    }
    let intent = arguments.intent().and_then(|intent| intent.to_str());
    let intent = intent.ok_or_else(|| Failure::new("the intent is not UTF-8"))?;
    let prediction = edit::scaled(colorist, colorist.edit(intent)?, strength);
    match terminal::print(&edit::table::table(intent, &prediction)) {
        // Who does not read the table may still want the video.
        Ok(()) | Err(Failure::PipeClosed) => {}
        other => return other.map(|()| prediction.edit),
    }
    Ok(prediction.edit)
}

/// The input's whole path, if it is a file.
fn readable(path: &Path) -> Result<std::path::PathBuf, Failure> {
    // Not named: with the arguments in a wrong order this could be the intent.
    let whole = fs::canonicalize(path)
        .map_err(|error| Failure::new(format!("cannot read the video: {error}")))?;
    if whole.is_file() {
        Ok(whole)
    } else {
        Err(Failure::new("the video to read is not a file").help("name a video"))
    }
}

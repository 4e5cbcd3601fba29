//! A look with a spatial part: one ffmpeg decodes, the core renders, another ffmpeg encodes, all at
//! the same time.

use std::io::{self, Read, Write};
use std::num::NonZero;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use colorist_core::{Frame, Look, Renderer};

use super::convert::{Done, Job};
use super::ffmpeg::input;
use super::process::Process;
use crate::failure::Failure;
use crate::output;

/// RGBA of 16 bits in the machine's own byte order.
const PIXELS: &str = if cfg!(target_endian = "big") {
    "rgba64be"
} else {
    "rgba64le"
};

/// Frames between two of the three; with those at work, so many lie in memory.
const WAITING: usize = 1;
const FRAMES: usize = 2 * WAITING + 3;

pub(super) fn run(job: &Job<'_>, look: &Look) -> Result<Done, Failure> {
    let mut decoder = decoder(job)?;
    let mut encoder = encoder(job)?;
    let (Some(decoded), Some(encoded)) = (decoder.child.stdout.take(), encoder.child.stdin.take())
    else {
        return Err(Failure::new("cannot talk to ffmpeg"));
    };
    let rendered = render(job, look, decoded, encoded);
    // The encoder first: when it ends early, the decoder has nobody to write to.
    let frames = match rendered {
        Ok(frames) => frames,
        Err(Failure::PipeClosed) => {
            encoder.wait(job.interrupt)?;
            return Err(job.failure(&encoder));
        }
        Err(failure) => return Err(failure),
    };
    if !decoder.wait(job.interrupt)? || frames == 0 {
        return Err(job.failure(&decoder));
    }
    if !encoder.wait(job.interrupt)? {
        return Err(job.failure(&encoder));
    }
    Ok(Done {
        frames,
        problem: decoder.said().or_else(|| encoder.said()),
        way: "look applied by the core",
    })
}

fn decoder(job: &Job<'_>) -> Result<Process, Failure> {
    let clip = job.clip;
    // Raw frames have no times, so they are made even; the start counts from the sound's.
    let filters = format!("fps={}:start_time=0,{}", clip.rate, job.to_rgb(PIXELS));
    let mut command = job.ffmpeg.command();
    command
        .args(input(&clip.path))
        .args(["-map", &format!("0:{}", clip.stream), "-vf", &filters])
        .args(["-f", "rawvideo", "-pix_fmt", PIXELS, "pipe:1"])
        .stdout(Stdio::piped());
    Process::start(&mut command, job.output.folder(), "decoder.log")
}

fn encoder(job: &Job<'_>) -> Result<Process, Failure> {
    let clip = job.clip;
    let [width, height] = job.size();
    let aspect = match &clip.aspect {
        Some(aspect) => format!(",setsar={aspect}"),
        None => String::new(),
    };
    let mut command = job.ffmpeg.command();
    command
        .args(["-protocol_whitelist", "pipe", "-f", "rawvideo"])
        .args(["-pix_fmt", PIXELS, "-framerate", &clip.rate])
        .args(["-video_size", &format!("{width}x{height}")])
        .args(["-i", "pipe:0"])
        .args(input(&clip.path))
        .args(["-vf", &format!("{}{aspect}", job.to_yuv())])
        .args(job.encoding("0:v:0", 1))
        .stdin(Stdio::piped());
    Process::start(&mut command, job.output.folder(), "encoder.log")
}

/// Carries every frame from the decoder through the look to the encoder; how many there were.
fn render(
    job: &Job<'_>,
    look: &Look,
    decoded: impl Read + Send,
    encoded: impl Write + Send,
) -> Result<u64, Failure> {
    let [width, height] = job.size().map(|side| side as usize);
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let renderer = Renderer::new(look).with_threads(threads);
    let bar = output::progress(job.clip.frames.unwrap_or(0));

    thread::scope(|scope| {
        let (give, empty) = sync_channel(FRAMES);
        for _ in 0..FRAMES {
            let _ = give.send(vec![0; width * height * 4]);
        }
        let (read, full) = sync_channel(WAITING);
        let (done, ready) = sync_channel(WAITING);
        let reader = scope.spawn(move || read_frames(decoded, &empty, &read));
        let writer = scope.spawn(move || write_frames(encoded, &ready, &give));

        let mut frames = 0;
        let mut outcome = Ok(());
        for mut pixels in &full {
            outcome = job.interrupt.check().and_then(|()| {
                let mut frame = Frame::new(&mut pixels, width, height)?;
                renderer.render(&mut frame);
                Ok(())
            });
            // A writer that has ended says why below.
            if outcome.is_err() || done.send(pixels).is_err() {
                break;
            }
            frames += 1;
            bar.set_position(frames);
        }
        drop((full, done));
        let written = writer.join();
        let read = reader.join();
        bar.finish_and_clear();
        job.interrupt.check()?;
        outcome?;
        let stopped = || Failure::new("a thread has stopped");
        written.map_err(|_| stopped())??;
        read.map_err(|_| stopped())??;
        Ok(frames)
    })
}

/// Reads frames until there are no more, or nobody wants them. A cut last frame is dropped.
fn read_frames(
    mut from: impl Read,
    empty: &Receiver<Vec<u16>>,
    full: &SyncSender<Vec<u16>>,
) -> io::Result<()> {
    for mut pixels in empty {
        match from.read_exact(bytemuck::cast_slice_mut(&mut pixels)) {
            Ok(()) if full.send(pixels).is_ok() => {}
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
            _ => break,
        }
    }
    Ok(())
}

/// Writes frames as they come, and gives their memory back.
fn write_frames(
    mut to: impl Write,
    ready: &Receiver<Vec<u16>>,
    empty: &SyncSender<Vec<u16>>,
) -> io::Result<()> {
    for pixels in ready {
        to.write_all(bytemuck::cast_slice(&pixels))?;
        // The reader may have come to its end.
        let _ = empty.send(pixels);
    }
    Ok(())
}

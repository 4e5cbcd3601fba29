//! Frames through a table and through a whole look, here and in ffmpeg.

use std::fs;
use std::path::Path;
use std::time::Instant;

use colorist_core::{Frame, Look, Renderer, look::Channel};
use serde_json::{Value, json};

use super::peer::Ffmpeg;
use super::{SIZE, milliseconds, said};
use crate::bench::stats::Stats;
use crate::failure::Failure;

/// Ours and ffmpeg take turns, so that what else the machine does hits all of them.
const ROUNDS: usize = 5;

/// A kind of frame.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    width: usize,
    height: usize,
    bits: u8,
    /// ffmpeg's pixel formats: the same data, and in planes, for which it has vector code.
    pub(super) formats: [&'static str; 2],
}

const fn kind(name: &'static str, (width, height): (usize, usize), bits: u8) -> Kind {
    let formats = if bits == 8 {
        ["rgba", "gbrp"]
    } else {
        ["rgba64le", "gbrp16le"]
    };
    Kind {
        name,
        width,
        height,
        bits,
        formats,
    }
}

const HD: (usize, usize) = (1920, 1080);
const UHD: (usize, usize) = (3840, 2160);

pub(super) const KINDS: [Kind; 4] = [
    kind("1080p, 8 bits", HD, 8),
    kind("1080p, 16 bits", HD, 16),
    kind("4K, 8 bits", UHD, 8),
    kind("4K, 16 bits", UHD, 16),
];

/// The times of one kind of frame through the table.
pub(super) struct Through {
    pub(super) kind: Kind,
    /// With dithering of 8 bits.
    pub(super) colorist: Stats,
    /// In the order of [`Kind::formats`].
    pub(super) ffmpeg: Option<[Stats; 2]>,
}

impl Through {
    /// How many times faster than the faster of ffmpeg's formats, by medians.
    pub(super) fn ratio(&self) -> Option<f64> {
        let [packed, planar] = self.ffmpeg?;
        Some(packed.p50.min(planar.p50) / self.colorist.p50)
    }

    pub(super) fn to_json(&self) -> Value {
        let Kind {
            width,
            height,
            bits,
            formats,
            ..
        } = self.kind;
        let peers = self.ffmpeg.map(|stats| {
            let formats = formats.iter().zip(stats);
            let peers = formats.map(|(format, ms)| json!({"format": format, "ms": ms.to_json()}));
            peers.collect::<Vec<_>>()
        });
        json!({
            "width": width,
            "height": height,
            "bits": bits,
            "coloristMs": self.colorist.to_json(),
            "ffmpeg": peers,
            "ratio": self.ratio(),
        })
    }
}

/// Times one kind of frame through the look's table; the look has no spatial part.
pub(super) fn through(
    kind: Kind,
    look: &Look,
    threads: usize,
    count: usize,
    ffmpeg: Option<&Ffmpeg>,
) -> Result<Through, Failure> {
    let renderer = Renderer::new(look).with_threads(threads);
    let content = content(kind.width, kind.height);
    let folder = tempfile::tempdir().map_err(|error| Failure::new(error.to_string()))?;
    let (frame, cube) = (folder.path().join("frame"), folder.path().join("look.cube"));
    let write = |path: &Path, bytes: &[u8]| {
        fs::write(path, bytes).map_err(|error| Failure::file("write", path, &error))
    };
    let table = look.lut(SIZE).map_err(|error| said(&error))?;
    write(&cube, table.to_cube("").as_bytes())?;
    let mut ours: Box<dyn FnMut(usize) -> Result<Vec<f64>, Failure>> = if kind.bits == 8 {
        let bytes: Vec<u8> = content.iter().map(|v| (v >> 8) as u8).collect();
        write(&frame, &bytes)?;
        Box::new(move |n| times(&renderer, &bytes, kind, n))
    } else {
        let bytes: Vec<u8> = content.iter().flat_map(|v| v.to_le_bytes()).collect();
        write(&frame, &bytes)?;
        Box::new(move |n| times(&renderer, &content, kind, n))
    };
    let rounds = count.min(ROUNDS);
    let (mut colorist, mut peers) = (Vec::new(), [Vec::new(), Vec::new()]);
    for round in 0..rounds {
        let n = count / rounds + usize::from(round < count % rounds);
        colorist.extend(ours(n)?);
        if let Some(ffmpeg) = ffmpeg {
            for (times, format) in peers.iter_mut().zip(kind.formats) {
                let size = (kind.width, kind.height);
                let input = (frame.as_path(), kind.formats[0], size);
                times.extend(ffmpeg.times(input, format, &cube, threads, n)?);
            }
        }
    }
    Ok(Through {
        kind,
        colorist: Stats::new(colorist),
        ffmpeg: ffmpeg.map(|_| peers.map(Stats::new)),
    })
}

/// Times an 8-bit frame of 1080p through a whole look.
pub(super) fn whole(look: &Look, threads: usize, count: usize) -> Result<Stats, Failure> {
    let renderer = Renderer::new(look).with_threads(threads);
    let kind = KINDS[0];
    let content = content(kind.width, kind.height);
    let bytes: Vec<u8> = content.iter().map(|v| (v >> 8) as u8).collect();
    Ok(Stats::new(times(&renderer, &bytes, kind, count)?))
}

/// A first frame is for caches and pages, and does not count.
fn times<T: Channel>(
    renderer: &Renderer,
    source: &[T],
    kind: Kind,
    count: usize,
) -> Result<Vec<f64>, Failure> {
    let mut pixels = source.to_vec();
    let mut times = Vec::with_capacity(count + 1);
    for _ in 0..=count {
        pixels.copy_from_slice(source);
        let frame = Frame::new(&mut pixels, kind.width, kind.height);
        let mut frame = frame.map_err(|error| said(&error))?;
        let start = Instant::now();
        renderer.render(&mut frame);
        times.push(milliseconds(start));
    }
    times.remove(0);
    Ok(times)
}

/// Something like a photo: smooth areas of all colors, edges, and grain; opaque.
fn content(width: usize, height: usize) -> Vec<u16> {
    let mut grain = 1u32;
    let mut pixels = Vec::with_capacity(4 * width * height);
    let wave = |at: usize, length: f32| (at as f32 / length).sin();
    for y in 0..height {
        for x in 0..width {
            let edge = if (x / 97 + y / 61) % 5 == 0 {
                0.12
            } else {
                0.0
            };
            for (c, length) in [211.0, 131.0, 77.0].into_iter().enumerate() {
                grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = (grain >> 16) as f32 / 65_535.0 - 0.5;
                let smooth = wave(x + 31 * c, length) * wave(y + 17 * c, 1.7 * length);
                let value = 0.45 + 0.4 * smooth + edge + 0.06 * noise;
                pixels.push((value.clamp(0.0, 1.0) * 65_535.0) as u16);
            }
            pixels.push(u16::MAX);
        }
    }
    pixels
}

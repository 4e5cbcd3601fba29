//! Sharpen: an unsharp mask on luma.

use super::{
    blur,
    plane::{self, Across, Plane, Row},
};
use crate::look::{Channel, Frame, color::luminance};

/// The mask's standard deviation, as a share of the short side: 1.3 pixels of 1080.
const SIGMA: f64 = 0.0012;

/// In pixels, the least that still makes a small picture crisper.
const LEAST: f64 = 0.5;

/// The mask of a larger picture is blurred in a plane whose short side lies between this and its
/// double.
const SIDE: usize = 720;

/// What is added of the detail at amount 1.
const GAIN: f32 = 2.5;

/// The detail that is added with half its strength, as noise is, ...
const NOISE: f32 = 0.008;

/// ... and the one above, so that edges get no halos.
const LIMIT: f32 = 0.06;

/// The mask.
#[derive(Debug)]
pub(super) struct Sharpen {
    gain: f32,
    mask: Plane<1>,
    across: Across,
}

impl Sharpen {
    pub(super) fn new<T: Channel>(frame: &Frame<'_, T>, amount: f32, threads: usize) -> Self {
        let (width, height) = (frame.width(), frame.height());
        let short = width.min(height);
        let factor = (short / SIDE).max(1) as f64;
        let size = plane::fitted(width, height, 1.0 / factor);
        let luma = Plane::reduced(frame, size, threads, |rgb| [luminance(rgb)]);
        // Averaging over a cell blurs, and so does interpolation between cells.
        let sigma = (SIGMA * short as f64).max(LEAST) / factor;
        let already = (1.0 - 1.0 / (factor * factor)) * (1.0 / 12.0 + 1.0 / 6.0);
        Self {
            gain: GAIN * amount,
            mask: blur::gaussian(&luma, (sigma * sigma - already).sqrt(), threads),
            across: Across::new(size.0, width),
        }
    }

    /// Adds the change of luma in the row `y` of `height`.
    pub(super) fn add(
        &self,
        (y, height): (usize, usize),
        luma: &[f32],
        row: &mut Row<1>,
        change: &mut [f32],
    ) {
        let add = |change: &mut f32, luma: f32, mask: f32| {
            let detail = luma - mask;
            let square = detail * detail;
            let noise = square + NOISE * NOISE;
            *change += self.gain * LIMIT * detail * square / (noise * (LIMIT + detail.abs()));
        };
        if self.mask.width == luma.len() && self.mask.height == height {
            let mask = &self.mask.cells[y * luma.len()..];
            for ((change, luma), [mask]) in change.iter_mut().zip(luma).zip(mask) {
                add(change, *luma, *mask);
            }
            return;
        }
        self.mask.row(y, height, row);
        let mut luma = luma.iter();
        self.across.each(row, change, |change, [mask]| {
            add(change, luma.next().copied().unwrap_or_default(), mask);
        });
    }
}

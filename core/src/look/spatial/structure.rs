//! Structure: local contrast, without halos at strong edges.

use super::{
    blur::Window,
    plane::{Across, Plane, Row},
};

/// The standard deviation of the filter's window, as a share of the short side.
const SIGMA: f64 = 0.018;

/// The variance of luma from which on contrast counts as an edge: the filter's epsilon.
const EDGE: f32 = 0.008;

/// The detail that is added with half its strength.
const LIMIT: f32 = 0.2;

/// What is added of the detail at amount 1, and taken away at -1.
const GAIN: (f32, f32) = (1.5, 0.8);

/// The base of a picture's luma, linear in luma: `base = slope luma + offset`.
#[derive(Debug)]
pub(super) struct Structure {
    gain: f32,
    /// One minus the slope, and the offset.
    base: Plane<2>,
    across: Across,
}

impl Structure {
    /// Of a grid with luma in its last number, for a picture of the given width.
    pub(super) fn new(grid: &Plane<4>, width: usize, amount: f32) -> Self {
        let window = Window::new(SIGMA * grid.width.min(grid.height) as f64);
        let mut base = grid.map(|[_, _, _, luma]| [luma, luma * luma]);
        window.average(&mut base);
        let mut base = base.map(|[mean, square]| {
            let variance = (square - mean * mean).max(0.0);
            let rest = EDGE / (variance + EDGE);
            [rest, mean * rest]
        });
        window.average(&mut base);
        Self {
            gain: amount * if amount > 0.0 { GAIN.0 } else { GAIN.1 },
            across: Across::new(base.width, width),
            base,
        }
    }

    /// Adds the change of luma in the row `y` of `height`.
    pub(super) fn add(
        &self,
        (y, height): (usize, usize),
        luma: &[f32],
        row: &mut Row<2>,
        change: &mut [f32],
    ) {
        self.base.row(y, height, row);
        let mut luma = luma.iter();
        self.across.each(row, change, |change, [rest, offset]| {
            let detail = rest * luma.next().copied().unwrap_or_default() - offset;
            *change += self.gain * detail * LIMIT / (LIMIT + detail.abs());
        });
    }
}

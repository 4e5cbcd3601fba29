//! What needs a pixel's neighbors: structure and sharpen before the table, bloom after it.

mod bloom;
mod blur;
mod plane;
mod sharpen;
mod structure;

use self::{
    plane::{Across, Plane},
    sharpen::Sharpen,
    structure::Structure,
};
use super::{Channel, Frame, Lut, color::luminance};

/// The short side of the grid on which structure and bloom are measured; a smaller picture is its
/// own grid.
const GRID: usize = 270;

/// The most cells of the grid: only pictures longer than 16 : 1 would need more.
const CELLS: f64 = (16 * GRID * GRID) as f64;

/// The three amounts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spatial {
    bloom: f32,
    sharpen: f32,
    structure: f32,
}

impl Spatial {
    pub(super) fn new(bloom: f32, sharpen: f32, structure: f32) -> Self {
        Self {
            bloom,
            sharpen,
            structure,
        }
    }

    /// Whether there is nothing to do.
    pub(super) fn is_none(&self) -> bool {
        [self.bloom, self.sharpen, self.structure] == [0.0; 3]
    }

    /// What has to be known of the whole picture before its rows are changed.
    pub(super) fn measure<T: Channel>(
        &self,
        frame: &Frame<'_, T>,
        lut: &Lut,
        threads: usize,
    ) -> Measured {
        let (width, height) = (frame.width(), frame.height());
        let short = width.min(height);
        let mut measured = Measured {
            sharpen: (self.sharpen > 0.0).then(|| Sharpen::new(frame, self.sharpen, threads)),
            structure: None,
            glow: None,
        };
        if self.structure == 0.0 && self.bloom == 0.0 {
            return measured;
        }
        // Means of the squares, which are nearly linear light, and of luma.
        let scale = GRID.min(short) as f64 / short as f64;
        let scale = scale.min((CELLS / (width as f64 * height as f64)).sqrt());
        let size = plane::fitted(width, height, scale);
        let grid = Plane::reduced(frame, size, threads, |[r, g, b]| {
            [r * r, g * g, b * b, luminance([r, g, b])]
        });
        if self.structure != 0.0 {
            measured.structure = Some(Structure::new(&grid, width, self.structure));
        }
        if self.bloom > 0.0 {
            let glow = bloom::glow(grid, lut, self.bloom);
            measured.glow = Some((Across::new(glow.width, width), glow));
        }
        measured
    }
}

/// What the amounts need to know of a picture.
#[derive(Debug)]
pub(super) struct Measured {
    sharpen: Option<Sharpen>,
    structure: Option<Structure>,
    glow: Option<(Across, Plane<4>)>,
}

/// Buffers of a row, one of these in each thread.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    luma: Vec<f32>,
    change: Vec<f32>,
    one: plane::Row<1>,
    two: plane::Row<2>,
    four: plane::Row<4>,
}

impl Measured {
    /// Structure and sharpen on a row of the source of a picture with `height` rows.
    pub(super) fn detail(&self, y: usize, height: usize, row: &mut [[f32; 4]], s: &mut Scratch) {
        if self.sharpen.is_none() && self.structure.is_none() {
            return;
        }
        s.luma.clear();
        s.luma
            .extend(row.iter().map(|&[r, g, b, _]| luminance([r, g, b])));
        s.change.clear();
        s.change.resize(row.len(), 0.0);
        if let Some(structure) = &self.structure {
            structure.add((y, height), &s.luma, &mut s.two, &mut s.change);
        }
        if let Some(sharpen) = &self.sharpen {
            sharpen.add((y, height), &s.luma, &mut s.one, &mut s.change);
        }
        for (pixel, &change) in row.iter_mut().zip(&s.change) {
            for x in pixel {
                *x = shifted(*x, change);
            }
        }
    }

    /// Bloom on a row of the graded picture with `height` rows.
    pub(super) fn glow(&self, y: usize, height: usize, row: &mut [[f32; 4]], s: &mut Scratch) {
        let Some((across, glow)) = &self.glow else {
            return;
        };
        glow.row(y, height, &mut s.four);
        across.each(&s.four, row, |pixel, glow| {
            for (x, glow) in pixel.iter_mut().zip(glow) {
                *x = bloom::screen(*x, glow);
            }
        });
    }
}

/// A channel moved by `change`, less the nearer the end that it moves to: it never leaves 0 to 1.
#[inline(always)]
fn shifted(x: f32, change: f32) -> f32 {
    let room = if change > 0.0 { 1.0 - x } else { x };
    let moved = x + change * room / (room + change.abs() + 1e-9);
    moved.clamp(0.0, 1.0)
}

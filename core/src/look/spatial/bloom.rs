//! Bloom: a soft glow around bright areas. Light is the square of encoded values here, which is
//! close to linear light and costs a square root to return from.

use super::{blur::Window, plane::Plane};
use crate::look::Lut;

/// The standard deviations of the two glows, as shares of the short side, ...
const SIGMAS: [f64; 2] = [0.012, 0.05];

/// ... and their strengths at amount 1, before the roll-off.
const GAINS: [f32; 2] = [1.6, 0.7];

/// The light from which on a color glows, and the one that glows fully.
const KNEE: [f32; 2] = [0.3, 1.0];

/// The light that is added, 0 to 1, from a grid with the source's light in its first three numbers.
pub(super) fn glow(grid: Plane<4>, lut: &Lut, amount: f32) -> Plane<4> {
    let bright = |[r, g, b, _]: [f32; 4]| {
        let light = lut.sample([r, g, b].map(f32::sqrt)).map(|x| x * x);
        let most = light[0].max(light[1]).max(light[2]);
        let part = ((most - KNEE[0]) / (KNEE[1] - KNEE[0])).clamp(0.0, 1.0);
        let glow = part * part * (3.0 - 2.0 * part);
        [light[0] * glow, light[1] * glow, light[2] * glow, 0.0]
    };
    let short = grid.width.min(grid.height) as f64;
    let mut wide = grid;
    for cell in &mut wide.cells {
        *cell = bright(*cell);
    }
    let mut glow = wide.clone();
    for (plane, sigma) in [&mut glow, &mut wide].into_iter().zip(SIGMAS) {
        // Three boxes are a good Gaussian.
        let window = Window::new(sigma * short / 3f64.sqrt());
        for _ in 0..3 {
            window.average(plane);
        }
    }
    for (cell, wide) in glow.cells.iter_mut().zip(&wide.cells) {
        for (x, wide) in cell.iter_mut().zip(wide) {
            // Small lights glow visibly, large ones do not drown the picture.
            let light = (amount * (GAINS[0] * *x + GAINS[1] * wide)).max(0.0);
            *x = light / (1.0 + light);
        }
    }
    glow
}

/// An encoded channel with light added so that it never leaves 0 to 1: what is not yet light is
/// filled by the glow's share ("screen").
#[inline(always)]
pub(super) fn screen(x: f32, glow: f32) -> f32 {
    let light = x * x;
    (light + glow * (1.0 - light)).sqrt().min(1.0)
}

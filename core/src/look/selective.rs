//! Selective colors: saturation and luminance of six hues.
//!
//! Between the centers of two neighboring colors one fades into the other with a smoothstep, so
//! the six windows sum to 1 at every hue and a color has no say beyond its neighbors' centers.
//! Purple and magenta lie between blue and red.

use super::gamut;
use crate::edit::SelectiveAdjust;

/// The Oklab hues of red, orange, yellow, green, cyan and blue, degrees, ascending.
///
/// Near the hues of the sRGB primaries and secondaries (29, 53, 110, 143, 195, 264); yellow and
/// green are moved towards red, so that foliage (126 to 139) counts as green.
const CENTERS: [f32; SelectiveAdjust::COUNT] = [27.0, 58.0, 100.0, 132.0, 195.0, 260.0];

/// The chroma at which luminance has half its effect; grays, which have no hue, stay.
const COLORED: f32 = 0.05;

/// `(1 + x) / (1 - x)` is the slope at black of the luminance curve at slider 100.
const LUMINANCE: f32 = 0.4;

/// The twelve sliders as steps from color to color around the wheel.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Selective {
    /// Where red is on the wheel, see [`wheel`].
    start: f32,
    /// Of each color: how far its center lies from red, and 1 / the distance to the next.
    windows: [[f32; 2]; SelectiveAdjust::COUNT],
    /// Of red: saturation and luminance.
    first: [f32; 2],
    /// From each color to the next: the change of saturation and luminance.
    steps: [[f32; 2]; SelectiveAdjust::COUNT],
}

impl Selective {
    pub(super) fn new(sliders: &SelectiveAdjust) -> Self {
        let mut values = [[0.0; 2]; SelectiveAdjust::COUNT];
        for (value, (_, color)) in values.iter_mut().zip(sliders.iter()) {
            *value = [
                super::slider(color.saturation),
                super::slider(color.luminance) * LUMINANCE,
            ];
        }
        let centers = CENTERS.map(|hue| {
            let (b, a) = hue.to_radians().sin_cos();
            wheel(a, b)
        });
        let start = centers[0];
        let mut windows = [[0.0; 2]; SelectiveAdjust::COUNT];
        let mut steps = windows;
        for i in 0..SelectiveAdjust::COUNT {
            let next = (i + 1) % SelectiveAdjust::COUNT;
            let width = (centers[next] - centers[i]).rem_euclid(4.0);
            windows[i] = [centers[i] - start, width.recip()];
            steps[i] = [
                values[next][0] - values[i][0],
                values[next][1] - values[i][1],
            ];
        }
        Self {
            start,
            windows,
            first: values[0],
            steps,
        }
    }

    /// An Oklab color; `reach`: how far from gray to the gamut's surface it was before the edit.
    #[inline(always)]
    pub(super) fn apply(&self, [l, a, b]: [f32; 3], reach: f32) -> [f32; 3] {
        let turn = wheel(a, b) - self.start;
        let turn = if turn < 0.0 { turn + 4.0 } else { turn };
        let [mut saturation, mut luminance] = self.first;
        for ([center, scale], step) in self.windows.iter().zip(&self.steps) {
            let t = ((turn - center) * scale).clamp(0.0, 1.0);
            let passed = t * t * (3.0 - 2.0 * t);
            saturation += passed * step[0];
            luminance += passed * step[1];
        }
        let square = a * a + b * b;
        let x = luminance * square / (square + COLORED * COLORED);
        // Schlick's curve as for brightness: 0 and 1 stay, opposite values cancel.
        let k = (1.0 + x) / (1.0 - x);
        let scale = k / (1.0 + (k - 1.0) * l.min(1.0));
        let chroma = scale * gamut::eased((1.0 + saturation).max(0.0), reach);
        [l * scale, a * chroma, b * chroma]
    }
}

/// The direction of (a, b) as a number from 0 to 4 that grows with the hue angle: the perimeter of
/// a square instead of a circle, which needs no arc tangent.
#[inline(always)]
fn wheel(a: f32, b: f32) -> f32 {
    let t = b / (a.abs() + b.abs()).max(1e-12);
    let left = 2.0 - t;
    let right = if t < 0.0 { 4.0 + t } else { t };
    if a < 0.0 { left } else { right }
}

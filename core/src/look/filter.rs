//! A filter: a [`Recipe`] made ready for pixels.

use super::{
    color::{self, Block, each, luminance},
    gamut,
    recipe::{Recipe, Tint},
};

/// The intervals of a channel's curve, which is linear in between.
const STEPS: usize = 512;

/// A channel's curve.
type Curve = [f32; STEPS + 1];

/// The part of the range next to black and white into which is bent what a plain CDL cuts off.
const KNEE: f64 = 0.12;

/// The Oklab lightness and chroma of a tint at amount 1.
const TINT: (f32, f32) = (0.65, 0.15);

/// Makes `y (1 - y)^2` 1 high.
const BUMP: f32 = 27.0 / 4.0;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filter {
    /// How much of it, above 0 to 1.
    intensity: f32,
    /// Slope, offset and power of each channel.
    curves: [Box<Curve>; 3],
    saturation: f32,
    mono: f32,
    weights: [f32; 3],
    shadows: [f32; 3],
    highlights: [f32; 3],
}

impl Filter {
    /// The recipe is in range; the intensity is above 0, at most 1.
    pub(super) fn new(recipe: &Recipe, intensity: f32) -> Self {
        let curve = |c: usize| curve(recipe.slope[c], recipe.offset[c], recipe.power[c]);
        Self {
            intensity,
            curves: [curve(0), curve(1), curve(2)],
            saturation: recipe.saturation as f32,
            mono: recipe.mono.mix as f32,
            weights: recipe.mono.weights.map(|weight| weight as f32),
            shadows: tint(recipe.shadows),
            highlights: tint(recipe.highlights),
        }
    }

    /// Encoded colors, 0 to 1 in and out, in place.
    #[inline(always)]
    pub(super) fn apply<const N: usize>(&self, block: &mut Block<N>) {
        let before = *block;
        if self.mono > 0.0 {
            each(block, |rgb| self.desaturated(rgb));
        }
        for (channel, curve) in block.iter_mut().zip(&self.curves) {
            for x in channel {
                *x = look_up(curve, *x);
            }
        }
        each(block, |rgb| self.toned(self.saturated(rgb)));
        for (after, before) in block.iter_mut().zip(&before) {
            for (x, was) in after.iter_mut().zip(before) {
                *x = (was + (*x - was) * self.intensity).clamp(0.0, 1.0);
            }
        }
    }

    /// Saturation around luma, as the CDL has it, but eased towards the cube's surface.
    #[inline(always)]
    fn saturated(&self, rgb: [f32; 3]) -> [f32; 3] {
        let luma = luminance(rgb);
        let scale = gamut::eased(self.saturation, gamut::reach(rgb));
        rgb.map(|x| luma + (x - luma) * scale)
    }

    #[inline(always)]
    fn desaturated(&self, rgb: [f32; 3]) -> [f32; 3] {
        let [r, g, b] = self.weights;
        let gray = (r * rgb[0] + g * rgb[1] + b * rgb[2]).clamp(0.0, 1.0);
        rgb.map(|x| x + (gray - x) * self.mono)
    }

    #[inline(always)]
    fn toned(&self, rgb: [f32; 3]) -> [f32; 3] {
        let luma = luminance(rgb).clamp(0.0, 1.0);
        let bump = BUMP * luma * (1.0 - luma);
        let mut out = [0.0; 3];
        for c in 0..3 {
            let tint = (1.0 - luma) * self.shadows[c] + luma * self.highlights[c];
            out[c] = rgb[c] + bump * tint;
        }
        gamut::fade(out, gamut::reach(rgb))
    }
}

/// What a tint of that hue adds to an encoded gray; its luma is 0.
fn tint(tint: Tint) -> [f32; 3] {
    let (lightness, chroma) = TINT;
    let (sin, cos) = (tint.hue as f32).to_radians().sin_cos();
    let rgb = color::lab_to_rgb([lightness, chroma * cos, chroma * sin]);
    let rgb = rgb.map(|x| color::encode(x.max(0.0)));
    let luma = luminance(rgb);
    rgb.map(|x| (x - luma) * tint.amount as f32)
}

/// `(slope x + offset) ^ power` at `STEPS + 1` points.
///
/// A plain CDL cuts off at 0 and 1; here what lies beyond is bent into the last [`KNEE`] of the
/// range, so that black and white stay and no detail ends abruptly.
fn curve(slope: f64, offset: f64, power: f64) -> Box<Curve> {
    let (below, above) = ((-offset).max(0.0), (slope + offset - 1.0).max(0.0));
    let point = |i: usize| {
        let x = slope * i as f64 / STEPS as f64 + offset;
        let x = 1.0 - knee(1.0 - x, above);
        knee(x, below).clamp(0.0, 1.0).powf(power) as f32
    };
    Box::new(std::array::from_fn(point))
}

/// From [-beyond, ..) onto [0, ..): a power curve up to the knee, with slope 1 there.
fn knee(x: f64, beyond: f64) -> f64 {
    if x >= KNEE || beyond <= 0.0 {
        return x;
    }
    let whole = KNEE + beyond;
    KNEE * ((x + beyond).max(0.0) / whole).powf(whole / KNEE)
}

/// The curve at `x`, 0 to 1.
#[inline(always)]
fn look_up(curve: &Curve, x: f32) -> f32 {
    let position = x * STEPS as f32;
    let index = (position as usize).min(STEPS - 1);
    let (low, high) = (curve[index], curve[index + 1]);
    low + (high - low) * (position - index as f32)
}

//! Tone: brightness, contrast, highlights, shadows, on Oklab lightness.
//!
//! Every curve is strictly increasing, keeps white, and has finite slopes, so a composition of
//! them neither reverses a ramp nor tears it apart. Except for negative contrast all keep black.

/// Middle gray: the Oklab lightness of a reflectance of 18 %.
pub(super) const MIDDLE: f32 = 0.564_621_6;

/// The slope at black of the brightness curve at slider 100.
const BRIGHTNESS: f32 = 2.0;

/// The slope at middle gray at contrast 100; at -100 it is [`FLAT`].
const CONTRAST: f32 = 2.5;

/// See [`CONTRAST`].
const FLAT: f32 = 0.5;

/// The most by which highlights and shadows move a lightness; below 0.105 they stay increasing.
const REACH: f32 = 0.1;

/// Makes the bump `l^3 (1 - l)` 1 high.
const BUMP: f32 = 256.0 / 27.0;

/// The four tone sliders as curve parameters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tone {
    /// `k` in `k l / (1 + (k - 1) l)`, Schlick's rational replacement of a gamma curve.
    brightness: f32,
    /// The slope at middle gray of the S-curve, at least 1.
    contrast: f32,
    /// The slope of the straight line that lowers contrast, at most 1.
    flat: f32,
    highlights: f32,
    shadows: f32,
    /// What becomes of black.
    black: f32,
}

impl Tone {
    /// Sliders from -1 to 1.
    pub(super) fn new(brightness: f32, contrast: f32, highlights: f32, shadows: f32) -> Self {
        let mut tone = Self {
            brightness: BRIGHTNESS.powf(brightness),
            contrast: CONTRAST.powf(contrast.max(0.0)),
            flat: 1.0 - (1.0 - FLAT) * (-contrast).max(0.0),
            highlights: highlights * REACH * BUMP,
            shadows: shadows * REACH * BUMP,
            black: 0.0,
        };
        tone.black = tone.curve(0.0);
        tone
    }

    /// Lightness to lightness.
    #[inline(always)]
    fn curve(&self, l: f32) -> f32 {
        let l = self.brightness * l / (1.0 + (self.brightness - 1.0) * l);
        let low = MIDDLE * steep(l / MIDDLE, self.contrast);
        let high = 1.0 - (1.0 - MIDDLE) * steep((1.0 - l) / (1.0 - MIDDLE), self.contrast);
        let l = if l < MIDDLE { low } else { high };
        let l = MIDDLE + (l - MIDDLE) * self.flat;
        let rest = 1.0 - l;
        let l = l + self.highlights * l * l * l * rest;
        let rest = 1.0 - l;
        l + self.shadows * l * rest * rest * rest
    }

    /// The curve on an Oklab color. As more or less light would, it keeps the chromaticity: chroma
    /// is scaled like lightness, apart from lifted black, which has none to scale.
    #[inline(always)]
    pub(super) fn apply(&self, [l, a, b]: [f32; 3]) -> [f32; 3] {
        let curved = self.curve(l);
        let scale = (curved - self.black) / l.max(1e-4);
        [curved, a * scale, b * scale]
    }
}

/// `u / (c - (c - 1) u)`: 0 and 1 stay, the slope is `1 / c` at 0 and `c` at 1.
#[inline(always)]
fn steep(u: f32, c: f32) -> f32 {
    // Below 1 in both branches of `curve` for the branch that is taken; the other one is discarded.
    let u = u.min(1.0);
    u / (c - (c - 1.0) * u)
}

//! Color as a whole: hue, saturation, vibrance, in Oklab.

use super::gamut;

/// The Oklab chroma at which vibrance has half its effect; foliage and skies are about here.
const MUTED: f32 = 0.12;

/// The Oklab hue of human skin, light and dark, degrees.
const SKIN_HUE: f32 = 47.0;

/// How far from [`SKIN_HUE`] the protection of skin ends, degrees.
const SKIN_WIDTH: f32 = 40.0;

/// The share of vibrance that skin is spared.
const SKIN_SPARED: f32 = 0.6;

/// The three sliders as factors.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chroma {
    cos: f32,
    sin: f32,
    saturation: f32,
    vibrance: f32,
    skin: [f32; 2],
    skin_edge: f32,
}

impl Chroma {
    /// Sliders from -1 to 1.
    pub(super) fn new(hue: f32, saturation: f32, vibrance: f32) -> Self {
        let (sin, cos) = (hue * std::f32::consts::PI).sin_cos();
        let (skin_b, skin_a) = SKIN_HUE.to_radians().sin_cos();
        Self {
            cos,
            sin,
            saturation: 1.0 + saturation,
            vibrance,
            skin: [skin_a, skin_b],
            skin_edge: SKIN_WIDTH.to_radians().cos(),
        }
    }

    /// An Oklab color; `reach`: how far from gray to the gamut's surface it was before the edit.
    #[inline(always)]
    pub(super) fn apply(&self, [l, a, b]: [f32; 3], reach: f32) -> [f32; 3] {
        let a1 = self.cos * a - self.sin * b;
        let b1 = self.sin * a + self.cos * b;
        let square = a1 * a1 + b1 * b1;
        // The cosine of the angle to skin; 0 / 0 of gray becomes 0, where it has no effect.
        let along = (a1 * self.skin[0] + b1 * self.skin[1]) / square.sqrt().max(1e-9);
        let t = ((along - self.skin_edge) / (1.0 - self.skin_edge)).clamp(0.0, 1.0);
        let spared = 1.0 - SKIN_SPARED * t * t * (3.0 - 2.0 * t);
        // Chroma times this stays increasing in chroma for every slider value.
        let muted = 1.0 / (1.0 + square / (MUTED * MUTED));
        let vibrance = 1.0 + self.vibrance * muted * spared;
        let scale = gamut::eased(self.saturation * vibrance, reach);
        [l, a1 * scale, b1 * scale]
    }
}

//! Linear light: exposure, white balance, offset.

use super::color::{self, LUMINANCE};

/// Exposure at slider 100, stops.
const STOPS: f32 = 2.0;

/// Logarithms of the cone gains at temperature 100: from D65 to a black body of 3000 K on the
/// Planckian locus (179 mired warmer; formula of Kim et al. 2002), in Oklab's cone space.
const WARM: [f32; 3] = [0.168, -0.023, -0.591];

/// Logarithms of the cone gains at tint 100: gray moves by 0.12 of its lightness to the Oklab hue
/// 335 degrees, magenta, which is opposite to green.
const MAGENTA: [f32; 3] = [0.140, 0.0187, 0.2107];

/// The linear light added to black at linear offset 100; white stays.
const LIFT: f32 = 0.1;

/// The linear light taken from the darks at linear offset -100.
const CRUSH: f32 = 0.05;

/// What happens in linear light.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Balance {
    /// The factor of the exposure.
    gain: f32,
    /// `gain^2 - 1` where light is added, else 0: how much the shoulder bends.
    bend: f32,
    cones: [f32; 3],
    lift: f32,
    crush: f32,
}

impl Balance {
    /// Sliders from -1 to 1.
    pub(super) fn new(exposure: f32, temperature: f32, tint: f32, offset: f32) -> Self {
        let gain = (STOPS * exposure).exp2();
        let mut cones = [0.0; 3];
        for ((gain, warm), magenta) in cones.iter_mut().zip(WARM).zip(MAGENTA) {
            *gain = (temperature * warm + tint * magenta).exp();
        }
        if temperature != 0.0 || tint != 0.0 {
            // The luminance of gray is kept.
            let white = color::luminance(color::lms_to_rgb(cones));
            cones = cones.map(|gain| gain / white);
        }
        debug_assert!((LUMINANCE.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        Self {
            gain,
            bend: (gain * gain - 1.0).max(0.0),
            cones,
            lift: LIFT * offset.max(0.0),
            crush: CRUSH * (-offset).max(0.0),
        }
    }

    /// An encoded channel to exposed linear light, 0 to 1.
    ///
    /// Less light is a plain factor. More light has a shoulder, as film has one for each of its
    /// layers: the slope at black is the factor, white stays white, and nothing is cut off.
    pub(super) fn light(&self, encoded: f32) -> f32 {
        let x = color::decode(encoded);
        self.gain * x / (1.0 + self.bend * x * x).sqrt()
    }

    /// White balance and offset of one pixel's cone responses, in place.
    ///
    /// A constant in linear RGB is the same constant in each cone response, because gray has equal
    /// responses. Taking light away has a toe, `x^2 / (x + c)`, which is `x - c` far from black.
    #[inline(always)]
    pub(super) fn apply(&self, lms: [f32; 3]) -> [f32; 3] {
        let mut out = [0.0; 3];
        for c in 0..3 {
            let x = lms[c] * self.cones[c];
            let x = self.lift + (1.0 - self.lift) * x;
            out[c] = x * (x * (1.0 + self.crush) / (x + self.crush).max(1e-12));
        }
        out
    }
}

//! What the tests measure colors with, written down independently of the library, and random colors.

use colorist_core::Look;
use proptest::{array, prelude::*};

pub(crate) type Rgb = [f32; 3];

/// What 8 bits can show is about 0.004; this is far below it.
pub(crate) const INVISIBLE: f32 = 2e-4;

pub(crate) fn linear(rgb: Rgb) -> Rgb {
    rgb.map(|v| {
        if v <= 0.04045 {
            v / 12.92
        } else {
            ((v + 0.055) / 1.055).powf(2.4)
        }
    })
}

pub(crate) fn luminance(rgb: Rgb) -> f32 {
    let [r, g, b] = linear(rgb);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// Oklab by its definition, independent of the library's.
pub(crate) fn oklab(rgb: Rgb) -> [f32; 3] {
    let [r, g, b] = linear(rgb).map(f64::from);
    let l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b).cbrt();
    let m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b).cbrt();
    let s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b).cbrt();
    [
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    ]
    .map(|x| x as f32)
}

pub(crate) fn lightness(rgb: Rgb) -> f32 {
    oklab(rgb)[0]
}

pub(crate) fn chroma(rgb: Rgb) -> f32 {
    let [_, a, b] = oklab(rgb);
    a.hypot(b)
}

/// The angle between two hues, radians.
pub(crate) fn turn(from: Rgb, to: Rgb) -> f32 {
    let [_, a, b] = oklab(from);
    let [_, c, d] = oklab(to);
    let angle = d.atan2(c) - b.atan2(a);
    angle.sin().atan2(angle.cos())
}

pub(crate) fn from_oklab(l: f32, chroma: f32, degrees: f32) -> Rgb {
    let (b, a) = (degrees.to_radians().sin(), degrees.to_radians().cos());
    let (a, b) = (a * chroma, b * chroma);
    let [x, y, z] = [
        l + 0.39633778 * a + 0.21580376 * b,
        l - 0.105561346 * a - 0.06385417 * b,
        l - 0.08948418 * a - 1.2914855 * b,
    ]
    .map(|v| v * v * v);
    let rgb = [
        4.0767417 * x - 3.3077116 * y + 0.23096994 * z,
        -1.268438 * x + 2.6097574 * y - 0.34131938 * z,
        -0.0041960863 * x - 0.7034186 * y + 1.7076147 * z,
    ];
    rgb.map(|v| {
        let v = v.clamp(0.0, 1.0);
        if v <= 0.0031308 {
            12.92 * v
        } else {
            1.055 * v.powf(1.0 / 2.4) - 0.055
        }
    })
}

pub(crate) fn any_color() -> impl Strategy<Value = Rgb> {
    array::uniform3(0.0f32..=1.0)
}

/// Colors of ordinary pictures: neither next to black and white nor on the gamut's surface.
pub(crate) fn ordinary() -> impl Strategy<Value = Rgb> {
    (0.45f32..0.75, 0.02f32..0.06, 0.0f32..360.0).prop_map(|(l, c, h)| from_oklab(l, c, h))
}

/// The greatest second difference of any channel along a straight way through the colors, in steps
/// finer than 8 bits: what would be seen as a band.
pub(crate) fn bend(look: &Look, from: Rgb, to: Rgb) -> f32 {
    let at = |i: u8| {
        let t = f32::from(i) / 200.0;
        look.color([0, 1, 2].map(|c| from[c] + (to[c] - from[c]) * t))
    };
    let ramp: Vec<Rgb> = (0..=200).map(at).collect();
    let second = |w: &[Rgb]| [0, 1, 2].map(|c| (w[0][c] - 2.0 * w[1][c] + w[2][c]).abs());
    ramp.windows(3).flat_map(second).fold(0.0, f32::max)
}

//! Color arithmetic: the sRGB transfer function, Oklab, luminance.
//!
//! All functions are branch-free `f32` arithmetic without calls into the C library, apart from
//! [`decode`], so that loops over them become vector instructions on every target.
//!
//! - Transfer function and primaries: IEC 61966-2-1 (sRGB).
//! - Oklab: Björn Ottosson, "A perceptual color space for image processing" (2020), with the
//!   matrices of his 2021-01-25 revision.

/// A block of `N` pixels, channel by channel.
pub(super) type Block<const N: usize> = [[f32; N]; 3];

/// The share of each linear sRGB primary in the luminance of white (ITU-R BT.709).
pub(super) const LUMINANCE: [f32; 3] = [0.2126, 0.7152, 0.0722];

/// Linear sRGB to the cone responses of Oklab. Each row sums to 1: gray has equal responses.
const RGB_TO_LMS: [[f32; 3]; 3] = [
    [0.412_221_46, 0.536_332_55, 0.051_445_995],
    [0.211_903_5, 0.680_699_5, 0.107_396_96],
    [0.088_302_46, 0.281_718_85, 0.629_978_7],
];

/// Its inverse.
const LMS_TO_RGB: [[f32; 3]; 3] = [
    [4.076_741_7, -3.307_711_6, 0.230_969_94],
    [-1.268_438, 2.609_757_4, -0.341_319_38],
    [-0.004_196_086_3, -0.703_418_6, 1.707_614_7],
];

/// Cube roots of the cone responses to Oklab.
const ROOTS_TO_LAB: [[f32; 3]; 3] = [
    [0.210_454_26, 0.793_617_8, -0.004_072_047],
    [1.977_998_5, -2.428_592_2, 0.450_593_7],
    [0.025_904_037, 0.782_771_77, -0.808_675_77],
];

/// An sRGB-encoded channel to linear light; both 0 to 1.
pub(super) fn decode(value: f32) -> f32 {
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// Linear light to an sRGB-encoded channel; both 0 to 1.
#[inline(always)]
pub(super) fn encode(value: f32) -> f32 {
    // x^(1/2.4) = x^(5/12) = c * c^(1/4) with c the cube root.
    let root = cbrt(value);
    let power = 1.055 * root * root.sqrt().sqrt() - 0.055;
    let line = 12.92 * value;
    if value <= 0.003_130_8 { line } else { power }
}

/// The cube root; values below 1e-15 (invisible) count as 1e-15.
#[inline(always)]
pub(super) fn cbrt(value: f32) -> f32 {
    let x = value.max(1e-15);
    // A third of the exponent is a guess within 6 %; Halley's step cubes the error.
    let mut y = f32::from_bits(x.to_bits() / 3 + 709_921_077);
    for _ in 0..2 {
        let cube = y * y * y;
        y *= (cube + 2.0 * x) / (2.0 * cube + x);
    }
    y
}

/// Three channels through a 3 x 3 matrix.
#[inline(always)]
fn transform(m: &[[f32; 3]; 3], [x, y, z]: [f32; 3]) -> [f32; 3] {
    m.map(|row| row[0] * x + row[1] * y + row[2] * z)
}

/// Linear sRGB to cone responses.
#[inline(always)]
pub(super) fn rgb_to_lms(rgb: [f32; 3]) -> [f32; 3] {
    transform(&RGB_TO_LMS, rgb)
}

/// Cone responses to linear sRGB.
pub(super) fn lms_to_rgb(lms: [f32; 3]) -> [f32; 3] {
    transform(&LMS_TO_RGB, lms)
}

/// Cone responses, none negative, to Oklab.
#[inline(always)]
pub(super) fn lms_to_lab(lms: [f32; 3]) -> [f32; 3] {
    transform(&ROOTS_TO_LAB, lms.map(cbrt))
}

/// Oklab to linear sRGB, which lies outside 0 to 1 where the color is out of gamut.
#[inline(always)]
pub(super) fn lab_to_rgb([l, a, b]: [f32; 3]) -> [f32; 3] {
    let roots = [
        l + 0.396_337_78 * a + 0.215_803_76 * b,
        l - 0.105_561_346 * a - 0.063_854_17 * b,
        l - 0.089_484_18 * a - 1.291_485_5 * b,
    ];
    transform(&LMS_TO_RGB, roots.map(|root| root * root * root))
}

/// The weighted sum that is the luminance of linear values, and luma of encoded ones.
#[inline(always)]
pub(super) fn luminance([r, g, b]: [f32; 3]) -> f32 {
    LUMINANCE[0] * r + LUMINANCE[1] * g + LUMINANCE[2] * b
}

/// The pixel `i` of a block.
#[inline(always)]
pub(super) fn pixel<const N: usize>(block: &Block<N>, i: usize) -> [f32; 3] {
    [block[0][i], block[1][i], block[2][i]]
}

/// Sets the pixel `i` of a block.
#[inline(always)]
pub(super) fn set<const N: usize>(block: &mut Block<N>, i: usize, [x, y, z]: [f32; 3]) {
    block[0][i] = x;
    block[1][i] = y;
    block[2][i] = z;
}

/// Replaces each color of a block. A loop for each step and no branch within keep it vectorizable.
#[inline(always)]
pub(super) fn each<const N: usize>(block: &mut Block<N>, step: impl Fn([f32; 3]) -> [f32; 3]) {
    for i in 0..N {
        let color = step(pixel(block, i));
        set(block, i, color);
    }
}

/// A value of any kind into 0 to 1; what is not a number is 0.
#[inline(always)]
pub(super) fn unit(value: f32) -> f32 {
    let value = if value > 0.0 { value } else { 0.0 };
    if value < 1.0 { value } else { 1.0 }
}

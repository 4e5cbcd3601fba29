//! Back into the sRGB gamut, without cutting channels off.
//!
//! A channel that is cut off changes the hue. Instead a color that leaves the cube first gives up
//! half (in stops) of what its brightest channel has too much, and then fades towards the gray of
//! its luminance until it is inside. Both begin softly, and only beyond where the color was before
//! the edit: an edit of nothing changes nothing, and a small one changes little.

use super::color::luminance;

/// The knee lies at `SOFT * (1 - x)` below the limit for a color that was at `x` of it.
const SOFT: f32 = 0.25;

/// `value` up to the knee, then bent so that it never reaches 1.
#[inline(always)]
fn bent(value: f32, before: f32) -> f32 {
    let room = (SOFT * (1.0 - before)).max(1e-6);
    let over = (value - (1.0 - room)).max(0.0);
    value.min(1.0 - room) + over * room / (over + room)
}

#[inline(always)]
fn highest([r, g, b]: [f32; 3]) -> f32 {
    r.max(g).max(b)
}

/// How far from that gray, 0, to the cube's surface, 1, a color is; more outside.
#[inline(always)]
fn spread(rgb: [f32; 3], gray: f32) -> f32 {
    let [r, g, b] = rgb;
    let up = (highest(rgb) - gray) / (1.0 - gray).max(1e-5);
    let down = (gray - r.min(g).min(b)) / gray.max(1e-5);
    up.max(down)
}

/// The factor by which a color moves from gray when it shall move by `gain`.
///
/// Less is less. More is the whole gain next to gray and nothing on the cube's surface (`reach`
/// 1), so that vivid colors are not pushed out of the gamut; it increases with the gain anywhere.
#[inline(always)]
pub(super) fn eased(gain: f32, reach: f32) -> f32 {
    let (gain2, reach2) = (gain * gain, reach * reach);
    let bend = (gain2 * gain2 - 1.0).max(0.0);
    gain / (1.0 + bend * reach2 * reach2).sqrt().sqrt()
}

/// How far from gray, 0, to the cube's surface, 1, a color in the cube is.
#[inline(always)]
pub(super) fn reach(rgb: [f32; 3]) -> f32 {
    spread(rgb, luminance(rgb)).min(1.0)
}

/// A color, linear or encoded, towards the gray of its luminance into the cube. `was`: its
/// [`reach`] before the edit.
#[inline(always)]
pub(super) fn fade(rgb: [f32; 3], was: f32) -> [f32; 3] {
    let gray = luminance(rgb).clamp(0.0, 1.0);
    let now = spread(rgb, gray);
    let scale = bent(now, was) / now.max(1e-9);
    let scale = scale.min(1.0);
    rgb.map(|x| (gray + (x - gray) * scale).clamp(0.0, 1.0))
}

/// A linear color into the cube. `before`: the color before the edit, `was`: its [`reach`].
#[inline(always)]
pub(super) fn fit(rgb: [f32; 3], before: [f32; 3], was: f32) -> [f32; 3] {
    let top = highest(rgb).max(1e-9);
    let limit = highest(before).max(luminance(rgb)).min(1.0);
    let scale = (bent(top, limit) / top).min(1.0).sqrt();
    fade(rgb.map(|x| x * scale), was)
}

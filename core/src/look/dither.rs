//! Colors to channels, with ordered dithering for 8 bits.
//!
//! A smooth ramp in 8 bits has visible steps. A threshold that differs from pixel to pixel, added
//! before rounding, turns them into fine grain whose local average is the ramp. The thresholds are
//! those of an additive recurrence in two dimensions (Martin Roberts, "The Unreasonable
//! Effectiveness of Quasirandom Sequences", 2018): evenly spread in every neighborhood, and the
//! same in every run. All three channels get the same threshold, so that gray stays gray. It is
//! just less than half a step, so that values that need no rounding stay exactly what they are.

use super::Channel;

/// The recurrence's steps to the right and down, `1 / p` and `1 / p^2` with the plastic ratio
/// `p = 1.3247...`, as parts of 2^32.
const STEPS: [u32; 2] = [3_242_174_889, 2_447_445_414];

/// The whole range of thresholds, in steps between values.
const RANGE: f32 = 0.998;

/// Pixels that are computed together, so that loops become vector instructions.
pub(super) const LANES: usize = 64;

/// Colors, 0 to 1, into the channels of one row of a frame, the row `y`; `dither` has an effect on
/// 8 bits only. For integers values beyond 0 to 1 count as the ends. Alpha in `out` stays.
pub(super) fn encode_row<T: Channel>(row: &[[f32; 4]], out: &mut [T], y: usize, dither: bool) {
    let pixels = out.as_chunks_mut::<4>().0;
    for (i, (colors, pixels)) in row.chunks(LANES).zip(pixels.chunks_mut(LANES)).enumerate() {
        let mut block = [[0.0; 4]; LANES];
        block[..colors.len()].copy_from_slice(colors);
        let mut out = [[T::from_unit(0.0); 4]; LANES];
        out[..pixels.len()].copy_from_slice(pixels);
        encode(&mut block, &mut out, (i * LANES, y), dither);
        pixels.copy_from_slice(&out[..pixels.len()]);
    }
}

/// The same for pixels from `x`, `y` of the frame on; `colors` becomes something else.
#[inline(always)]
pub(super) fn encode<T: Channel>(
    colors: &mut [[f32; 4]; LANES],
    out: &mut [[T; 4]; LANES],
    (x, y): (usize, usize),
    dither: bool,
) {
    // Finer than 8 bits nothing is visible.
    if dither && T::STEP > 1e-3 {
        let [right, down] = STEPS;
        // Whole turns do not count.
        let first = (x as u32)
            .wrapping_mul(right)
            .wrapping_add((y as u32).wrapping_mul(down));
        let mut shifts = [0.0; LANES];
        for (i, shift) in (0u32..).zip(&mut shifts) {
            let turn = first.wrapping_add(i.wrapping_mul(right));
            // The highest bits as the fraction of a number from 1 to 2.
            let part = f32::from_bits((turn >> 9) | 1f32.to_bits()) - 1.5;
            *shift = part * RANGE * T::STEP;
        }
        for (color, shift) in colors.iter_mut().zip(shifts) {
            *color = color.map(|value| value + shift);
        }
    }
    let mut values = [[T::from_unit(0.0); 4]; LANES];
    let numbers = colors.as_flattened().iter();
    for (value, number) in values.as_flattened_mut().iter_mut().zip(numbers) {
        *value = T::from_unit(*number);
    }
    for (pixel, value) in out.iter_mut().zip(values) {
        *pixel = T::with_alpha_of(value, *pixel);
    }
}

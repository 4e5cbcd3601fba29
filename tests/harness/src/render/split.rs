//! Before and after in one picture.

use crate::picture::{Picture, Pixels};

/// Puts the left half of `before` into `after`, of the same size and kind, and a white line right
/// of it.
pub(super) fn halves(before: &Picture, after: &mut Picture) {
    let (width, half) = (after.width, after.width / 2);
    let line = (width / 400).max(2).min(width - half);
    match (&before.pixels, &mut after.pixels) {
        (Pixels::Rgba8(before), Pixels::Rgba8(after)) => {
            join(before, after, [width, half, line], u8::MAX);
        }
        (Pixels::Rgba16(before), Pixels::Rgba16(after)) => {
            join(before, after, [width, half, line], u16::MAX);
        }
        _ => {}
    }
}

fn join<T: Copy>(before: &[T], after: &mut [T], [width, half, line]: [usize; 3], white: T) {
    let rows = before.chunks_exact(width * 4);
    for (before, after) in rows.zip(after.chunks_exact_mut(width * 4)) {
        after[..half * 4].copy_from_slice(&before[..half * 4]);
        after[half * 4..(half + line) * 4].fill(white);
    }
}

//! What becomes of the numbers in a picture: exact values, and dithering.

use colorist_core::{
    Edit, Frame, Look, Recipe, Renderer,
    look::{Channel, Mono},
};
use half::f16;
use proptest::prelude::*;

use crate::{edits::*, exports::filter};

fn render<T: Channel>(look: &Look, dither: bool, pixels: &[T], width: usize) -> Vec<T> {
    let mut pixels = pixels.to_vec();
    let height = pixels.len() / 4 / width;
    let mut frame = Frame::new(&mut pixels, width, height).unwrap();
    Renderer::new(look).with_dither(dither).render(&mut frame);
    pixels
}

fn red<T: Copy>(pixels: &[T]) -> impl Iterator<Item = T> {
    pixels.iter().step_by(4).copied()
}

#[test]
fn the_identity_changes_no_16_bit_value() {
    // Grays, and with each value two others, so that every tetrahedron has its turn.
    let before: Vec<u16> = (0..=u16::MAX)
        .flat_map(|v| [v, v, v, 9, v, v.wrapping_mul(40_503), v.rotate_left(7), v])
        .collect();
    for size in [2, 17, 33, 64, 65] {
        let mut pixels = before.clone();
        look(&Edit::default()).lut(size).unwrap().apply(&mut pixels);
        assert!(pixels == before, "size {size}");
    }
}

#[test]
fn the_identity_changes_floats_by_less_than_a_millionth() {
    let lut = look(&Edit::default()).lut(33).unwrap();
    let before: Vec<f32> = (0..40_000u16).map(|i| f32::from(i) / 40_000.0).collect();
    let (mut floats, mut halves) = (
        before.clone(),
        before
            .clone()
            .into_iter()
            .map(f16::from_f32)
            .collect::<Vec<_>>(),
    );
    let halves_before = halves.clone();
    lut.apply(&mut floats);
    lut.apply(&mut halves);
    assert!(
        floats
            .iter()
            .zip(&before)
            .all(|(a, b)| (a - b).abs() < 1e-6)
    );
    assert!(
        halves
            .iter()
            .zip(&halves_before)
            .all(|(a, b)| (a.to_f32() - b.to_f32()).abs() <= 1.0 / 2048.0)
    );
}

#[test]
fn dithering_leaves_exact_values_alone() {
    // Grays stay what they are in a monochrome, which is no identity and is computed.
    let mono = Mono {
        mix: 1.0,
        ..Mono::default()
    };
    let look = filter(
        Recipe {
            mono,
            ..Recipe::default()
        },
        100,
    );
    let grays: Vec<u8> = (0..=255u8)
        .cycle()
        .take(256 * 64)
        .flat_map(|v| [v, v, v, 255 - v])
        .collect();
    for width in [1, 64, 256, 300] {
        let pixels = &grays[..grays.len() / (4 * width) * 4 * width];
        assert!(
            render(&look, true, pixels, width) == pixels,
            "width {width}"
        );
    }
    assert_ne!(
        render(&look, true, &[200u8, 100, 0, 255], 1),
        [200, 100, 0, 255]
    );
}

#[test]
fn dithering_is_for_8_bits_only_and_the_same_every_time() {
    let look = adjusted("exposure", 7);
    let words: Vec<u16> = (0..16_384u16).map(|i| i * 4).collect();
    assert!(render(&look, true, &words, 64) == render(&look, false, &words, 64));
    let floats: Vec<f32> = words.iter().map(|v| f32::from(*v) / 65_535.0).collect();
    assert!(render(&look, true, &floats, 64) == render(&look, false, &floats, 64));
    let bytes: Vec<u8> = words.iter().map(|v| v.to_le_bytes()[1]).collect();
    let dithered = render(&look, true, &bytes, 64);
    assert!(dithered == render(&look, true, &bytes, 64));
    assert!(dithered != render(&look, false, &bytes, 64));
    for (before, after) in bytes.chunks(4).zip(dithered.chunks(4)) {
        assert_eq!(before[3], after[3]);
    }
}

#[test]
fn dithering_does_not_repeat_itself_within_a_row() {
    let row = render(
        &adjusted("exposure", 7),
        true,
        &[90u8, 90, 90, 255].repeat(256),
        256,
    );
    let parts: Vec<&[u8]> = row.chunks(4 * 64).collect();
    assert!(parts[0] != parts[1] && parts[1] != parts[2]);
}

#[test]
fn dithering_does_not_depend_on_threads() {
    let look = adjusted("brightness", -13);
    let bytes: Vec<u8> = (0..61 * 47 * 4u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let one = render(&look, true, &bytes, 61);
    for threads in [2, 3, 47, 100] {
        let mut pixels = bytes.clone();
        let mut frame = Frame::new(&mut pixels, 61, 47).unwrap();
        Renderer::new(&look)
            .with_threads(threads)
            .render(&mut frame);
        assert!(pixels == one, "{threads} threads");
    }
}

proptest! {
    #![proptest_config(crate::cases(64))]

    #[test]
    fn dithering_keeps_the_mean_of_every_neighborhood(
        color in proptest::array::uniform3(any::<u8>()),
        exposure in prop_oneof![-40..=-1, 1..=40],
    ) {
        let look = adjusted("exposure", exposure);
        let exact = look.lut(33).unwrap().sample(color.map(|v| f32::from(v) / 255.0));
        let flat = [color[0], color[1], color[2], 255].repeat(64 * 64);
        let out = render(&look, true, &flat, 64);
        for c in 0..3 {
            let exact = exact[c] * 255.0;
            let mean = red(&out[c..]).map(f32::from).sum::<f32>() / 4096.0;
            prop_assert!((mean - exact).abs() < 0.01, "{} {}", mean, exact);
            for corner in (0..64).step_by(8).flat_map(|y| (0..64).step_by(8).map(move |x| x + 64 * y)) {
                let block = (0..64).map(|i| corner + i % 8 + 64 * (i / 8));
                let values: Vec<f32> = block.map(|i| f32::from(out[4 * i + c])).collect();
                let mean = values.iter().sum::<f32>() / 64.0;
                prop_assert!((mean - exact).abs() < 0.1, "{} {}", mean, exact);
                prop_assert!(values.iter().all(|v| (v - exact).abs() < 1.0));
            }
        }
    }

    #[test]
    fn dithered_grays_stay_gray(gray in any::<u8>(), exposure in -40..=40) {
        let flat = [gray, gray, gray, 255].repeat(4096);
        let out = render(&adjusted("exposure", exposure), true, &flat, 64);
        // The table's own channels differ by 1e-5, which one threshold in a hundred may fall between.
        let colored = out.chunks(4).filter(|p| p[0] != p[1] || p[1] != p[2]).count();
        prop_assert!(colored < 41, "{}", colored);
    }
}

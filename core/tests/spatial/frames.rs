//! Frames of all sizes and kinds.

use colorist_core::{Frame, Renderer, look::Channel};
use half::f16;

use crate::look;

const ALL: [(&str, i32); 4] = [
    ("structure", 100),
    ("sharpen", 100),
    ("bloom", 100),
    ("contrast", 30),
];

/// Noise that is the same each time; alpha too.
fn noise(pixels: usize) -> Vec<u8> {
    let mut state = 1u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 11) as u8
    };
    (0..4 * pixels).map(|_| next()).collect()
}

fn rendered<T: Channel>(renderer: &Renderer, size: (usize, usize), mut pixels: Vec<T>) -> Vec<T> {
    renderer.render(&mut Frame::new(&mut pixels, size.0, size.1).unwrap());
    pixels
}

#[test]
fn any_size_and_amount_stays_in_range_and_keeps_alpha() {
    let sizes = [
        (1, 1),
        (1, 9),
        (9, 1),
        (2, 3),
        (5000, 1),
        (1, 700),
        (300, 290),
        (31, 57),
    ];
    for size in sizes {
        let bytes = noise(size.0 * size.1);
        let floats: Vec<f32> = bytes.iter().map(|x| f32::from(*x) / 255.0).collect();
        for structure in [-100, 100] {
            let sliders = [("structure", structure), ("sharpen", 100), ("bloom", 100)];
            let renderer = Renderer::new(&look(&sliders)).with_threads(3);
            let out = rendered(&renderer, size, floats.clone());
            for (out, was) in out.chunks(4).zip(floats.chunks(4)) {
                assert!(out[..3].iter().all(|x| (0.0..=1.0).contains(x)), "{out:?}");
                assert_eq!(out[3], was[3]);
            }
            let out = rendered(&renderer, size, bytes.clone());
            let alpha = |pixels: &[u8]| {
                pixels
                    .iter()
                    .skip(3)
                    .step_by(4)
                    .copied()
                    .collect::<Vec<_>>()
            };
            assert_eq!(alpha(&out), alpha(&bytes));
        }
    }
    rendered::<u8>(&Renderer::new(&look(&ALL)), (0, 7), Vec::new());
}

#[test]
fn what_is_not_a_number_is_black() {
    let size = (40, 30);
    let mut odd = vec![0.25f32; 4800];
    let mut black = odd.clone();
    odd[2000..2003].copy_from_slice(&[f32::NAN, f32::NEG_INFINITY, f32::NAN]);
    black[2000..2003].fill(0.0);
    let renderer = Renderer::new(&look(&ALL));
    assert_eq!(
        rendered(&renderer, size, odd),
        rendered(&renderer, size, black)
    );
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    for size in [(403, 301), (1500, 1441), (7, 5)] {
        let floats: Vec<f32> = noise(size.0 * size.1)
            .iter()
            .map(|x| f32::from(*x) / 255.0)
            .collect();
        let one = rendered(&Renderer::new(&look(&ALL)), size, floats.clone());
        for threads in [2, 3, 8, 64] {
            let renderer = Renderer::new(&look(&ALL)).with_threads(threads);
            let same = rendered(&renderer, size, floats.clone()) == one;
            assert!(same, "{threads} threads, {size:?}");
        }
    }
}

#[test]
fn no_effect_changes_no_bit() {
    let renderer = Renderer::new(&look(&[]));
    let bytes = noise(999);
    assert_eq!(rendered(&renderer, (37, 27), bytes.clone()), bytes);
    let words: Vec<u16> = bytes.iter().map(|x| (u16::from(*x) * 257) ^ 90).collect();
    assert_eq!(rendered(&renderer, (37, 27), words.clone()), words);
}

#[test]
fn kinds_of_channels_agree() {
    let size = (60, 40);
    let bytes = noise(size.0 * size.1);
    let renderer = Renderer::new(&look(&ALL)).with_dither(false);
    let unit: Vec<f32> = bytes.iter().map(|x| f32::from(*x) / 255.0).collect();
    let expected = rendered(&renderer, size, unit.clone());
    let near = |name: &str, out: Vec<f32>, step: f32| {
        let worst = crate::largest_difference(&out, &expected);
        assert!(worst <= step, "{name}: {worst}");
    };
    let out = rendered(&renderer, size, bytes.clone());
    near(
        "u8",
        out.iter().map(|x| f32::from(*x) / 255.0).collect(),
        0.51 / 255.0,
    );
    let out = rendered(
        &renderer,
        size,
        bytes.iter().map(|x| u16::from(*x) * 257).collect(),
    );
    near(
        "u16",
        out.iter().map(|x| f32::from(*x) / 65535.0).collect(),
        0.6 / 65535.0,
    );
    // Halves are rounded on the way in, too, and the amounts make more of it.
    let out = rendered(
        &renderer,
        size,
        unit.iter().map(|x| f16::from_f32(*x)).collect(),
    );
    near(
        "f16",
        out.iter().map(|x| x.to_f32()).collect(),
        4.0 / 2048.0,
    );
}

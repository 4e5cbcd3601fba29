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

#[test]
fn a_glow_leaves_no_trace_in_far_black() {
    let (width, height) = (480, 270);
    let mut pixels = vec![0u16; 4 * width * height];
    for (i, pixel) in pixels.chunks_exact_mut(4).enumerate() {
        let (x, y) = (i % width, i / width);
        if (50..150).contains(&x) && (20..80).contains(&y) {
            pixel.fill(40_000 + ((i * 7919) % 25_000) as u16);
        }
    }
    let look = look(&[("bloom", 100)]);
    Renderer::new(&look).render(&mut Frame::new(&mut pixels, width, height).unwrap());
    assert!(pixels[4 * (width * 50 + 155)] > 1000);
    // Farther than the widest glow reaches.
    let far = |x: usize| pixels.chunks_exact(4).skip(x).step_by(width);
    for x in 215..width {
        for pixel in far(x) {
            assert_eq!(pixel[..3], [0; 3], "column {x}");
        }
    }
}

#[test]
fn more_threads_than_there_can_be_do_the_same() {
    let look = look(&[
        ("bloom", 60),
        ("structure", 50),
        ("sharpen", 50),
        ("contrast", 20),
    ]);
    let picture: Vec<u8> = (0..4 * 31 * 17u32).map(|i| (i * i % 251) as u8).collect();
    let rendered = |threads| {
        let mut pixels = picture.clone();
        let renderer = Renderer::new(&look).with_threads(threads);
        renderer.render(&mut Frame::new(&mut pixels, 31, 17).unwrap());
        pixels
    };
    let one = rendered(1);
    for threads in [0, 2, 17, 18, usize::MAX] {
        assert_eq!(rendered(threads), one, "{threads}");
    }
}

#[test]
fn a_larger_table_is_that_of_the_same_look() {
    let look = look(&[("saturation", 80), ("temperature", 60), ("hue", 30)]);
    let colors: Vec<f32> = (0..4 * 64u32)
        .map(|i| (i * 37 % 101) as f32 / 100.0)
        .collect();
    let apart = |size| {
        let renderer = Renderer::new(&look).with_lut_size(size).unwrap();
        let mut pixels = colors.clone();
        renderer.render(&mut Frame::new(&mut pixels, 8, 8).unwrap());
        let exact = colors
            .chunks(4)
            .flat_map(|c| look.color([c[0], c[1], c[2]]));
        let found = pixels.chunks(4).flat_map(|c| [c[0], c[1], c[2]]);
        exact.zip(found).map(|(a, b)| (a - b).abs()).sum::<f32>()
    };
    assert!(apart(65) < apart(5) / 4.0);
    for size in [1, 66] {
        assert!(Renderer::new(&look).with_lut_size(size).is_err());
    }
}

#[test]
fn a_very_long_picture_is_rendered() {
    let (width, height) = (30_000, 270);
    let mut pixels = [90u8, 120, 200, 255].repeat(width * height);
    let look = look(&[("bloom", 50), ("structure", 50)]);
    let renderer = Renderer::new(&look).with_threads(2).with_dither(false);
    renderer.render(&mut Frame::new(&mut pixels, width, height).unwrap());
    let first = pixels[..4].to_owned();
    assert!(first[2] >= 200 && pixels.chunks(4).all(|pixel| pixel == first));
}

//! What a look does to whole pictures: structure, sharpen and bloom, at any size and in any kind of
//! channel.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod frames;
mod scenes;
mod strength;

use colorist_core::{Adjust, Catalog, Edit, Frame, Look, Renderer};

/// A look of sliders alone.
fn look(sliders: &[(&str, i32)]) -> Look {
    let mut adjust = Adjust::default();
    for (name, value) in sliders {
        assert!(adjust.set(name, *value), "{name}");
    }
    let edit = Edit {
        adjust: Some(adjust),
        ..Edit::default()
    };
    let catalog = include_str!("../../../models/data/catalog.json");
    let catalog = Catalog::from_json(&serde_json::from_str(catalog).unwrap()).unwrap();
    Look::compile(&edit, &catalog).unwrap()
}

/// A gray picture of floats, rendered; the gray of each pixel, which must still be gray.
fn grays(sliders: &[(&str, i32)], (width, height): (usize, usize), gray: &[f32]) -> Vec<f32> {
    let mut pixels: Vec<f32> = gray.iter().flat_map(|&x| [x, x, x, 1.0]).collect();
    let renderer = Renderer::new(&look(sliders));
    renderer.render(&mut Frame::new(&mut pixels, width, height).unwrap());
    for pixel in pixels.chunks(4) {
        let spread = (pixel[0] - pixel[1]).abs().max((pixel[1] - pixel[2]).abs());
        assert!(spread < 1e-4, "{pixel:?}");
    }
    pixels.chunks(4).map(|pixel| pixel[1]).collect()
}

/// A picture drawn from a function of the position, 0 to 1 along both axes.
fn drawn((width, height): (usize, usize), at: impl Fn(f32, f32) -> f32) -> Vec<f32> {
    let place = |i: usize, side: usize| (i as f32 + 0.5) / side as f32;
    (0..width * height)
        .map(|i| at(place(i % width, width), place(i / width, height)))
        .collect()
}

/// The picture averaged over squares of `factor` pixels.
fn smaller(gray: &[f32], width: usize, factor: usize) -> Vec<f32> {
    let height = gray.len() / width;
    let mut out = vec![0.0; (width / factor) * (height / factor)];
    for (i, x) in gray.iter().enumerate() {
        let (x_at, y_at) = (i % width / factor, i / width / factor);
        out[x_at + y_at * (width / factor)] += x / (factor * factor) as f32;
    }
    out
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let pairs = a.iter().zip(b);
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

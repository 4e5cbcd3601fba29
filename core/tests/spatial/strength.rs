//! What each amount names grows with it, and nothing else changes.

use crate::{drawn, grays, largest_difference};

const SIZE: (usize, usize) = (360, 240);

/// Waves of luma, so many of them over the width.
fn waves(count: f32, height: f32) -> Vec<f32> {
    drawn(SIZE, |x, _| {
        0.5 + height * (count * x * std::f32::consts::TAU).sin()
    })
}

fn deviation(gray: &[f32]) -> f32 {
    let mean = gray.iter().sum::<f32>() / gray.len() as f32;
    let squares = gray.iter().map(|x| (x - mean).powi(2));
    (squares.sum::<f32>() / gray.len() as f32).sqrt()
}

fn edges(gray: &[f32]) -> f32 {
    let steps = gray.chunks(SIZE.0).flat_map(|row| row.windows(2));
    steps.map(|pair| (pair[1] - pair[0]).powi(2)).sum()
}

/// A quarter of the picture is `above`, the rest `below`.
fn step(below: f32, above: f32) -> Vec<f32> {
    drawn(SIZE, |x, y| if x > 0.5 && y > 0.5 { above } else { below })
}

/// Rises from amount to amount, by more than nothing.
fn assert_rises(name: &str, values: &[f32]) {
    let rises = values.windows(2).all(|pair| pair[1] > pair[0] * 1.001);
    assert!(rises, "{name}: {values:?}");
}

#[test]
fn structure_is_local_contrast() {
    let texture = waves(30.0, 0.06);
    let measured = [-100, -60, -20, 0, 20, 60, 100]
        .map(|amount| deviation(&grays(&[("structure", amount)], SIZE, &texture)));
    assert_rises("structure", &measured);
    assert!(measured[6] > 1.5 * measured[3], "{measured:?}");
    assert!(measured[0] < 0.6 * measured[3], "{measured:?}");
}

#[test]
fn sharpen_is_gradient_energy() {
    let texture = waves(60.0, 0.1);
    let measured =
        [0, 20, 50, 100].map(|amount| edges(&grays(&[("sharpen", amount)], SIZE, &texture)));
    assert_rises("sharpen", &measured);
    assert!(measured[3] > 1.2 * measured[0], "{measured:?}");
}

#[test]
fn bloom_is_light_around_highlights() {
    let lamp = drawn(SIZE, |x, y| {
        if (x - 0.5).hypot(y - 0.5) < 0.05 {
            1.0
        } else {
            0.15
        }
    });
    let beside = SIZE.0 * 120 + 205;
    let measured =
        [0, 15, 30, 60, 100].map(|amount| grays(&[("bloom", amount)], SIZE, &lamp)[beside]);
    assert_rises("bloom", &measured);
    assert!(measured[2] > measured[0] + 0.03, "{measured:?}");
    // Far away, and in a picture without highlights, it stays dark.
    let far = grays(&[("bloom", 100)], SIZE, &lamp)[0];
    assert!((far - 0.15).abs() < 0.01, "{far}");
    let dim = waves(5.0, 0.02);
    assert!(largest_difference(&grays(&[("bloom", 100)], SIZE, &dim), &dim) < 0.004);
}

#[test]
fn flat_pictures_stay_as_they_are() {
    for gray in [0.0, 0.02, 0.5, 0.97, 1.0] {
        let flat = vec![gray; SIZE.0 * SIZE.1];
        for amounts in [
            [("structure", 100), ("sharpen", 100)],
            [("structure", -100), ("bloom", 0)],
        ] {
            let change = largest_difference(&grays(&amounts, SIZE, &flat), &flat);
            assert!(change < 2e-5, "{gray}: {change}");
        }
    }
    for end in [0.0, 1.0] {
        let flat = vec![end; SIZE.0 * SIZE.1];
        assert!(largest_difference(&grays(&[("bloom", 100)], SIZE, &flat), &flat) < 1e-6);
    }
}

#[test]
fn strong_edges_get_no_halos() {
    for (below, above) in [(0.1, 0.9), (0.2, 0.7), (0.4, 0.6), (0.0, 1.0)] {
        let picture = step(below, above);
        for (name, most) in [("structure", 0.08), ("sharpen", 0.1)] {
            let out = grays(&[(name, 100)], SIZE, &picture);
            let over = out.iter().fold(0.0f32, |most, x| most.max(x - above));
            let under = out.iter().fold(0.0f32, |most, x| most.max(below - x));
            assert!(
                over.max(under) <= most,
                "{name} {below} {above}: {over} {under}"
            );
        }
    }
}

#[test]
fn the_border_is_no_edge() {
    // A ramp and a flat picture: rows and columns at the border change no more than the others do.
    let flat = vec![0.8; SIZE.0 * SIZE.1];
    let out = grays(
        &[("bloom", 100), ("structure", 100), ("sharpen", 100)],
        SIZE,
        &flat,
    );
    let spread = out.iter().fold((1.0f32, 0.0f32), |(low, high), x| {
        (low.min(*x), high.max(*x))
    });
    assert!(spread.1 - spread.0 < 1e-4, "{spread:?}");
    let across = drawn(SIZE, |_, y| 0.2 + 0.6 * y);
    let out = grays(&[("structure", 100), ("sharpen", 100)], SIZE, &across);
    for row in out.chunks(SIZE.0) {
        assert!(largest_difference(row, &vec![row[SIZE.0 / 2]; SIZE.0]) < 1e-4);
    }
    // The far side does not shine through.
    let halves = |at: f32| if at < 0.5 { 0.2 } else { 0.9 };
    for picture in [drawn(SIZE, |x, _| halves(x)), drawn(SIZE, |_, y| halves(y))] {
        let out = grays(&[("bloom", 100), ("structure", 100)], SIZE, &picture);
        assert!((out[0] - 0.2).abs() < 1e-3, "{}", out[0]);
    }
}

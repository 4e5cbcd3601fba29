//! The same scene in two resolutions looks the same.

use crate::{drawn, grays, largest_difference, smaller};

const SMALL: (usize, usize) = (630, 420);
const FACTOR: usize = 4;

/// Lamps on a dark ground, a bright sky with a soft horizon, and a texture; nothing finer than the
/// small picture can hold.
fn scene(x: f32, y: f32) -> f32 {
    let soft = |distance: f32, width: f32| 0.5 - 0.5 * (distance / width).tanh();
    let lamp = soft((1.5 * (x - 0.3)).hypot(y - 0.7) - 0.04, 0.0025);
    let sky = soft(y - 0.35, 0.01);
    let texture = 0.05 * (x * 150.0).sin() * (y * 100.0).sin();
    (0.15 + 0.7 * lamp + 0.65 * sky * (1.0 - lamp) + texture).clamp(0.0, 1.0)
}

fn compared(sliders: &[(&str, i32)]) -> (f32, f32) {
    let large = (SMALL.0 * FACTOR, SMALL.1 * FACTOR);
    let picture = drawn(large, scene);
    let source = smaller(&picture, large.0, FACTOR);
    let small = grays(sliders, SMALL, &source);
    let large = smaller(&grays(sliders, large, &picture), large.0, FACTOR);
    (
        largest_difference(&small, &large),
        largest_difference(&small, &source),
    )
}

#[test]
fn strength_is_independent_of_resolution() {
    for (name, amount, most) in [
        ("structure", 100, 0.006),
        ("structure", -100, 0.006),
        ("bloom", 100, 0.006),
        ("sharpen", 100, 0.012),
    ] {
        let (apart, change) = compared(&[(name, amount)]);
        assert!(apart < most, "{name}: {apart} of {change}");
        assert!(change > 1.5 * most, "{name} does nothing: {change}");
    }
}

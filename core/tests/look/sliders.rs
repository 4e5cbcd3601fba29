//! Each slider of the adjust tool is monotone in what it names.

use std::f32::consts::PI;

use proptest::prelude::*;

use crate::{edits::*, measure::*};

proptest! {
    #![proptest_config(crate::cases(512))]




    #[test]
    fn exposure_and_brightness_make_light((low, high) in two_values(-100), color in any_color()) {
        for name in ["exposure", "brightness"] {
            let (dark, bright) = (adjusted(name, low).color(color), adjusted(name, high).color(color));
            prop_assert!(luminance(bright) >= luminance(dark) - 1e-5, "{} {:?} {:?}", name, dark, bright);
            if (0.2..0.8).contains(&luminance(color)) {
                prop_assert!(luminance(bright) > luminance(dark), "{} {:?} {:?}", name, dark, bright);
            }
        }
    }

    #[test]
    fn contrast_spreads_tones_around_middle_gray((low, high) in two_values(-100), color in ordinary()) {
        const MIDDLE: f32 = 0.5646;
        let before = lightness(color) - MIDDLE;
        let [flat, steep] = [low, high].map(|v| lightness(adjusted("contrast", v).color(color)) - MIDDLE);
        prop_assert!(steep * before.signum() >= flat * before.signum() - INVISIBLE);
    }

    #[test]
    fn highlights_move_lights_and_shadows_move_darks(
        (low, high) in two_values(-100),
        dark in 0.1f32..0.3,
        bright in 0.7f32..0.9,
    ) {
        let change = |name: &str, gray: f32| {
            let [from, to] = [low, high].map(|v| lightness(adjusted(name, v).color([gray; 3])));
            to - from
        };
        prop_assert!(change("shadows", dark) > change("shadows", bright).abs());
        prop_assert!(change("highlights", bright) > change("highlights", dark).abs());
    }

    #[test]
    fn saturation_and_vibrance_make_chroma((low, high) in two_values(-100), color in ordinary()) {
        for name in ["saturation", "vibrance"] {
            let [dull, vivid] = [low, high].map(|v| chroma(adjusted(name, v).color(color)));
            prop_assert!(vivid > dull, "{} {} {}", name, dull, vivid);
        }
    }

    #[test]
    fn saturation_and_vibrance_keep_hue(value in -99..=100, color in ordinary()) {
        for name in ["saturation", "vibrance"] {
            let out = adjusted(name, value).color(color);
            prop_assume!(chroma(out) > 0.01);
            prop_assert!(turn(color, out).abs() < 0.06, "{} {}", name, turn(color, out));
        }
    }

    #[test]
    fn no_saturation_is_gray(color in any_color()) {
        let [r, g, b] = adjusted("saturation", -100).color(color);
        prop_assert!((r - g).abs() < INVISIBLE && (g - b).abs() < INVISIBLE);
        prop_assert!((lightness([r, g, b]) - lightness(color)).abs() < 1e-3);
    }

    #[test]
    fn temperature_makes_yellow_and_tint_magenta((low, high) in two_values(-100), color in ordinary()) {
        let [cold, warm] = [low, high].map(|v| oklab(adjusted("temperature", v).color(color))[2]);
        prop_assert!(warm > cold, "{} {}", cold, warm);
        let [green, magenta] = [low, high].map(|v| oklab(adjusted("tint", v).color(color))[1]);
        prop_assert!(magenta > green, "{} {}", green, magenta);
    }

    #[test]
    fn temperature_and_tint_keep_the_luminance_of_gray(value in -100..=100, gray in 0.05f32..0.55) {
        for name in ["temperature", "tint"] {
            let out = luminance(adjusted(name, value).color([gray; 3]));
            prop_assert!((out / luminance([gray; 3]) - 1.0).abs() < 0.02, "{} {}", name, out);
        }
    }

    #[test]
    fn hue_turns_colors(value in -95..=95, color in ordinary()) {
        let angle = turn(color, adjusted("hue", value).color(color));
        prop_assert!((angle - PI * value as f32 / 100.0).abs() < 0.08, "{}", angle);
    }

    #[test]
    fn linear_offset_lifts_and_crushes_black((low, high) in two_values(-100), gray in 0.0f32..0.3) {
        let [dark, bright] = [low, high].map(|v| luminance(adjusted("linearOffset", v).color([gray; 3])));
        prop_assert!(bright >= dark);
        let black = luminance(adjusted("linearOffset", high).color([0.0; 3]));
        prop_assert!((black - (high.max(0) as f32) * 1e-3).abs() < 1e-4, "{}", black);
    }


    #[test]
    fn white_and_black_stay_where_the_sliders_say_so(value in -100..=100) {
        for name in ["brightness", "highlights", "shadows", "saturation", "vibrance", "hue"] {
            for end in [0.0, 1.0] {
                for channel in adjusted(name, value).color([end; 3]) {
                    prop_assert!((channel - end).abs() < INVISIBLE, "{} {} {}", name, end, channel);
                }
            }
        }
    }




}

#[test]
fn vibrance_moves_muted_colors_more_than_vivid_ones_and_spares_skin() {
    let vibrant = adjusted("vibrance", 60);
    let gain = |color: Rgb| chroma(vibrant.color(color)) / chroma(color);
    let (muted, vivid) = (from_oklab(0.6, 0.03, 145.0), from_oklab(0.6, 0.15, 145.0));
    assert!(gain(muted) > gain(vivid) + 0.1);
    let skin = from_oklab(0.75, 0.05, 47.0);
    assert!(gain(from_oklab(0.75, 0.05, 230.0)) > gain(skin) + 0.1);
}

#[test]
fn exposure_is_in_stops_where_nothing_is_bright() {
    let dark = [0.2, 0.15, 0.1];
    for (value, factor) in [(50, 2.0), (-50, 0.5), (-100, 0.25)] {
        let ratio = luminance(adjusted("exposure", value).color(dark)) / luminance(dark);
        assert!((ratio / factor - 1.0).abs() < 0.01, "{value}: {ratio}");
    }
}

//! Selective colors: each moves its own color.

use colorist_core::{ColorAdjust, Edit, SelectiveAdjust};
use proptest::prelude::*;

use crate::{edits::*, measure::*};

proptest! {
    #![proptest_config(crate::cases(512))]

    #[test]
    fn a_color_moves_and_its_opposite_stays((low, high) in two_values(-100), l in 0.5f32..0.7) {
        // The middle of each color's window, where no other color has a say.
        let colors = [("red", 27.0), ("orange", 58.0), ("yellow", 100.0), ("green", 132.0), ("cyan", 195.0), ("blue", 260.0)];
        for (name, hue) in colors {
            let (own, opposite) = (from_oklab(l, 0.06, hue), from_oklab(l, 0.06, hue + 180.0));
            let [dull, vivid] = [low, high].map(|v| selected(name, v, 0).color(own));
            prop_assert!(chroma(vivid) > chroma(dull), "{}", name);
            let [dark, bright] = [low, high].map(|v| selected(name, 0, v).color(own));
            prop_assert!(lightness(bright) > lightness(dark), "{}", name);
            for (was, is) in opposite.iter().zip(selected(name, low, high).color(opposite)) {
                prop_assert!((was - is).abs() < INVISIBLE, "{} {} {}", name, was, is);
            }
        }
    }

    #[test]
    fn all_selective_colors_together_are_saturation(value in -100..=100, color in ordinary()) {
        let all = SelectiveAdjust::default().map(|_, _| ColorAdjust { saturation: value, luminance: 0 });
        let edit = Edit { selective_adjust: Some(all), ..Edit::default() };
        let (each, whole) = (look(&edit).color(color), adjusted("saturation", value).color(color));
        for (a, b) in each.iter().zip(whole) {
            prop_assert!((a - b).abs() < INVISIBLE, "{:?} {:?}", each, whole);
        }
    }
}

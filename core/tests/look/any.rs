//! What holds for every edit.

use colorist_core::{Adjust, Edit, SelectiveAdjust};
use proptest::prelude::*;

use crate::{edits::*, measure::*};

proptest! {
    #![proptest_config(crate::cases(512))]

    #[test]
    fn an_edit_of_nothing_changes_no_bit(color in any_color()) {
        let neutral = Edit {
            adjust: Some(Adjust { bloom: 40, sharpen: 20, structure: -5, ..Adjust::default() }),
            selective_adjust: Some(SelectiveAdjust::default()),
            filter: None,
        };
        for edit in [Edit::default(), neutral] {
            prop_assert_eq!(look(&edit).color(color).map(f32::to_bits), color.map(f32::to_bits));
        }
    }

    #[test]
    fn every_edit_of_every_color_is_finite_and_in_range(edit in any_edit(), color in any_color()) {
        let out = look(&edit).color(color);
        prop_assert!(out.iter().all(|v| (0.0..=1.0).contains(v)), "{:?}", out);
    }

    #[test]
    fn a_small_edit_changes_a_color_a_little(
        slider in 0..Adjust::COUNT,
        sign in prop_oneof![Just(-1), Just(1)],
        color in any_color(),
    ) {
        let out = adjusted(Adjust::names()[slider], sign).color(color);
        let (was, is) = (oklab(color), oklab(out));
        let distance = was.iter().zip(is).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
        // Black lifted by 0.001 in linear light has a lightness of 0.1. At the tip of yellow any turn
        // of the hue leaves the gamut.
        prop_assert!(distance < if is[0] < 0.2 { 0.11 } else { 0.06 }, "{} {:?} -> {:?}", Adjust::names()[slider], color, out);
    }

    #[test]
    fn gray_stays_gray_without_a_cast(edit in any_edit(), gray in 0.0f32..=1.0) {
        let mut edit = edit;
        if let Some(adjust) = &mut edit.adjust {
            (adjust.temperature, adjust.tint) = (0, 0);
        }
        let [r, g, b] = look(&edit).color([gray; 3]);
        prop_assert!((r - g).abs() < INVISIBLE && (g - b).abs() < INVISIBLE, "{} {} {}", r, g, b);
    }

    #[test]
    fn a_ramp_of_grays_never_turns_back(edit in any_edit()) {
        let mut edit = edit;
        if let Some(adjust) = &mut edit.adjust {
            (adjust.temperature, adjust.tint) = (0, 0);
        }
        let look = look(&edit);
        let ramp: Vec<f32> = (0..=255u8).map(|i| look.color([f32::from(i) / 255.0; 3])[1]).collect();
        prop_assert!(ramp.windows(2).all(|w| w[1] >= w[0] - 1e-5));
    }

    #[test]
    fn a_ramp_through_colors_has_no_band(
        slider in 0..Adjust::COUNT,
        value in -60..=60,
        from in ordinary(),
        to in ordinary(),
    ) {
        let look = adjusted(Adjust::names()[slider], value);
        let bend = bend(&look, from, to);
        prop_assert!(bend < 2e-3, "{} {} {}", Adjust::names()[slider], value, bend);
    }
}

#[test]
fn spatial_amounts_are_kept_and_act_on_no_color() {
    let edit = Edit {
        adjust: Some(Adjust {
            bloom: 35,
            sharpen: 250,
            structure: -50,
            ..Adjust::default()
        }),
        ..Edit::default()
    };
    let spatial = look(&edit);
    assert_eq!(
        (spatial.bloom(), spatial.sharpen(), spatial.structure()),
        (0.35, 1.0, -0.5)
    );
    assert!(!spatial.is_identity());
    assert_eq!(spatial.color([0.1, 0.5, 0.9]), [0.1, 0.5, 0.9]);
    assert!(look(&Edit::default()).is_identity());
    assert!(!adjusted("tint", 1).is_identity());
}

#[test]
fn what_is_no_color_becomes_one() {
    for edit in [
        Edit::default(),
        Edit {
            adjust: Some(Adjust {
                exposure: 30,
                hue: -70,
                ..Adjust::default()
            }),
            ..Edit::default()
        },
    ] {
        let look = look(&edit);
        for bad in [
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            -3.0,
            7.0,
            f32::MAX,
            f32::MIN_POSITIVE,
        ] {
            let out = look.color([bad, 0.5, 0.2]);
            assert!(
                out.iter().all(|v| (0.0..=1.0).contains(v)),
                "{bad}: {out:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(crate::cases(256))]

    #[test]
    fn vivid_colors_neither_jump_nor_flip(
        slider in 0..Adjust::COUNT,
        value in prop_oneof![Just(-100), Just(100), -100..=100],
        from in vivid(),
        to in vivid(),
    ) {
        // Along the cube's surface and through it: what leaves the gamut comes back smoothly.
        let look = adjusted(Adjust::names()[slider], value);
        let at = |t: f32| look.color([0, 1, 2].map(|c| from[c] + (to[c] - from[c]) * t));
        let apart = |one: Rgb, other: Rgb| {
            [0, 1, 2].map(|c| (other[c] - one[c]).abs()).into_iter().fold(0.0, f32::max)
        };
        let ramp: Vec<_> = (0..=1000u16).map(|i| at(f32::from(i) / 1000.0)).collect();
        for (i, w) in (0u16..).zip(ramp.windows(2)) {
            if apart(w[0], w[1]) >= 0.05 {
                // Steep, as encoded values near black are, or a jump: a jump has no steps in between.
                let fine: Vec<_> = (0..=16u16)
                    .map(|j| at((f32::from(i) + f32::from(j) / 16.0) / 1000.0))
                    .collect();
                let greatest = fine.windows(2).map(|f| apart(f[0], f[1])).fold(0.0, f32::max);
                prop_assert!(greatest < 0.02, "{} {} {:?}", Adjust::names()[slider], value, w);
            }
            if chroma(w[0]) > 0.05 && chroma(w[1]) > 0.05 {
                prop_assert!(turn(w[0], w[1]).abs() < 0.1, "{} {} {:?}", Adjust::names()[slider], value, w);
            }
        }
    }
}

/// Colors on the surface of the sRGB cube.
fn vivid() -> impl Strategy<Value = Rgb> {
    (any_color(), 0..3usize, any::<bool>()).prop_map(|(mut color, channel, full)| {
        color[channel] = if full { 1.0 } else { 0.0 };
        color
    })
}

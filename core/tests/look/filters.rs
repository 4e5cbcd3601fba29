//! The filters of the repository's pack: what their descriptions promise.

use std::sync::LazyLock;

use colorist_core::{Catalog, Edit, Filter, Look, Pack};
use proptest::prelude::*;

use crate::{measure::*, support};

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let pack = Pack::open(support::pack_path()).unwrap();
    pack.manifest().catalog.clone()
});

fn filter(name: &str, intensity: i32) -> Look {
    let name = name.to_owned();
    let edit = Edit {
        filter: Some(Filter { name, intensity }),
        ..Edit::default()
    };
    Look::compile(&edit, &CATALOG).unwrap()
}

fn names() -> impl Iterator<Item = &'static str> {
    CATALOG.filters().iter().map(|filter| filter.name.as_str())
}

fn family(prefix: &'static str) -> impl Iterator<Item = Look> {
    names()
        .filter(move |name| name.starts_with(prefix))
        .map(|name| filter(name, 100))
}

const SKIN: Rgb = [0.8, 0.6, 0.5];
const SKY: Rgb = [0.45, 0.65, 0.9];
const LEAF: Rgb = [0.35, 0.5, 0.2];
const BRICK: Rgb = [0.6, 0.3, 0.2];
const ORDINARY: [Rgb; 4] = [SKIN, SKY, LEAF, BRICK];

fn mean(measure: impl Fn(Rgb) -> f32, colors: impl Iterator<Item = Rgb>) -> f32 {
    let values: Vec<f32> = colors.map(measure).collect();
    values.iter().sum::<f32>() / values.len() as f32
}

/// Mean chroma of ordinary colors relative to what it was.
fn colorfulness(look: &Look) -> f32 {
    mean(chroma, ORDINARY.iter().map(|c| look.color(*c))) / mean(chroma, ORDINARY.into_iter())
}

/// Oklab's a and b of a gray.
fn cast(look: &Look, gray: f32) -> (f32, f32) {
    let [_, a, b] = oklab(look.color([gray; 3]));
    (a, b)
}

/// How far apart a dark and a bright gray are, relative to what it was.
fn contrast(look: &Look) -> f32 {
    let spread = |f: &dyn Fn(f32) -> f32| f(0.7) - f(0.3);
    spread(&|g| lightness(look.color([g; 3]))) / spread(&|g| lightness([g; 3]))
}

fn black(look: &Look) -> f32 {
    lightness(look.color([0.0; 3]))
}

#[test]
fn every_filter_has_a_recipe_that_does_something() {
    assert_eq!(CATALOG.filters().len(), 45);
    let mut seen = Vec::new();
    for info in CATALOG.filters() {
        assert!(!info.meaning.is_empty(), "{}", info.name);
        let colors = ORDINARY.map(|color| filter(&info.name, 100).color(color));
        let change = mean(
            |c| c.iter().sum(),
            colors
                .iter()
                .zip(ORDINARY)
                .map(|(is, was)| [0, 1, 2].map(|i| (is[i] - was[i]).abs())),
        );
        assert!(change > 0.03, "{} {change}", info.name);
        assert!(
            !seen.contains(&colors),
            "{} is another one's twin",
            info.name
        );
        seen.push(colors);
    }
}

#[test]
fn the_recipes_are_those_of_the_models_package() {
    let source = include_str!("../../../models/data/catalog.json");
    let source = Catalog::from_json(&serde_json::from_str(source).unwrap());
    assert_eq!(source, Ok(CATALOG.clone()));
}

#[test]
fn families_are_what_they_are_called() {
    for look in family("faded_").chain(family("pastel_")) {
        assert!(black(&look) > 0.17 && contrast(&look) < 0.9 && colorfulness(&look) < 0.97);
    }
    for look in family("vivid_") {
        assert!(colorfulness(&look) > 1.1);
    }
    for look in family("warm_") {
        assert!(
            [0.3, 0.5, 0.8]
                .iter()
                .all(|gray| cast(&look, *gray).1 > 0.03)
        );
    }
    for look in family("cool_") {
        assert!(
            [0.3, 0.5, 0.8]
                .iter()
                .all(|gray| cast(&look, *gray).1 < -0.003)
        );
    }
    for look in family("mono_") {
        let of = |color: Rgb| oklab(look.color(color));
        // Colors that differ in hue only end at the same tint.
        let [_, a, b] = of([0.5; 3]);
        for color in ORDINARY {
            assert!((of(color)[1] - a).abs() < 0.03 && (of(color)[2] - b).abs() < 0.03);
        }
    }
}

#[test]
fn filters_are_what_their_descriptions_say() {
    let at = |name: &str, gray: f32| cast(&filter(name, 100), gray);
    for name in ["mono_Noir", "mono_Silver", "mono_Newsprint"] {
        assert!(chroma(filter(name, 100).color(BRICK)) < 1e-3, "{name}");
    }
    assert!(contrast(&filter("mono_Noir", 100)) > 1.3);
    assert!(lightness(filter("mono_Noir", 100).color([0.2; 3])) < 0.15);
    assert!(black(&filter("mono_Newsprint", 100)) > 0.25);
    assert!(at("mono_Sepia", 0.5).0 > 0.0 && at("mono_Sepia", 0.5).1 > 0.04);
    assert!(at("mono_Cyanotype", 0.5).1 < -0.06);
    assert!(at("cine_TealOrange", 0.25).1 < -0.02 && at("cine_TealOrange", 0.75).1 > 0.01);
    let bleach = filter("cine_Bleach", 100);
    assert!(contrast(&bleach) > 1.15 && colorfulness(&bleach) < 0.7);
    assert!(colorfulness(&filter("cine_Arthouse", 100)) < 0.9);
    for name in [
        "cine_DayForNight",
        "cool_Moonlit",
        "warm_Ember",
        "neon_Toxic",
    ] {
        assert!(lightness(filter(name, 100).color([0.5; 3])) < 0.5, "{name}");
    }
    assert!(at("cine_DayForNight", 0.6).1 < -0.04 && at("cine_Thriller", 0.4).1 < -0.01);
    assert!(at("faded_Instant", 0.2).1 < at("faded_Instant", 0.8).1);
    assert!(at("film_Amber", 0.7).1 > 0.02 && at("film_Verde", 0.5).0 < -0.008);
    assert!(lightness(filter("film_Porcelain", 100).color(SKIN)) > lightness(SKIN) + 0.02);
    assert!(lightness(filter("portrait_Glow", 100).color(SKIN)) > lightness(SKIN) + 0.01);
    assert!(at("film_Nightbus", 0.25).0 < -0.02 && at("film_Nightbus", 0.8).1 > 0.0);
    assert!(at("neon_Tokyo", 0.75).0 > 0.03 && at("neon_Tokyo", 0.3).1 < -0.04);
    assert!(at("neon_Synthwave", 0.5).0 > 0.03 && at("neon_Synthwave", 0.5).1 < -0.05);
    assert!(at("neon_Toxic", 0.6).0 < -0.04 && at("neon_Toxic", 0.6).1 > 0.04);
    assert!(at("nature_Forest", 0.6).0 < -0.01 && at("nature_Meadow", 0.6).0 < -0.005);
    assert!(at("nature_Autumn", 0.6).0 > 0.0 && at("nature_Autumn", 0.6).1 > 0.04);
    assert!(at("retro_Disco", 0.4).0 > 0.03 && at("retro_Diner", 0.3).0 < -0.01);
    assert!(at("retro_VHS", 0.3).0 > at("retro_VHS", 0.85).0);
    assert!(at("vivid_Candy", 0.7).0 > 0.01 && at("pastel_Blush", 0.6).0 > 0.01);
}

proptest! {
    #![proptest_config(crate::cases(64))]

    #[test]
    fn every_filter_is_in_range_and_mixed_in_by_intensity(color in any_color(), intensity in 1..=100) {
        for name in names() {
            let (part, whole) = (filter(name, intensity).color(color), filter(name, 100).color(color));
            for c in 0..3 {
                prop_assert!((0.0..=1.0).contains(&whole[c]), "{} {:?}", name, whole);
                let mixed = color[c] + (whole[c] - color[c]) * intensity as f32 / 100.0;
                prop_assert!((part[c] - mixed).abs() < 1e-5, "{}", name);
            }
        }
    }

    #[test]
    fn no_filter_has_a_band(from in ordinary(), to in ordinary()) {
        for name in names() {
            let bend = bend(&filter(name, 100), from, to);
            prop_assert!(bend < 2e-3, "{} {}", name, bend);
        }
    }
}

#[test]
fn no_filter_turns_a_ramp_of_grays_back() {
    for name in names() {
        let look = filter(name, 100);
        let ramp: Vec<f32> = (0..=255u8)
            .map(|i| luminance(look.color([f32::from(i) / 255.0; 3])))
            .collect();
        assert!(ramp.windows(2).all(|w| w[1] >= w[0] - 1e-5), "{name}");
    }
}

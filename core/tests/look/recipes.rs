//! Recipes: their numbers, and what is refused.

use colorist_core::{Catalog, Edit, Filter, Look, LookError, PackError, Recipe};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{measure::*, support::Tiny};

fn catalog(recipe: Value) -> Result<Catalog, String> {
    let mut value = Tiny::new().manifest["catalog"].clone();
    value["filter"]["recipes"] = json!({"film_Amber": recipe});
    Catalog::from_json(&value)
}

fn filter(name: &str, intensity: i32) -> Edit {
    let name = name.to_owned();
    Edit {
        filter: Some(Filter { name, intensity }),
        ..Edit::default()
    }
}

fn made(recipe: Value) -> Look {
    Look::compile(&filter("film_Amber", 100), &catalog(recipe).unwrap()).unwrap()
}

fn luma([r, g, b]: Rgb) -> f32 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

proptest! {
    #![proptest_config(crate::cases(256))]

    #[test]
    fn slope_offset_and_power_are_a_cdl(
        color in any_color(),
        slope in proptest::array::uniform3(0.3f32..0.8),
        offset in proptest::array::uniform3(0.0f32..0.2),
        power in proptest::array::uniform3(0.6f32..1.6),
    ) {
        let out = made(json!({"slope": slope, "offset": offset, "power": power})).color(color);
        for c in 0..3 {
            let exact = (slope[c] * color[c] + offset[c]).powf(power[c]);
            // Below 0.02 powers are steep, and the curve is linear between its points.
            let close = if exact < 0.02 { 5e-3 } else { 2e-4 };
            prop_assert!((out[c] - exact).abs() < close, "{} {}", out[c], exact);
        }
    }

    #[test]
    fn what_a_plain_cdl_cuts_off_is_bent_in(slope in 1.1f32..3.0, below in 0.05f32..0.4) {
        let look = made(json!({"slope": [slope, slope, slope], "offset": [-below, -below, -below]}));
        let ramp: Vec<f32> = (0..=200u8).map(|i| look.color([f32::from(i) / 200.0; 3])[1]).collect();
        prop_assert!(ramp[0] < INVISIBLE);
        prop_assert!(ramp.windows(2).all(|w| w[1] >= w[0]));
        // In the middle it is what it says.
        let middle = (0.5 + below) / slope;
        prop_assume!(middle < 1.0);
        prop_assert!((look.color([middle; 3])[1] - 0.5).abs() < 1e-3);
    }

    #[test]
    fn saturation_moves_from_luma_and_stays_in_range(color in any_color(), dull in 0.0f32..1.0) {
        let gray = luma(color);
        for (is, was) in made(json!({"saturation": dull})).color(color).iter().zip(color) {
            prop_assert!((is - (gray + (was - gray) * dull)).abs() < 1e-3);
        }
        let vivid = made(json!({"saturation": 1.0 + dull * 2.0})).color(color);
        prop_assert!((luma(vivid) - gray).abs() < 1e-3);
        prop_assert!(chroma(vivid) >= chroma(color) - 1e-3);
    }

    #[test]
    fn tints_keep_luma_black_and_white(color in any_color(), hue in 0.0f32..360.0, amount in 0.0f32..1.0) {
        let tint = json!({"hue": hue, "amount": amount});
        let look = made(json!({"shadows": tint, "highlights": tint}));
        prop_assert!((luma(look.color(color)) - luma(color)).abs() < 1e-3);
        for end in [0.0, 1.0] {
            prop_assert!(look.color([end; 3]).iter().all(|x| (x - end).abs() < 1e-4));
        }
    }

    #[test]
    fn monochrome_mixes_the_channels(color in any_color()) {
        let look = made(json!({"mono": {"mix": 1.0, "weights": [0.5, 0.3, 0.2]}}));
        let gray = 0.5 * color[0] + 0.3 * color[1] + 0.2 * color[2];
        prop_assert!(look.color(color).iter().all(|x| (x - gray).abs() < 1e-3));
    }
}

#[test]
fn a_tint_has_its_hue_in_its_tones() {
    let look = made(
        json!({"shadows": {"hue": 264.0, "amount": 0.3}, "highlights": {"hue": 85.0, "amount": 0.3}}),
    );
    let [_, _, dark] = oklab(look.color([0.3; 3]));
    let [_, _, bright] = oklab(look.color([0.75; 3]));
    assert!(dark < -0.01 && bright > 0.01, "{dark} {bright}");
}

#[test]
fn a_recipe_comes_back_from_json() {
    let catalog = catalog(json!({"slope": [1.1, 1.0, 0.9], "mono": {"mix": 0.5}, "shadows": {"hue": 30.0, "amount": 0.1}})).unwrap();
    assert_eq!(Catalog::from_json(&catalog.to_json()), Ok(catalog.clone()));
    let recipe = catalog.filter("film_Amber").unwrap().recipe.unwrap();
    assert_eq!(
        (recipe.slope[2], recipe.mono.mix, recipe.saturation),
        (0.9, 0.5, 1.0)
    );
    assert_eq!(catalog.filter("mono_Noir").unwrap().recipe, None);
}

#[test]
fn numbers_out_of_range_are_named() {
    for (recipe, field) in [
        (json!({"slope": [1.0, 5.0, 1.0]}), "slope"),
        (json!({"offset": [-2.0, 0.0, 0.0]}), "offset"),
        (json!({"power": [0.0, 1.0, 1.0]}), "power"),
        (json!({"saturation": -0.1}), "saturation"),
        (json!({"mono": {"mix": 1.5}}), "mono.mix"),
        (
            json!({"mono": {"weights": [0.5, 0.5, 0.5]}}),
            "sum of mono.weights",
        ),
        (
            json!({"mono": {"weights": [3.0, -1.0, -1.0]}}),
            "mono.weights",
        ),
        (json!({"shadows": {"hue": 361.0}}), "shadows.hue"),
        (json!({"highlights": {"amount": 2.0}}), "highlights.amount"),
        (json!({"slope": [1.0, 1.0]}), "length"),
        (json!({"contrast": 1.0}), "contrast"),
        (json!(3), "recipe"),
    ] {
        let reason = catalog(recipe).unwrap_err();
        assert!(
            reason.contains("film_Amber") && reason.contains(field),
            "{reason}"
        );
    }
}

#[test]
fn a_pack_with_a_bad_recipe_does_not_open() {
    for (filter, recipe) in [
        ("film_Amber", json!({"saturation": 9.0})),
        ("film_Nothing", json!({})),
    ] {
        let mut tiny = Tiny::new();
        tiny.manifest["catalog"]["filter"]["recipes"] = json!({filter: recipe});
        match colorist_core::Pack::open(tiny.write().path()).unwrap_err() {
            colorist_core::Error::Pack(PackError::InvalidManifest { reason }) => {
                assert!(reason.contains(filter), "{reason}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_pack_without_recipes_predicts_and_says_so_when_a_filter_is_used() {
    let mut tiny = Tiny::new();
    tiny.set("filter.name", &[("film_Amber", 1.0)]);
    tiny.set("filter.intensity", &[("60", 1.0)]);
    let engine = tiny.open().0;
    let edit = engine.edit("warm").unwrap().edit;
    let name = "film_Amber".to_owned();
    assert_eq!(
        Look::compile(&edit, engine.catalog()),
        Err(LookError::NoRecipe { name })
    );
    let unused = Look::compile(&filter("film_Amber", 0), engine.catalog()).unwrap();
    assert!(unused.is_identity());
    let unknown = Look::compile(&filter("mono_Nothing", 50), engine.catalog());
    assert_eq!(unknown, Err(LookError::UnknownFilter));
}

#[test]
fn a_bad_recipe_made_in_code_is_refused_too() {
    let mut catalog = catalog(json!({})).unwrap();
    for info in crate::filters_of(&mut catalog) {
        info.recipe = Some(Recipe {
            saturation: f64::NAN,
            ..Recipe::default()
        });
    }
    let error = Look::compile(&filter("film_Amber", 50), &catalog).unwrap_err();
    assert!(matches!(error, LookError::InvalidRecipe { .. }), "{error}");
}

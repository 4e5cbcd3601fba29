//! Edits as values: JSON both ways, scale, clamp, merge, compare.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use colorist_core::{
    Adjust, ColorAdjust, Difference, Edit, EditError, Error, Filter, SelectiveAdjust,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn golden_hour() -> Edit {
    Edit::from_json(&json!({
        "intent": "golden hour", "why": "low sun",
        "adjust": {"contrast": 10, "temperature": 30, "linearOffset": -5},
        "selectiveAdjust": {"orange": [30, 20], "cyan": [-20, 0]},
        "filter": ["film_Amber", 40],
    }))
    .unwrap()
}

#[test]
fn compact_form_is_read_into_typed_tools() {
    let edit = golden_hour();
    let adjust = edit.adjust.unwrap();
    assert_eq!(
        (adjust.contrast, adjust.temperature, adjust.linear_offset),
        (10, 30, -5)
    );
    assert_eq!(adjust.exposure, 0);
    let selective = edit.selective_adjust.unwrap();
    assert_eq!(
        selective.orange,
        ColorAdjust {
            saturation: 30,
            luminance: 20
        }
    );
    assert_eq!(
        selective.cyan,
        ColorAdjust {
            saturation: -20,
            luminance: 0
        }
    );
    assert_eq!(
        edit.filter.unwrap(),
        Filter {
            name: "film_Amber".to_owned(),
            intensity: 40
        }
    );
}

#[test]
fn full_form_has_all_names_in_the_catalogs_order() {
    let json = golden_hour().to_json();
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&json), ["adjust", "selectiveAdjust", "filter"]);
    assert_eq!(keys(&json["adjust"]), Adjust::names());
    assert_eq!(Adjust::names()[13], "linearOffset");
    assert_eq!(keys(&json["selectiveAdjust"]), SelectiveAdjust::names());
    assert_eq!(
        json["selectiveAdjust"]["orange"],
        json!({"saturation": 30, "luminance": 20})
    );
    assert_eq!(
        json["filter"],
        json!({"name": "film_Amber", "intensity": 40})
    );
    assert_eq!(
        Edit::default().to_json(),
        json!({"adjust": null, "selectiveAdjust": null, "filter": null})
    );
}

#[test]
fn compact_form_is_the_teachers() {
    assert_eq!(
        golden_hour().to_compact_json().to_string(),
        r#"{"adjust":{"contrast":10,"temperature":30,"linearOffset":-5},"selectiveAdjust":{"orange":[30,20],"cyan":[-20,0]},"filter":["film_Amber",40]}"#
    );
}

#[test]
fn json_that_is_no_edit_says_where_but_not_what() {
    let cases = [
        (json!([]), "the value"),
        (json!({"adjust": 3}), "adjust"),
        (json!({"adjust": {"secretslider": 3}}), "adjust"),
        (json!({"adjust": {"tint": "secret"}}), "adjust.tint"),
        (json!({"adjust": {"tint": 1.5}}), "adjust.tint"),
        (json!({"adjust": {"tint": 1e300}}), "adjust.tint"),
        (
            json!({"selectiveAdjust": {"secret": [1, 2]}}),
            "selectiveAdjust",
        ),
        (
            json!({"selectiveAdjust": {"red": [1]}}),
            "selectiveAdjust.red",
        ),
        (
            json!({"selectiveAdjust": {"red": {"secret": 1}}}),
            "selectiveAdjust.red",
        ),
        (
            json!({"selectiveAdjust": {"red": [1, "secret"]}}),
            "selectiveAdjust.red.luminance",
        ),
        (json!({"filter": "secret"}), "filter"),
        (json!({"filter": ["a", 1, 2]}), "filter"),
        (
            json!({"filter": {"name": 3, "intensity": 3}}),
            "filter.name",
        ),
        (json!({"filter": {"name": "secret"}}), "filter.intensity"),
    ];
    for (value, expected) in cases {
        let error = Edit::from_json(&value).expect_err(&value.to_string());
        assert!(
            !format!("{error} {error:?}").contains("secret"),
            "{error:?}"
        );
        let Error::Edit(EditError { place, .. }) = error else {
            panic!("{error:?}")
        };
        assert_eq!(place, expected, "{value}");
    }
}

#[test]
fn tools_without_effect_are_unused() {
    let zeros = json!({"adjust": {"tint": 0}, "selectiveAdjust": {}, "filter": ["film_Amber", 0]});
    assert_eq!(Edit::from_json(&zeros).unwrap(), Edit::default());
    assert!(
        Edit {
            adjust: Some(Adjust::default()),
            ..Edit::default()
        }
        .is_empty()
    );
    assert!(!golden_hour().is_empty());
    let filter = Some(Filter {
        name: "film_Amber".to_owned(),
        intensity: 1,
    });
    assert!(
        !Edit {
            filter,
            ..Edit::default()
        }
        .is_empty()
    );
}

#[test]
fn whole_floats_are_whole_numbers() {
    let edit = Edit::from_json(&json!({"adjust": {"tint": 40.0}})).unwrap();
    assert_eq!(edit.adjust.unwrap().tint, 40);
}

#[test]
fn scaling_rounds_half_away_from_zero() {
    let half = golden_hour().scaled(0.5);
    let adjust = half.adjust.unwrap();
    assert_eq!(
        (adjust.contrast, adjust.temperature, adjust.linear_offset),
        (5, 15, -3)
    );
    assert_eq!(half.selective_adjust.unwrap().orange.luminance, 10);
    assert_eq!(half.filter.unwrap().intensity, 20);
    assert_eq!(golden_hour().scaled(1.0), golden_hour());
    assert_eq!(golden_hour().scaled(3.0).adjust.unwrap().temperature, 90);
    for nothing in [0.0, -1.0, f32::NAN, f32::NEG_INFINITY] {
        assert_eq!(golden_hour().scaled(nothing), Edit::default(), "{nothing}");
    }
    assert_eq!(
        golden_hour().scaled(f32::INFINITY).adjust.unwrap().contrast,
        i32::MAX
    );
}

#[test]
fn clamping_keeps_the_catalogs_ranges() {
    let wild = Edit::from_json(&json!({
        "adjust": {"exposure": 500, "tint": -500, "bloom": -30},
        "selectiveAdjust": {"red": [101, -101]},
        "filter": ["film_Amber", 140],
    }));
    let edit = wild.unwrap().clamped(&support::catalog());
    let adjust = edit.adjust.unwrap();
    assert_eq!((adjust.exposure, adjust.tint, adjust.bloom), (100, -100, 0));
    let red = edit.selective_adjust.unwrap().red;
    assert_eq!((red.saturation, red.luminance), (100, -100));
    assert_eq!(edit.filter.unwrap().intensity, 100);
    let unknown = Edit::from_json(&json!({"filter": ["no_such", 40]})).unwrap();
    assert_eq!(unknown.clamped(&support::catalog()), Edit::default());
}

#[test]
fn merging_moves_what_is_there() {
    let catalog = support::catalog();
    let current = Edit::from_json(&json!({
        "adjust": {"temperature": 90, "tint": 5},
        "selectiveAdjust": {"red": [10, 0]},
        "filter": ["mono_Noir", 30],
    }))
    .unwrap();
    let warmer = Edit::from_json(&json!({"adjust": {"temperature": 20, "tint": -5}})).unwrap();
    let merged = warmer.merged_onto(&current, &catalog);
    assert_eq!(
        merged.adjust.unwrap(),
        Adjust {
            temperature: 100,
            ..Adjust::default()
        }
    );
    assert_eq!(merged.selective_adjust, current.selective_adjust);
    assert_eq!(
        merged.filter, current.filter,
        "without a filter of its own it keeps the current"
    );
    let merged = golden_hour().merged_onto(&current, &catalog);
    assert_eq!(merged.filter.unwrap().name, "film_Amber");
    assert_eq!(
        golden_hour().merged_onto(&Edit::default(), &catalog),
        golden_hour()
    );
    assert_eq!(Edit::default().merged_onto(&current, &catalog), current);
}

#[test]
fn differences_are_named() {
    let mut other = golden_hour();
    other.adjust.as_mut().unwrap().set("temperature", 35);
    other.selective_adjust.as_mut().unwrap().cyan.luminance = 7;
    other.filter = None;
    assert_eq!(
        golden_hour().diff(&other),
        [
            Difference::Slider {
                name: "adjust.temperature".to_owned(),
                before: 30,
                after: 35
            },
            Difference::Slider {
                name: "selectiveAdjust.cyan.luminance".to_owned(),
                before: 0,
                after: 7
            },
            Difference::Filter {
                before: golden_hour().filter,
                after: None
            },
        ]
    );
    assert!(golden_hour().diff(&golden_hour()).is_empty());
    let neutral = Edit {
        adjust: Some(Adjust::default()),
        ..Edit::default()
    };
    assert!(
        neutral.diff(&Edit::default()).is_empty(),
        "unused equals neutral"
    );
}

#[test]
fn sliders_are_reached_by_name() {
    let mut adjust = Adjust::default();
    for (index, name) in Adjust::names().into_iter().enumerate() {
        assert!(adjust.set(name, index as i32 + 1));
        assert_eq!(adjust.get(name), Some(index as i32 + 1));
    }
    assert_eq!(
        adjust.values(),
        std::array::from_fn(|index| index as i32 + 1)
    );
    assert_eq!(adjust.linear_offset, 14);
    assert!(!adjust.set("nothing", 1));
    assert_eq!(adjust.get("nothing"), None);
    assert_eq!(adjust.iter().count(), Adjust::COUNT);
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let value = -100..=100i32;
    let adjust = prop::option::of(prop::array::uniform14(value.clone()));
    let selective = prop::option::of(prop::array::uniform12(value.clone()));
    let filter = prop::option::of(("[a-z]{1,8}_[A-Z][a-z]{1,8}", 1..=100i32));
    (adjust, selective, filter).prop_map(|(adjust, selective, filter)| {
        let adjust = adjust.map(|values| {
            let mut values = values.into_iter();
            Adjust::default().map(|_, _| values.next().unwrap())
        });
        let selective_adjust = selective.map(|values| {
            let mut values = values.chunks_exact(2);
            SelectiveAdjust::default().map(|_, _| {
                let pair = values.next().unwrap();
                ColorAdjust {
                    saturation: pair[0],
                    luminance: pair[1],
                }
            })
        });
        let filter = filter.map(|(name, intensity)| Filter { name, intensity });
        Edit {
            adjust,
            selective_adjust,
            filter,
        }
        .normalized()
    })
}

proptest! {
    #[test]
    fn both_forms_round_trip(edit in any_edit()) {
        prop_assert_eq!(&Edit::from_json(&edit.to_json()).unwrap(), &edit);
        prop_assert_eq!(&Edit::from_json(&edit.to_compact_json()).unwrap(), &edit);
        let text = serde_json::to_string(&edit).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Edit>(&text).unwrap(), &edit);
    }

    #[test]
    fn diff_is_empty_only_between_equals(a in any_edit(), b in any_edit()) {
        prop_assert_eq!(a.diff(&b).is_empty(), a == b);
        prop_assert_eq!(a.diff(&b).len(), b.diff(&a).len());
    }

    #[test]
    fn scaling_never_turns_a_value_around(edit in any_edit(), strength in 0f32..2.0) {
        let scaled = edit.scaled(strength).adjust.unwrap_or_default();
        for ((_, before), (_, after)) in edit.adjust.unwrap_or_default().iter().zip(scaled.iter()) {
            prop_assert!(before.signum() * after.signum() >= 0);
            prop_assert!((f64::from(before) * f64::from(strength) - f64::from(after)).abs() <= 0.5001);
        }
    }
}

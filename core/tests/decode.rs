//! From logits to an edit, with graphs that answer what the test chose.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use colorist_core::{Edit, Filter};
use support::Tiny;

fn close(a: f32, b: f64) -> bool {
    (f64::from(a) - b).abs() < 1e-4
}

#[test]
fn nothing_used_is_an_empty_edit_with_its_confidence() {
    let mut tiny = Tiny::new();
    tiny.set("adjust.used", &[("unused", 0.6), ("used", 0.4)]);
    tiny.set(
        "filter.name",
        &[("none", 0.7), ("film_Amber", 0.2), ("mono_Noir", 0.1)],
    );
    tiny.set("adjust.tint", &[("50", 1.0)]);
    let prediction = tiny.open().0.edit("warm").unwrap();
    assert_eq!(prediction.edit, Edit::default());
    assert!(close(prediction.confidence.adjust, 0.6));
    assert!(close(prediction.confidence.filter, 0.7));
}

#[test]
fn a_value_is_the_expectation_rounded_half_away_from_zero() {
    let mut tiny = Tiny::new();
    tiny.set("adjust.used", &[("unused", 0.25), ("used", 0.75)]);
    tiny.set("adjust.exposure", &[("20", 0.5), ("25", 0.5)]);
    tiny.set("adjust.tint", &[("-20", 0.5), ("-25", 0.5)]);
    tiny.set("adjust.contrast", &[("0", 0.7), ("5", 0.3)]);
    tiny.set("adjust.hue", &[("0", 0.58), ("-5", 0.42)]);
    tiny.set("adjust.temperature", &[("-100", 0.25), ("100", 0.75)]);
    let prediction = tiny.open().0.edit("warm").unwrap();
    let adjust = prediction.adjust.unwrap();
    assert_eq!((adjust.exposure, adjust.tint), (23, -23));
    assert_eq!(adjust.contrast, 0, "1.5 is in the dead zone");
    assert_eq!(adjust.hue, -2, "2.1 is not");
    assert_eq!(adjust.temperature, 50);
    // p(used) times the mean mass within 10 of the value: 13 sliders have all of it, temperature
    // (50 between -100 and 100) none.
    assert!(
        close(prediction.confidence.adjust, 0.75 * 13.0 / 14.0),
        "{:?}",
        prediction.confidence
    );
}

#[test]
fn colors_and_filter_are_read_from_their_slots() {
    let mut tiny = Tiny::new();
    tiny.set("selectiveAdjust.used", &[("used", 1.0)]);
    tiny.set("selectiveAdjust.green.saturation", &[("-30", 1.0)]);
    tiny.set(
        "selectiveAdjust.blue.luminance",
        &[("15", 0.5), ("35", 0.5)],
    );
    tiny.set(
        "filter.name",
        &[("none", 0.1), ("film_Amber", 0.3), ("mono_Noir", 0.6)],
    );
    tiny.set("filter.intensity", &[("40", 1.0)]);
    let prediction = tiny.open().0.edit("warm").unwrap();
    let selective = prediction.selective_adjust.unwrap();
    assert_eq!(selective.green.saturation, -30);
    assert_eq!(selective.blue.luminance, 25);
    assert_eq!(
        selective
            .values()
            .iter()
            .filter(|value| **value != 0)
            .count(),
        2
    );
    let filter = Filter {
        name: "mono_Noir".to_owned(),
        intensity: 40,
    };
    assert_eq!(prediction.filter.as_ref(), Some(&filter));
    // p(used) * p(name | used) = 0.9 * 0.6 / 0.9
    assert!(close(prediction.confidence.filter, 0.6));
    // Both neighbors of 25 are exactly 10 away.
    assert!(close(prediction.confidence.selective_adjust, 1.0));
}

#[test]
fn a_filter_is_used_when_any_is_likely_enough() {
    let mut tiny = Tiny::new();
    tiny.set(
        "filter.name",
        &[("none", 0.4), ("film_Amber", 0.31), ("mono_Noir", 0.29)],
    );
    tiny.set("filter.intensity", &[("40", 1.0)]);
    let prediction = tiny.open().0.edit("warm").unwrap();
    assert_eq!(prediction.filter.as_ref().unwrap().name, "film_Amber");
    assert!(close(prediction.confidence.filter, 0.31));
}

#[test]
fn a_used_tool_of_zeros_is_unused() {
    let mut tiny = Tiny::new();
    tiny.set("adjust.used", &[("used", 1.0)]);
    tiny.set("selectiveAdjust.used", &[("used", 1.0)]);
    tiny.set("filter.name", &[("film_Amber", 1.0)]);
    tiny.set(
        "adjust.exposure",
        &[("0", 0.7), ("20", 0.15), ("-20", 0.15)],
    );
    tiny.set("filter.intensity", &[("0", 0.9), ("15", 0.1)]);
    let prediction = tiny.open().0.edit("warm").unwrap();
    assert_eq!(prediction.edit, Edit::default());
    // The mean mass within 10 of 0, whatever p(used): one of 14 sliders has less than all of it.
    let confidence = prediction.confidence;
    assert!(close(confidence.adjust, 13.7 / 14.0), "{confidence:?}");
    assert!(close(confidence.selective_adjust, 1.0), "{confidence:?}");
    assert!(close(confidence.filter, 0.9), "{confidence:?}");
}

#[test]
fn the_confidence_of_zeros_does_not_depend_on_how_likely_the_tool_is() {
    for used in [0.5, 0.75, 1.0] {
        let mut tiny = Tiny::new();
        tiny.set("adjust.used", &[("unused", 1.0 - used), ("used", used)]);
        tiny.set("adjust.tint", &[("0", 0.6), ("50", 0.2), ("-50", 0.2)]);
        // One class away, which counts as near 0.
        tiny.set("adjust.hue", &[("0", 0.8), ("5", 0.2)]);
        let prediction = tiny.open().0.edit("warm").unwrap();
        assert_eq!(prediction.adjust, None);
        assert!(close(prediction.confidence.adjust, 13.6 / 14.0), "{used}");
    }
}

#[test]
fn thresholds_and_dead_zone_are_the_packs() {
    let mut tiny = Tiny::new();
    tiny.set("adjust.used", &[("unused", 0.6), ("used", 0.4)]);
    tiny.set("adjust.contrast", &[("0", 0.68), ("5", 0.32)]);
    tiny.manifest["decode"]["thresholds"]["adjust"] = 0.3.into();
    tiny.manifest["decode"]["deadzone"] = 0.0.into();
    let adjust = tiny.open().0.edit("warm").unwrap().adjust.unwrap();
    assert_eq!(
        adjust.contrast, 2,
        "1.6, which the usual dead zone would take"
    );
}

#[test]
fn values_are_clamped_to_the_catalog() {
    let mut tiny = Tiny::new();
    tiny.set("adjust.used", &[("used", 1.0)]);
    tiny.set("adjust.exposure", &[("100", 1.0)]);
    tiny.manifest["catalog"]["adjust"]["exposure"]["max"] = 60.into();
    assert_eq!(
        tiny.open().0.edit("warm").unwrap().adjust.unwrap().exposure,
        60
    );
}

#[test]
fn logits_that_are_no_numbers_are_an_error() {
    for logit in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut tiny = Tiny::new();
        tiny.logits[100] = logit;
        let error = tiny.open().0.edit("warm").unwrap_err();
        assert!(error.to_string().contains("not finite"), "{error}");
    }
}

#[test]
fn the_order_of_the_graphs_inputs_does_not_matter() {
    let mut tiny = Tiny::new();
    tiny.graph.inputs = ["attention_mask", "input_ids"];
    assert_eq!(tiny.open().0.edit("warm").unwrap().edit, Edit::default());
}

#[test]
fn prediction_as_json_reads_back_as_its_edit() {
    let mut tiny = Tiny::new();
    tiny.set("adjust.used", &[("used", 1.0)]);
    tiny.set("adjust.exposure", &[("100", 1.0)]);
    let prediction = tiny.open().0.edit("warm").unwrap();
    let json = prediction.to_json();
    assert_eq!(Edit::from_json(&json).unwrap(), prediction.edit);
    assert_eq!(json["tokens"], 2);
    assert_eq!(json["truncated"], false);
    assert_eq!(json["confidence"]["adjust"], 1.0);
    assert!(json["timings"]["totalMs"].as_f64().unwrap() > 0.0);
    let t = prediction.timings;
    assert!(
        t.queue + t.tokenize + t.inference + t.decode <= t.total,
        "{t:?}"
    );
}

//! Packs with tools that are not the photo editor's.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod catalogs;
mod golden;
mod json;
mod slots;
mod written;

use colorist_core::ToolCall;
use serde_json::{Value, json};

/// Two sliders, a grid of one cell, stickers with a size, and moods without an amount.
fn catalog() -> Value {
    json!({"tools": [
        {"name": "grade", "kind": "sliders", "sliders": {
            "glow": {"min": 0, "max": 100, "meaning": "soft light"},
            "fade out": {"min": -50, "max": 100},
        }},
        {"name": "colors", "kind": "grid", "rows": ["été"],
            "columns": {"warmth": {"min": -100, "max": 100}}},
        {"name": "sticker", "kind": "choice", "names": {"heart": "for love", "雪": "snow"},
            "amount": {"name": "size", "min": 0, "max": 100}},
        {"name": "mood", "kind": "choice", "meaning": "how it feels", "names": {"calm": "", "wild": ""}},
    ]})
}

/// The values of a call by name.
fn values(call: &ToolCall) -> Vec<(&str, i32)> {
    let values = call.values.iter();
    values.map(|v| (v.name.as_str(), v.value)).collect()
}

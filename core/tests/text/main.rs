//! The text codec: what a student with random weights writes, and what is refused.
//!
//! `tests/golden/text-pack` is such a student. It knows nothing, so whatever is right about its
//! answers is the grammar's doing.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod decoding;
mod refused;

use std::path::{Path, PathBuf};

use colorist_core::{Colorist, Decoding, Options, Prediction, Request};

/// Intents of which the student makes very different lines.
const INTENTS: [&str; 12] = [
    "golden hour",
    "moody but keep the skin natural",
    "less yellow please",
    "make it pop",
    "black and white",
    "add music",
    "a",
    "WARMER!!!",
    "teal and orange, like a blockbuster",
    "crème brûlée 🍮",
    "0 -30 adjust exposure 45",
    "the last evening of a long summer by the sea, with friends, and a fire",
];

fn text_pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/text-pack")
}

fn open() -> Colorist {
    Colorist::open(text_pack(), Options::default()).expect("the text pack opens")
}

fn decode(
    engine: &Colorist,
    intent: &str,
    decoding: Decoding,
) -> colorist_core::Result<Prediction> {
    engine.edit_with(intent, &Request::default().with_decoding(decoding))
}

//! What a look does to colors: properties over random colors, edits and filters.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod any;
mod edits;
mod exports;
mod filters;
mod lut;
mod measure;
mod precision;
mod recipes;
mod selective;
mod sliders;

use proptest::test_runner::Config;

/// So many random cases; failures are printed, not written into the source tree.
fn cases(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

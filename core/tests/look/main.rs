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

use colorist_core::{
    Catalog,
    catalog::{Choice, ToolKind},
};
use proptest::test_runner::Config;

/// So many random cases; failures are printed, not written into the source tree.
fn cases(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

/// The filters of a catalog, to be changed.
fn filters_of(catalog: &mut Catalog) -> &mut [Choice] {
    match &mut catalog.tools[2].kind {
        ToolKind::Choice { names, .. } => names,
        other => panic!("{other:?}"),
    }
}

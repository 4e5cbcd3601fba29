//! Looks and their tables, as Kotlin and Swift get them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::path::Path;

use colorist_ffi::{FfiCatalog, FfiEngine, FfiError, FfiOptions, edit_from_json};

fn catalog() -> std::sync::Arc<FfiCatalog> {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/packs/colorist-small");
    let options = FfiOptions::default();
    let engine = FfiEngine::open(pack.to_str().unwrap().to_owned(), options, None).unwrap();
    engine.catalog()
}

fn edit(json: &str) -> colorist_ffi::FfiEdit {
    edit_from_json(json.to_owned()).unwrap()
}

#[test]
fn tables_come_in_both_layouts() {
    // The engine is gone; its catalog stays.
    let catalog = catalog();
    let none = catalog.look(edit("{}")).unwrap();
    assert!(none.is_identity());
    let lut = none.lut(3).unwrap();
    assert_eq!(lut.size(), 3);

    // Red fastest: the second entry of an identity is (0.5, 0, 0, 1).
    let floats: Vec<f32> = lut
        .rgba_f32()
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
        .collect();
    assert_eq!(floats.len(), 27 * 4);
    assert_eq!(floats[4..8], [0.5, 0.0, 0.0, 1.0]);

    // Blue fastest: the second entry is opaque half blue.
    let colors: Vec<u32> = lut
        .argb8()
        .chunks_exact(4)
        .map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap()))
        .collect();
    assert_eq!(colors.len(), 27);
    assert_eq!(colors[1], 0xff00_0080);

    let pixels = vec![12, 200, 77, 9, 1, 2, 3];
    assert_eq!(lut.apply_rgba8(pixels.clone()), pixels);
}

#[test]
fn an_edit_is_seen_in_its_look() {
    let catalog = catalog();
    let warm = catalog
        .look(edit(
            r#"{"adjust":{"temperature":60,"bloom":50,"sharpen":25,"structure":-20}}"#,
        ))
        .unwrap();
    assert!(!warm.is_identity());
    assert_eq!(
        (warm.bloom(), warm.sharpen(), warm.structure()),
        (0.5, 0.25, -0.2)
    );
    let gray = warm.lut(33).unwrap().apply_rgba8(vec![128, 128, 128, 7]);
    assert!(gray[0] > gray[2], "{gray:?}");
    assert_eq!(gray[3], 7);
    // Every filter of the pack has its recipe.
    for filter in catalog.filters() {
        let json = format!(r#"{{"filter":["{}",100]}}"#, filter.name);
        let look = catalog.look(edit(&json)).unwrap();
        assert!(!look.is_identity(), "{}", filter.name);
    }
}

#[test]
fn what_has_no_look_is_refused() {
    let catalog = catalog();
    let unknown = catalog.look(edit(r#"{"filter":["no_such_filter",50]}"#));
    assert!(matches!(unknown, Err(FfiError::Look { .. })));
    let none = catalog.look(edit("{}")).unwrap();
    for size in [0, 1, 66, u32::MAX] {
        assert!(matches!(none.lut(size), Err(FfiError::Look { .. })));
    }
}

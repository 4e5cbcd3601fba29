//! Looks and their tables, as Kotlin and Swift get them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::path::Path;

use colorist_ffi::{FfiCatalog, FfiEngine, FfiError, FfiLut, FfiOptions, edit_from_json};
use serde_json::{Value, json};

fn catalog() -> std::sync::Arc<FfiCatalog> {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/packs/colorist-small");
    let options = FfiOptions::default();
    let engine = FfiEngine::open(pack.to_str().unwrap().to_owned(), options, None).unwrap();
    engine.catalog()
}

fn edit(json: &str) -> colorist_ffi::FfiEdit {
    edit_from_json(json.to_owned()).unwrap()
}

fn floats(lut: &FfiLut) -> Vec<f32> {
    lut.rgba_f32()
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
        .collect()
}

fn colors(lut: &FfiLut) -> Vec<u32> {
    lut.argb8()
        .chunks_exact(4)
        .map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap()))
        .collect()
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
    let floats = floats(&lut);
    assert_eq!(floats.len(), 27 * 4);
    assert_eq!(floats[4..8], [0.5, 0.0, 0.0, 1.0]);

    // Blue fastest: the second entry is opaque half blue.
    let colors = colors(&lut);
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
fn the_whole_look_is_applied_to_a_picture() {
    let catalog = catalog();
    let glow = catalog.look(edit(r#"{"adjust":{"bloom":100}}"#)).unwrap();
    let mut pixels = [20, 20, 20, 9].repeat(60 * 40);
    let middle = 4 * (60 * 20 + 30);
    pixels[middle - 24..middle + 24].fill(255);
    let one = glow.applied_rgba8(pixels.clone(), 60, 40, 1).unwrap();
    assert!(one[middle + 28] > 20 && one[middle + 31] == 9);
    for threads in [0, 3, u32::MAX] {
        let many = glow.applied_rgba8(pixels.clone(), 60, 40, threads);
        assert_eq!(many.unwrap(), one);
    }
    for (width, height) in [(40, 59), (0, 0), (u32::MAX, u32::MAX)] {
        let wrong = glow.applied_rgba8(pixels.clone(), width, height, 1);
        assert!(matches!(wrong, Err(FfiError::Look { .. })));
    }
}

#[test]
fn a_table_leaves_as_text_and_as_a_strip() {
    let lut = catalog().look(edit("{}")).unwrap().lut(2).unwrap();
    assert!(lut.cube("x").contains("LUT_3D_SIZE 2\n"));
    // Column red + size * blue: the last pixel of the first row is red and blue.
    assert_eq!(lut.strip_rgba8()[12..16], [255, 0, 255, 255]);
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

/// A golden with what this machine gives for its edit.
fn computed(catalog: &FfiCatalog, golden: &Value) -> Value {
    let look = catalog.look(edit(&golden["edit"].to_string())).unwrap();
    let size = u32::try_from(golden["size"].as_u64().unwrap()).unwrap();
    let table: Vec<Value> = floats(&look.lut(size).unwrap())
        .chunks_exact(4)
        .map(|color| {
            assert_eq!(color[3], 1.0);
            let digits = |x: &f32| (f64::from(*x) * 1e6).round() / 1e6;
            color[..3].iter().map(digits).collect()
        })
        .collect();
    let amounts = [look.bloom(), look.sharpen(), look.structure()];
    json!({
        "name": golden["name"], "edit": golden["edit"], "size": size,
        "amounts": amounts.map(|x| (f64::from(x) * 100.0).round() / 100.0), "table": table,
    })
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap();
    list.iter().map(|x| x.as_f64().unwrap()).collect()
}

#[test]
fn every_look_gives_its_golden_table_in_both_layouts() {
    let catalog = catalog();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/looks.jsonl");
    let goldens: Vec<Value> = std::fs::read_to_string(&path)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let lines = goldens
            .iter()
            .map(|old| format!("{}\n", computed(&catalog, old)));
        std::fs::write(&path, lines.collect::<String>()).unwrap();
        return;
    }
    assert!(goldens.len() >= 10);
    for golden in &goldens {
        let (name, found) = (&golden["name"], computed(&catalog, golden));
        assert_eq!(found["amounts"], golden["amounts"], "{name}");
        let (found, table) = (&found["table"], golden["table"].as_array().unwrap());
        let n = golden["size"].as_u64().unwrap() as usize;
        assert_eq!(
            (found.as_array().unwrap().len(), table.len()),
            (n.pow(3), n.pow(3))
        );

        let look = catalog.look(edit(&golden["edit"].to_string())).unwrap();
        let cube = colors(&look.lut(n as u32).unwrap());
        for (i, expected) in table.iter().enumerate() {
            let (r, g, b) = (i % n, i / n % n, i / n / n);
            let [_, bytes @ ..] = cube[b + n * (g + n * r)].to_be_bytes();
            let (found, expected) = (numbers(&found[i]), numbers(expected));
            for c in 0..3 {
                assert!(
                    (found[c] - expected[c]).abs() < 5e-6,
                    "{name} {i}: {found:?}"
                );
                assert!(
                    (f64::from(bytes[c]) - expected[c] * 255.0).abs() < 0.51,
                    "{name} {i}"
                );
            }
        }
    }
}

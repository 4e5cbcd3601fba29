//! Edits, calls, catalogs and recipes as JSON, and looks as `.cube`:
//! `{"catalog": ..., "calls": ..., "edit": ..., "title": ...}`.
#![no_main]

use colorist_core::{Catalog, Edit, Look};
use colorist_fuzz::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let part = |name: &str| value.get(name).unwrap_or(&Value::Null);
    let edit = Edit::from_json(part("edit"));
    if let Ok(edit) = &edit {
        for json in [edit.to_json(), edit.to_compact_json()] {
            assert_eq!(Edit::from_json(&json).expect("its own JSON"), *edit);
        }
    }
    let Ok(catalog) = Catalog::from_json(part("catalog")) else {
        return;
    };
    if catalog.check().is_err() {
        return;
    }
    if let Ok(calls) = catalog.calls_from_json(part("calls")) {
        let json = catalog.calls_to_json(&calls);
        let again = catalog.calls_from_json(&json).expect("its own JSON");
        assert_eq!(catalog.calls_to_json(&again), json);
    }
    let Ok(edit) = edit else {
        return;
    };
    let title = part("title").as_str().unwrap_or_default();
    if let Ok(look) = Look::compile(&edit, &catalog) {
        let cube = look.lut(17).expect("a size of the list").to_cube(title);
        assert!(cube.is_ascii() && cube.lines().all(|line| line.len() <= 250));
        let rows = cube
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
        let finite = |row: &str| {
            row.split(' ')
                .all(|n| n.parse::<f32>().is_ok_and(f32::is_finite))
        };
        assert_eq!(rows.filter(|row| finite(row)).count(), 17 * 17 * 17);
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::text(data, size, max_size, seed)
});

//! Catalogs and calls as JSON.

use colorist_core::{Catalog, Edit, catalog::ToolKind, metrics};

use super::*;

#[test]
fn a_catalog_survives_json() {
    let read = |json: &Value| Catalog::from_json(json).unwrap();
    for json in [catalog(), crate::support::engine().catalog().to_json()] {
        assert_eq!(read(&read(&json).to_json()), read(&json));
    }
    assert!(!read(&catalog()).is_editor());
    // What the editor's short form cannot say.
    let shipped = crate::support::engine().catalog().clone();
    assert!(shipped.to_json()["adjust"].is_object());
    let changes: [fn(&mut Catalog); 3] = [
        |catalog| catalog.tools.reverse(),
        |catalog| catalog.tools[0].meaning = "light".to_owned(),
        |catalog| match &mut catalog.tools[1].kind {
            ToolKind::Grid { columns, .. } => columns.reverse(),
            other => panic!("{other:?}"),
        },
    ];
    for change in changes {
        let mut changed = shipped.clone();
        change(&mut changed);
        assert!(changed.is_editor());
        assert_eq!(read(&changed.to_json()), changed);
    }
}

#[test]
fn values_go_by_name_whatever_the_catalogs_order() {
    let shipped = crate::support::engine().catalog().clone();
    let mut reversed = shipped.clone();
    reversed.tools.reverse();
    for tool in &mut reversed.tools {
        match &mut tool.kind {
            ToolKind::Sliders(sliders) => sliders.reverse(),
            ToolKind::Grid { rows, columns } => {
                rows.reverse();
                columns.reverse();
            }
            ToolKind::Choice { names, .. } => names.reverse(),
            other => panic!("{other:?}"),
        }
    }
    let edit = json!({"adjust": {"exposure": 30, "hue": -20},
        "selectiveAdjust": {"red": {"saturation": 10, "luminance": 0}}, "filter": null});
    let edit = Edit::from_json(&edit).unwrap();
    let calls = edit.calls();
    let full = reversed.calls_to_json(&calls);
    assert_eq!(Edit::from_json(&full).unwrap(), edit);
    let others = reversed.calls_from_json(&full).unwrap();
    let scores = metrics::evaluate(&["adjust", "selectiveAdjust"], &[(others, calls)]);
    assert!((scores.overall - 1.0).abs() < 1e-9, "{scores:?}");
}

#[test]
fn compact_rows_are_read_as_the_full_form() {
    let catalog = Catalog::from_json(&catalog()).unwrap();
    let compact = json!({"intent": "x", "grade": {"glow": 20}, "colors": {"été": [5]},
        "sticker": ["heart", 40], "mood": ["calm"], "calls": 3});
    let calls = catalog.calls_from_json(&compact).unwrap();
    let full = catalog.calls_to_json(&calls);
    let expected = json!({"grade": {"glow": 20, "fade out": 0}, "colors": {"été": {"warmth": 5}},
        "sticker": {"name": "heart", "size": 40}, "mood": {"name": "calm"}});
    assert_eq!(full, expected);
    assert_eq!(catalog.calls_from_json(&full).unwrap(), calls);
    // Nothing, in each of its forms.
    let nothing = json!({"grade": {}, "colors": {"été": null}, "sticker": ["heart", 0]});
    assert_eq!(catalog.calls_from_json(&nothing).unwrap(), []);
    let wrong = [
        (json!([]), "the value"),
        (
            json!({"grade": {"secret": 5}}),
            "grade has an unknown slider",
        ),
        (
            json!({"grade": {"glow": 0.5}}),
            "grade.glow is not a whole number",
        ),
        (
            json!({"grade": {"glow": "secret"}}),
            "grade.glow is not a number",
        ),
        (
            json!({"colors": {"secret": [5]}}),
            "colors has an unknown row",
        ),
        (
            json!({"colors": {"été": [5, 5]}}),
            "colors.été does not have one value a column",
        ),
        (
            json!({"sticker": ["heart"]}),
            "sticker is not [name, amount]",
        ),
        (json!({"mood": ["calm", 5]}), "mood is not [name]"),
        (
            json!({"sticker": {"name": "heart"}}),
            "sticker.size is missing",
        ),
        (json!({"mood": [5]}), "mood.name is not a text"),
        (json!({"mood": "secret"}), "mood is neither"),
    ];
    for (row, expected) in wrong {
        let error = catalog.calls_from_json(&row).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

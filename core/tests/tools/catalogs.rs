//! Which catalogs can be used, and what is said about the others.

use colorist_core::{
    Catalog, Error, PackError,
    catalog::{MOST_TOOLS, Range, ToolKind},
};

use super::*;
use crate::support::any::AnyPack;

fn sliders(name: &str) -> Value {
    json!({"name": name, "kind": "sliders", "sliders": {"glow": {"min": 0, "max": 100}}})
}

/// Why a pack with these tools cannot be opened.
fn refused(tools: &[Value]) -> String {
    match AnyPack::new(&json!({"tools": tools})).open() {
        Err(Error::Pack(PackError::CatalogMismatch { reason })) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_tool_and_sixteen_can_be_called() {
    for count in [1, MOST_TOOLS] {
        let tools: Vec<Value> = (0..count).map(|i| sliders(&format!("tool {i}"))).collect();
        let mut pack = AnyPack::new(&json!({"tools": tools}));
        for tool in 0..count {
            pack.set(&format!("tool {tool}.used"), &[(json!("used"), 1.0)]);
            pack.set(&format!("tool {tool}.glow"), &[(json!(tool * 5 + 5), 1.0)]);
        }
        let calls = pack.open().unwrap().0.call_tools("warm").unwrap().calls;
        let found: Vec<_> = calls
            .iter()
            .map(|call| call.value("glow").unwrap())
            .collect();
        let expected: Vec<i32> = (1..=count as i32).map(|i| i * 5).collect();
        assert_eq!(found, expected);
    }
    let tools: Vec<Value> = (0..=MOST_TOOLS).map(|i| sliders(&i.to_string())).collect();
    assert!(refused(&tools).contains("17 tools"));
    assert!(refused(&[]).contains("0 tools"));
}

#[test]
fn what_is_wrong_with_a_tool_is_said_with_its_name() {
    let range = |min: i32, max: i32| json!({"x": {"min": min, "max": max}});
    let tool = |fields: Value| {
        let mut tool = json!({"name": "mine"});
        tool.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        tool
    };
    let grid =
        |rows: Value, columns: Value| json!({"kind": "grid", "rows": rows, "columns": columns});
    let wrong = [
        (json!({"kind": "sliders", "sliders": {}}), "no slider"),
        (
            json!({"kind": "sliders", "sliders": range(5, 10)}),
            "`mine.x`",
        ),
        (
            json!({"kind": "sliders", "sliders": range(-10, -5)}),
            "`mine.x`",
        ),
        (
            json!({"kind": "sliders", "sliders": range(0, 0)}),
            "`mine.x`",
        ),
        (
            json!({"kind": "sliders", "sliders": {" ": {"min": 0, "max": 5}}}),
            "no name",
        ),
        (grid(json!([]), range(0, 5)), "no row"),
        (grid(json!(["a", "a"]), range(0, 5)), "`a` occurs twice"),
        (grid(json!(["a"]), json!({})), "no column"),
        (json!({"kind": "choice", "names": {}}), "there is no choice"),
        (
            json!({"kind": "choice", "names": {"a": ""}, "amount": {"name": "name", "min": 0, "max": 5}}),
            "amount",
        ),
    ];
    for (fields, expected) in wrong {
        let reason = refused(&[sliders("good"), tool(fields)]);
        assert!(
            reason.contains(expected) && reason.contains("mine"),
            "{expected}: {reason}"
        );
    }
    assert!(refused(&[sliders("a"), sliders("a")]).contains("tool `a` occurs twice"));
    // The list of the Python tools, whose catalogs end up in packs.
    let python = include_str!("../../../models/colorist_models/catalog_form.py");
    let (_, list) = python.split_once("RESERVED = (").unwrap();
    let (list, _) = list.split_once(')').unwrap();
    let reserved: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert_eq!(reserved.len(), 14);
    for name in reserved {
        let reason = refused(&[sliders(name)]);
        assert!(
            reason.contains(&format!("called `{name}`")),
            "{name}: {reason}"
        );
    }
}

#[test]
fn malformed_tools_are_named() {
    let wrong = [
        (json!({"tools": {}}), "not a list"),
        (
            json!({"tools": [{"kind": "sliders"}]}),
            "tool 1 has no name",
        ),
        (json!({"tools": [{"name": "mine"}]}), "`mine`"),
        (
            json!({"tools": [{"name": "mine", "kind": "dial"}]}),
            "`mine`",
        ),
        (
            json!({"tools": [{"name": "mine", "kind": "sliders", "sliders": {"x": {"min": 0}}}]}),
            "slider `x`",
        ),
        (
            json!({"tools": [{"name": "mine", "kind": "grid", "rows": ["a"]}]}),
            "columns",
        ),
        (json!({"adjust": {}}), "selectiveAdjust"),
    ];
    for (catalog, expected) in wrong {
        let reason = Catalog::from_json(&catalog).unwrap_err();
        assert!(reason.contains(expected), "{expected}: {reason}");
    }
}

#[test]
fn catalogs_of_any_size_are_refused_before_anything_is_made_of_them() {
    let range = json!({"min": 0, "max": 100});
    let named = |count: usize| -> serde_json::Map<String, Value> {
        (0..count).map(|i| (i.to_string(), range.clone())).collect()
    };
    let grid = |rows: usize, columns: usize| {
        let rows: Vec<String> = (0..rows).map(|i| i.to_string()).collect();
        json!({"name": "grid", "kind": "grid", "rows": rows, "columns": named(columns)})
    };
    let names = |count: usize| {
        let names: serde_json::Map<_, _> = (0..count).map(|i| (i.to_string(), json!(""))).collect();
        json!({"name": "names", "kind": "choice", "names": names})
    };
    let sliders =
        |count: usize| json!({"name": "many", "kind": "sliders", "sliders": named(count)});
    let check = |tools: &[&Value]| {
        Catalog::from_json(&json!({"tools": tools}))
            .unwrap()
            .check()
    };
    assert_eq!(check(&[&sliders(512), &grid(64, 8), &names(4096)]), Ok(()));
    let cells = check(&[&sliders(513), &grid(64, 8)]).unwrap_err();
    assert!(cells.contains("1024 values"), "{cells}");
    let choices = check(&[&names(4097)]).unwrap_err();
    assert!(choices.contains("4096 choices"), "{choices}");
    // A hundred million cells: their names alone would take gigabytes.
    let mut pack = AnyPack::new(&catalog());
    pack.manifest["catalog"] = json!({"tools": [grid(10_000, 10_000)]});
    let error = pack.open().unwrap_err().to_string();
    assert!(error.contains("1024 values"), "{error}");
    let huge = Catalog::from_json(&pack.manifest["catalog"]).unwrap();
    assert!(!huge.is_editor());
}

#[test]
fn names_that_slots_cannot_tell_apart_are_refused() {
    let range = json!({"min": 0, "max": 5});
    let sliders =
        |tool: &str, name: &str| json!({"name": tool, "kind": "sliders", "sliders": {name: range}});
    let grid = |row: &str, column: &str| json!({"name": "mine", "kind": "grid", "rows": [row], "columns": {column: range}});
    let choice = |name: &str, amount: &str| {
        json!({"name": "mine", "kind": "choice", "names": {name: ""},
            "amount": {"name": amount, "min": 0, "max": 5}})
    };
    let wrong = [
        (sliders("mine", "used"), "called `used`"),
        (sliders("mine", "a.b"), "`a.b` has a dot"),
        (sliders("my.tool", "a"), "`my.tool` has a dot"),
        (sliders("mine", " a"), "spaces"),
        (sliders("mine ", "a"), "spaces"),
        (grid("a.b", "c"), "`a.b` has a dot"),
        (grid("a", "b.c"), "`b.c` has a dot"),
        (choice("none", "size"), "called `none`"),
        (choice("unused", "size"), "called `unused`"),
        (choice("a  b", "size"), "spaces"),
        (choice("a", "name"), "called `name`"),
        (choice("a", "my.size"), "`my.size` has a dot"),
    ];
    for (tool, expected) in wrong {
        let reason = refused(&[tool]);
        assert!(reason.contains(expected), "{expected}: {reason}");
    }
    // Names to choose from are classes, not slots.
    let dotted = Catalog::from_json(&json!({"tools": [choice("v1.5", "size")]}));
    assert_eq!(dotted.unwrap().check(), Ok(()));
    let mut pack = AnyPack::new(&catalog());
    let slots = pack.manifest["slots"].as_array_mut().unwrap();
    slots.push(json!({"name": "junk", "classes": [0, 1]}));
    let error = pack.open().unwrap_err().to_string();
    assert!(error.contains("slot `junk` is of no tool"), "{error}");
    let mut pack = AnyPack::new(&catalog());
    pack.manifest["decode"]["thresholds"] = json!({"grade": 0.5});
    let error = pack.open().unwrap_err().to_string();
    assert!(
        error.contains("`decode.thresholds` lacks `colors`"),
        "{error}"
    );
}

#[test]
fn a_tool_of_the_editors_name_is_not_the_editors() {
    let mut catalog = crate::support::engine().catalog().clone();
    assert!(!catalog.sliders().is_empty() && !catalog.filters().is_empty());
    // Its selective adjust and filter, beside another adjust.
    if let ToolKind::Sliders(sliders) = &mut catalog.tools[0].kind {
        sliders.truncate(1);
    }
    assert!(!catalog.is_editor());
    assert!(catalog.sliders().is_empty() && catalog.colors().is_empty());
    assert!(catalog.filters().is_empty() && catalog.slider("exposure").is_none());
    let ranges = [
        catalog.saturation(),
        catalog.luminance(),
        catalog.intensity(),
    ];
    assert_eq!(ranges, [Range::default(); 3]);
    let mood = json!({"name": "mood", "kind": "choice", "names": {"calm": ""}});
    let other =
        json!({"name": "adjust", "kind": "sliders", "sliders": {"exposure": {"min": 0, "max": 5}}});
    let catalog = Catalog::from_json(&json!({"tools": [other, mood]})).unwrap();
    assert!(catalog.sliders().is_empty());
}

#[test]
fn numbers_that_slots_cannot_have_are_refused() {
    let reason = |change: fn(&mut Value)| {
        let mut pack = AnyPack::new(&catalog());
        change(&mut pack.manifest);
        pack.open().unwrap_err().to_string()
    };
    let wide = reason(|m| m["catalog"]["tools"][0]["sliders"]["glow"]["max"] = json!(101));
    assert!(wide.contains("`grade.glow` is not within -100"), "{wide}");
    for threshold in [-0.1, 1.1] {
        let mut pack = AnyPack::new(&catalog());
        pack.manifest["decode"]["thresholds"]["mood"] = json!(threshold);
        let error = pack.open().unwrap_err().to_string();
        assert!(error.contains("decode.thresholds"), "{error}");
    }
    // Beyond what a 32 bit number holds, it is infinite.
    for deadzone in [json!(-1.0), json!(1e300)] {
        let mut pack = AnyPack::new(&catalog());
        pack.manifest["decode"]["deadzone"] = deadzone;
        let error = pack.open().unwrap_err().to_string();
        assert!(error.contains("decode.deadzone"), "{error}");
    }
}

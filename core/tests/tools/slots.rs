//! Answers of slots packs, with graphs that answer what the test chose.

use std::time::Duration;

use colorist_core::{CancelToken, Error, Request};

use super::*;
use crate::support::any::AnyPack;

/// A pack that uses every tool.
fn busy() -> AnyPack {
    let mut pack = AnyPack::new(&catalog());
    pack.set(
        "grade.used",
        &[(json!("used"), 0.8), (json!("unused"), 0.2)],
    );
    pack.set("grade.fade out", &[(json!(-80), 1.0)]);
    pack.set("colors.used", &[(json!("used"), 1.0)]);
    pack.set("colors.été.warmth", &[(json!(30), 0.5), (json!(40), 0.5)]);
    pack.set("sticker.name", &[(json!("雪"), 0.9), (json!("none"), 0.1)]);
    pack.set("sticker.size", &[(json!(60), 1.0)]);
    pack.set("mood.name", &[(json!("wild"), 0.7), (json!("calm"), 0.3)]);
    pack
}

#[test]
fn every_kind_of_tool_is_read_from_its_slots() {
    let (engine, _folder) = busy().open().unwrap();
    let prediction = engine.call_tools("warm").unwrap();
    let tools: Vec<&str> = prediction.calls.iter().map(|c| c.tool.as_str()).collect();
    assert_eq!(tools, ["grade", "colors", "sticker", "mood"]);
    let [grade, colors, sticker, mood] = prediction.calls.as_slice() else {
        panic!("four calls");
    };
    // All values of a used tool, within their ranges.
    assert_eq!(values(grade), [("glow", 0), ("fade out", -50)]);
    assert_eq!(values(colors), [("été.warmth", 35)]);
    assert_eq!(sticker.choice.as_deref(), Some("雪"));
    assert_eq!(values(sticker), [("size", 60)]);
    assert_eq!(mood.choice.as_deref(), Some("wild"));
    assert_eq!(values(mood), []);
    assert_eq!(grade.choice, None);
    let sure = prediction.confidence.iter().map(|sure| sure.value);
    for (sure, expected) in sure.zip([0.4, 1.0, 0.9, 0.7]) {
        assert!((sure - expected).abs() < 1e-4, "{sure} {expected}");
    }
    let json = prediction.to_json();
    assert_eq!(json["grade"], json!({"glow": 0, "fade out": -50}));
    assert_eq!(json["colors"], json!({"été": {"warmth": 35}}));
    assert_eq!(json["sticker"], json!({"name": "雪", "size": 60}));
    assert_eq!(json["mood"], json!({"name": "wild"}));
    assert_eq!(json["confidence"]["sticker"], 0.9);
    let catalog = engine.catalog();
    assert_eq!(catalog.calls_from_json(&json).unwrap(), prediction.calls);
}

#[test]
fn tools_that_change_nothing_are_not_called() {
    let mut pack = busy();
    pack.set("grade.fade out", &[(json!(0), 1.0)]);
    pack.set("sticker.size", &[(json!(0), 1.0)]);
    pack.set("mood.name", &[(json!("none"), 0.6), (json!("calm"), 0.4)]);
    let prediction = pack.open().unwrap().0.call_tools("warm").unwrap();
    let tools: Vec<&str> = prediction.calls.iter().map(|c| c.tool.as_str()).collect();
    assert_eq!(tools, ["colors"]);
    assert_eq!(prediction.confidence.len(), 4);
    assert_eq!(prediction.to_json()["mood"], Value::Null);
}

#[test]
fn an_edit_is_refused_at_once_and_names_the_tools() {
    let (engine, _folder) = busy().open().unwrap();
    let refused =
        |result: colorist_core::Result<_>| match result.map(|_: colorist_core::Prediction| ()) {
            Err(Error::OtherTools { tools }) => tools,
            other => panic!("{other:?}"),
        };
    let tools = refused(engine.edit("warm"));
    assert_eq!(tools, ["grade", "colors", "sticker", "mood"]);
    let (sender, receiver) = std::sync::mpsc::channel();
    let pending = engine.submit("warm", Request::default(), move |result| {
        sender.send(result).unwrap();
    });
    assert_eq!(refused(receiver.recv().unwrap()), tools);
    pending.cancel();
    let stats = engine.stats();
    assert_eq!((stats.requests, stats.failed, stats.runs), (2, 2, 0));
    // What is wrong with the engine or the thread comes first.
    let (sender, receiver) = std::sync::mpsc::channel();
    let inner = engine.clone();
    engine.submit_call_tools("warm", Request::default(), move |_| {
        sender.send(inner.edit("warm")).unwrap();
    });
    let called = receiver.recv().unwrap();
    assert!(
        matches!(called, Err(Error::CalledFromCallback)),
        "{called:?}"
    );
    engine.close();
    assert!(matches!(engine.edit("warm"), Err(Error::Closed)));
    let (sender, receiver) = std::sync::mpsc::channel();
    engine.submit("warm", Request::default(), move |result| {
        sender.send(result).unwrap();
    });
    assert!(matches!(receiver.recv().unwrap(), Err(Error::Closed)));
}

#[test]
fn deadlines_and_cancelling_apply_to_calls() {
    let (engine, _folder) = busy().open().unwrap();
    let late = Request::default().with_deadline(Duration::ZERO);
    let refused = engine.call_tools_with("warm", &late);
    assert!(
        matches!(refused, Err(Error::DeadlineExceeded)),
        "{refused:?}"
    );
    let token = CancelToken::new();
    token.cancel();
    let cancelled = Request::default().with_cancel(token);
    let refused = engine.call_tools_with("warm", &cancelled);
    assert!(matches!(refused, Err(Error::Cancelled)), "{refused:?}");
    assert!(matches!(engine.call_tools(" "), Err(Error::Intent(_))));
    engine.close();
    assert!(matches!(engine.call_tools("warm"), Err(Error::Closed)));
}

#[test]
fn the_photo_editors_tools_can_be_called_too() {
    let engine = crate::support::engine();
    assert!(engine.catalog().is_editor());
    for intent in ["golden hour", "make the sky more blue", "film noir"] {
        let (edit, calls) = (
            engine.edit(intent).unwrap(),
            engine.call_tools(intent).unwrap(),
        );
        assert_eq!(calls.calls, edit.edit.calls());
        assert_eq!(colorist_core::Edit::from_calls(&calls.calls), edit.edit);
        let sure: Vec<f32> = calls.confidence.iter().map(|sure| sure.value).collect();
        let confidence = edit.confidence;
        let expected = [
            confidence.adjust,
            confidence.selective_adjust,
            confidence.filter,
        ];
        assert_eq!(sure, expected);
        assert_eq!(calls.to_json()["adjust"], edit.to_json()["adjust"]);
    }
}

#[test]
fn the_order_of_the_editors_tools_sliders_and_colors_does_not_matter() {
    let engine = crate::support::engine();
    let mut catalog = engine.catalog().clone();
    catalog.tools.reverse();
    for tool in &mut catalog.tools {
        match &mut tool.kind {
            colorist_core::catalog::ToolKind::Sliders(sliders) => sliders.reverse(),
            colorist_core::catalog::ToolKind::Grid { rows, columns } => {
                rows.reverse();
                columns.reverse();
            }
            _ => {}
        }
    }
    assert!(catalog.is_editor());
    let folder = crate::support::variant(|manifest| {
        let tools = catalog.tools.iter().map(general);
        manifest["catalog"] = json!({"tools": tools.collect::<Vec<_>>()});
    });
    let options = colorist_core::Options::default();
    let other = colorist_core::Colorist::open(folder.path(), options).unwrap();
    for intent in ["golden hour", "make the sky more blue"] {
        let (edit, same) = (engine.edit(intent).unwrap(), other.edit(intent).unwrap());
        assert_eq!(edit.edit, same.edit);
        assert_eq!(edit.confidence.filter, same.confidence.filter);
    }
}

/// A tool in the general form.
fn general(tool: &colorist_core::catalog::Tool) -> Value {
    use colorist_core::{Catalog, catalog::Tool};
    let renamed = Tool {
        name: "other".to_owned(),
        ..tool.clone()
    };
    let tools = vec![renamed];
    let mut json = Catalog { tools }.to_json()["tools"][0].clone();
    json["name"] = json!(tool.name);
    json
}

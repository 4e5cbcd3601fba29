//! The pack of another editor's tools that Kotlin and Swift open too.

use std::path::{Path, PathBuf};

use colorist_core::{Colorist, Options, Pack, ToolCall};

fn sticker_pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/sticker-pack")
}

#[test]
fn the_goldens_are_reproduced() {
    let goldens = Pack::open(sticker_pack()).unwrap().goldens().unwrap();
    assert!(goldens.len() >= 5);
    let engine = Colorist::open(sticker_pack(), Options::default()).unwrap();
    assert!(!engine.catalog().is_editor());
    for golden in goldens {
        let calls = engine.call_tools(&golden.intent).unwrap().calls;
        let named = |calls: &[ToolCall]| -> Vec<_> {
            let name = |call: &ToolCall| (call.tool.clone(), call.choice.clone());
            calls.iter().map(name).collect()
        };
        assert_eq!(named(&calls), named(&golden.calls), "{}", golden.intent);
        // Another processor adds in another order: a value at a rounding's edge may move by one.
        let values = |calls: Vec<ToolCall>| calls.into_iter().flat_map(|call| call.values);
        for (value, golden) in values(calls).zip(values(golden.calls)) {
            assert_eq!(value.name, golden.name);
            assert!(
                value.value.abs_diff(golden.value) <= 1,
                "{value:?} {golden:?}"
            );
        }
    }
}

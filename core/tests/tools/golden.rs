//! The pack of another editor's tools that Kotlin and Swift open too.

use std::path::{Path, PathBuf};

use colorist_core::{Colorist, Options, Pack};

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
        assert_eq!(calls, golden.calls, "{}", golden.intent);
    }
}

//! What a person types, for a student that writes its answer as words.
#![no_main]

use std::sync::OnceLock;

use colorist_core::{Colorist, Error};
use colorist_fuzz::{check, golden, open};
use libfuzzer_sys::fuzz_target;

static ENGINE: OnceLock<Colorist> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    let engine = ENGINE.get_or_init(|| open(&golden("text-pack")));
    let intent = String::from_utf8_lossy(data);
    let answer = engine.call_tools(&intent);
    if let Err(error) = &answer {
        assert!(matches!(error, Error::Intent(_)), "{error}");
    }
    check(engine, answer);
});

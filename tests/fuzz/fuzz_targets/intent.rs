//! What a person types, through the whole engine: every text with the shipped pack's kind of
//! tokenizer before the smallest graph, one of eight with a trained student.
//! `COLORIST_FUZZ_PACK` names another pack for the latter.
#![no_main]

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use colorist_core::{Colorist, Edit, Error};
use colorist_fuzz::{check, copy, golden, open, write_file};
use libfuzzer_sys::fuzz_target;

struct Engines {
    quick: Colorist,
    trained: Colorist,
}

static ENGINES: OnceLock<Engines> = OnceLock::new();

fn engines(trained: &Path) -> Engines {
    let tokenizer = fs::read(golden("sticker-pack").join("tokenizer.json"));
    let quick = copy("tiny-pack");
    write_file(
        quick.path(),
        "tokenizer.json",
        &tokenizer.expect("a tokenizer"),
    );
    Engines {
        quick: open(quick.path()),
        trained: open(trained),
    }
}

fuzz_target!(|data: &[u8]| {
    let engines = ENGINES.get_or_init(|| {
        let pack = env::var_os("COLORIST_FUZZ_PACK").map(PathBuf::from);
        engines(&pack.unwrap_or_else(|| golden("sticker-pack")))
    });
    let intent = String::from_utf8_lossy(data);
    match engines.quick.edit(&intent) {
        Ok(answer) => {
            let json = answer.edit.to_json();
            assert_eq!(Edit::from_json(&json).expect("its own JSON"), answer.edit);
        }
        // The only reason to refuse a text.
        Err(error) => assert!(matches!(error, Error::Intent(_)), "{error}"),
    }
    if data.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)) % 8 == 0 {
        let answer = engines.trained.call_tools(&intent);
        if let Err(error) = &answer {
            assert!(matches!(error, Error::Intent(_)), "{error}");
        }
        check(&engines.trained, answer);
    }
});

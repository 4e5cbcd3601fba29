//! The rows of `colorist eval`: one JSON object a line.
#![no_main]

use std::{cell::OnceCell, fs};

use colorist_fuzz::folder;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

// The program's own sources: it has no library.
#[allow(dead_code)]
#[path = "../../harness/src"]
mod harness {
    pub(crate) mod failure;
    #[path = "eval/rows.rs"]
    pub(crate) mod rows;
}

use harness::{failure, rows};

thread_local! {
    static PLACE: OnceCell<TempDir> = const { OnceCell::new() };
}

fuzz_target!(|data: &[u8]| {
    PLACE.with(|place| {
        let path = place.get_or_init(folder).path().join("rows.jsonl");
        fs::write(&path, data).expect("the rows");
        if let Ok(read) = rows::read(&path, &rows::Tools::Editor) {
            drop(rows::matched(&read, &path, &rows::Tools::Editor));
        }
    });
});

//! The graph, in a pack whose sums are right: what ONNX Runtime makes of it.
//!
//! Not among the targets that have to stay without a finding: ONNX Runtime trusts its models.
#![no_main]

use std::cell::OnceCell;

use colorist_fuzz::{ask, copy, write_file};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

thread_local! {
    static PACK: OnceCell<TempDir> = const { OnceCell::new() };
}

fuzz_target!(|data: &[u8]| {
    PACK.with(|folder| {
        let folder = folder.get_or_init(|| copy("tiny-pack")).path();
        write_file(folder, "student.onnx", data);
        ask(folder, "warm");
    });
});

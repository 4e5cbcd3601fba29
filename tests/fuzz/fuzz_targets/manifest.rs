//! `pack.json`, with a `pack.sha256` that vouches for it, beside the other files of a pack.
#![no_main]

use std::cell::OnceCell;

use colorist_fuzz::{ask, copy, mutate, panics, write_manifest};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tempfile::TempDir;

thread_local! {
    static SLOTS: OnceCell<TempDir> = const { OnceCell::new() };
    static TEXT: OnceCell<TempDir> = const { OnceCell::new() };
}

fuzz_target!(init: panics::allow(&["tokenizers"]), |data: &[u8]| {
    // The files must be there that the manifest names, or nothing behind them is reached.
    let text = data.windows(12).any(|window| window == b"decoder.onnx");
    let (cell, pack) = if text { (&TEXT, "text-pack") } else { (&SLOTS, "tiny-pack") };
    cell.with(|folder| {
        let folder = folder.get_or_init(|| copy(pack)).path();
        write_manifest(folder, data);
        ask(folder, "a warm evening");
    });
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::text(data, size, max_size, seed)
});

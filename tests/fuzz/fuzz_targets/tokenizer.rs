//! `tokenizer.json`, in a pack whose sums are right.
#![no_main]

use std::cell::OnceCell;

use colorist_fuzz::{ask, copy, mutate, panics, write_file};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tempfile::TempDir;

thread_local! {
    static PACK: OnceCell<TempDir> = const { OnceCell::new() };
}

fuzz_target!(init: panics::allow(&["tokenizers"]), |data: &[u8]| {
    PACK.with(|folder| {
        let folder = folder.get_or_init(|| copy("tiny-pack")).path();
        write_file(folder, "tokenizer.json", data);
        ask(folder, "A warm, go\u{308}lden evening \u{1f308} </s> 1234 \u{4e2d}\u{6587}");
    });
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::text(data, size, max_size, seed)
});

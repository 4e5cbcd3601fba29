//! Reading JPEG, PNG, TIFF and WebP files, with their orientation and color profile.
#![no_main]

use std::{cell::OnceCell, fs};

use colorist_fuzz::folder;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

// The program's own sources: it has no library.
#[allow(dead_code, unused_imports)]
#[path = "../../harness/src"]
mod harness {
    pub(crate) mod failure;
    pub(crate) mod file;
    pub(crate) mod picture;
}

use harness::{failure, file, picture};

thread_local! {
    static PLACE: OnceCell<TempDir> = const { OnceCell::new() };
}

fuzz_target!(|data: &[u8]| {
    PLACE.with(|place| {
        let path = place.get_or_init(folder).path().join("picture");
        fs::write(&path, data).expect("the picture");
        if let Ok(picture) = picture::load(&path) {
            let channels = match &picture.pixels {
                picture::Pixels::Rgba8(pixels) => pixels.len(),
                picture::Pixels::Rgba16(pixels) => pixels.len(),
            };
            assert_eq!(channels, 4 * picture.width * picture.height);
        }
    });
});

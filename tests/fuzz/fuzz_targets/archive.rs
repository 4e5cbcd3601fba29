//! A whole pack in the archive form, as it is and with its sums made right.
#![no_main]

use std::{cell::OnceCell, fs};

use colorist_core::Pack;
use colorist_fuzz::{ask, entry, folder, golden, panics, refused, sha256};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tempfile::TempDir;

/// Magic, format, length of the manifest, its sum.
const HEADER: usize = 48;

thread_local! {
    static PLACE: OnceCell<(TempDir, Vec<u8>)> = const { OnceCell::new() };
}

/// The same archive with sizes and sums that fit, and with a graph that ONNX Runtime knows: what it
/// makes of others is the target `graph`.
fn repaired(data: &[u8], graph: &[u8]) -> Option<Vec<u8>> {
    let length = u32::from_le_bytes(data.get(12..16)?.try_into().ok()?) as usize;
    let manifest = data.get(HEADER..HEADER.checked_add(length)?)?;
    let mut manifest: Value = serde_json::from_slice(manifest).ok()?;
    let mut position = HEADER + length;
    let mut files = Vec::new();
    for (name, info) in manifest.get_mut("files")?.as_object_mut()? {
        let size = info.get("size").and_then(Value::as_u64)?;
        let start = position.next_multiple_of(64).min(data.len());
        let end = start
            .saturating_add(usize::try_from(size).ok()?)
            .min(data.len());
        let content = if name.ends_with(".onnx") {
            graph
        } else {
            &data[start..end]
        };
        *info = entry(content);
        files.push(content);
        position = end;
    }
    let manifest = serde_json::to_vec(&manifest).ok()?;
    let mut archive = data[..12].to_vec();
    archive.extend(u32::try_from(manifest.len()).ok()?.to_le_bytes());
    let sum = sha256(&manifest);
    let digit = |at: usize| u8::from_str_radix(&sum[2 * at..2 * at + 2], 16);
    archive.extend((0..32).map_while(|at| digit(at).ok()));
    archive.extend(&manifest);
    for content in files {
        archive.resize(archive.len().next_multiple_of(64), 0);
        archive.extend(content);
    }
    Some(archive)
}

fuzz_target!(init: panics::allow(&["tokenizers"]), |data: &[u8]| {
    PLACE.with(|place| {
        let (folder, graph) = place.get_or_init(|| {
            let graph = fs::read(golden("tiny-pack").join("student.onnx"));
            (folder(), graph.expect("the graph"))
        });
        let path = folder.path().join("fuzzed.colorist");
        fs::write(&path, data).expect("the archive");
        match Pack::open(&path) {
            Ok(pack) => drop(pack.goldens()),
            Err(error) => refused(&error),
        }
        if let Some(archive) = repaired(data, graph) {
            fs::write(&path, archive).expect("the archive");
            if let Ok(pack) = Pack::open(&path) {
                drop(pack.goldens());
            }
            ask(&path, "a warm evening");
        }
    });
});

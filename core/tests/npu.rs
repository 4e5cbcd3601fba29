//! A pack on Qualcomm's NPU, or on its emulator for x86 Linux.
//!
//! `COLORIST_QNN` names the folder with the provider's libraries, `COLORIST_NPU_PACK` a pack with a
//! graph for it. In the emulator an inference takes seconds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use colorist_core::{Colorist, Options, Pack, Provider, Qnn};

fn named(variable: &str) -> PathBuf {
    let path = env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set"));
    PathBuf::from(path)
}

fn open(cache: &Path) -> Colorist {
    let folder = named("COLORIST_QNN");
    let qnn = Qnn::default()
        .with_library(folder.join("libonnxruntime_providers_qnn.so"))
        .with_backend(folder.join("libQnnHtp.so"));
    let options = Options::default()
        .with_providers([Provider::Qnn(qnn)])
        .with_accept_slower(true)
        .with_cache(cache);
    let colorist = Colorist::open(named("COLORIST_NPU_PACK"), options).unwrap();
    let report = colorist.provider();
    println!("{report}\nloaded: {:?}", colorist.load_timings());
    assert_eq!(report.running, "QNN", "{report}");
    colorist
}

/// The graphs that were compiled, with when.
fn compiled(cache: &Path) -> Vec<(PathBuf, SystemTime)> {
    let entries = fs::read_dir(cache).unwrap().map(Result::unwrap);
    entries
        .filter(|entry| entry.file_name().to_str().unwrap().starts_with("context-"))
        .map(|entry| (entry.path(), entry.metadata().unwrap().modified().unwrap()))
        .collect()
}

#[test]
fn the_goldens_come_out_of_the_npu_and_what_was_compiled_is_kept() {
    let cache = tempfile::tempdir().unwrap();
    let first = open(cache.path());
    let report = first.provider();
    let test = report.self_test.as_ref().unwrap();
    let pack = Pack::open(named("COLORIST_NPU_PACK")).unwrap();
    let npu = pack.manifest().codec.npu().unwrap().clone();
    assert!(test.of >= 8.min(pack.goldens().unwrap().len()));
    assert!(test.differing as f32 <= npu.tolerance.differing * test.of as f32);
    assert_eq!(report.graphs, [npu.file]);
    let kept = compiled(cache.path());
    assert_eq!(kept.len(), 1);
    let intent = pack.goldens().unwrap()[0].intent.clone();
    let answer = first.call_tools(&intent).unwrap();
    drop(first);

    // Neither tested nor compiled again, and the same answer.
    let second = open(cache.path());
    assert_eq!(second.provider(), report);
    assert_eq!(compiled(cache.path()), kept);
    assert_eq!(second.call_tools(&intent).unwrap().calls, answer.calls);
    drop(second);

    // What is damaged is compiled again.
    let mut bytes = fs::read(&kept[0].0).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&kept[0].0, &bytes).unwrap();
    assert_eq!(open(cache.path()).provider(), report);
    assert_ne!(fs::read(&kept[0].0).unwrap(), bytes);
}

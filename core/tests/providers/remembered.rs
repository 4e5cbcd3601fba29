//! What is remembered of a self-test, and until when.

use std::{
    fs,
    path::{Path, PathBuf},
};

use colorist_core::{Colorist, Options, Plugin, Provider, ProviderReport};

use super::{CPU, device, pack};

fn open(folder: &Path, cache: &Path, provider: Provider) -> ProviderReport {
    let options = Options::default()
        .with_providers([provider])
        .with_accept_slower(true)
        .with_cache(cache);
    Colorist::open(folder, options).unwrap().provider()
}

/// The verdicts in the cache with when they were written: in place of an old one there is always a
/// new file.
fn verdicts(cache: &Path) -> Vec<(PathBuf, std::time::SystemTime)> {
    let entries = fs::read_dir(cache).unwrap().map(Result::unwrap);
    let mut verdicts: Vec<_> = entries
        .filter(|entry| entry.file_name().to_str().unwrap().starts_with("verdict-"))
        .map(|entry| (entry.path(), entry.metadata().unwrap().modified().unwrap()))
        .collect();
    verdicts.sort_unstable();
    verdicts
}

#[test]
fn a_verdict_is_kept_for_the_next_start() {
    let folder = pack("30").write();
    let cache = tempfile::tempdir().unwrap();
    let first = open(folder.path(), cache.path(), device());
    assert_eq!(first.running, CPU);
    let kept = verdicts(cache.path());
    assert_eq!(kept.len(), 1);
    // The same times to the nanosecond: nothing was measured again.
    assert_eq!(open(folder.path(), cache.path(), device()), first);
    assert_eq!(verdicts(cache.path()), kept);

    let failing = pack("90").write();
    let failed = open(failing.path(), cache.path(), device());
    assert_eq!(failed.running, "CPU");
    let kept = verdicts(cache.path());
    assert_eq!(kept.len(), 2, "another pack is judged by itself");
    assert_eq!(open(failing.path(), cache.path(), device()), failed);
    assert_eq!(verdicts(cache.path()), kept);
}

#[test]
fn a_failed_test_is_not_repeated_whatever_the_time_it_took() {
    let folder = pack("90").write();
    let cache = tempfile::tempdir().unwrap();
    let open = || {
        let options = Options::default()
            .with_providers([device()])
            .with_cache(cache.path());
        Colorist::open(folder.path(), options).unwrap().provider()
    };
    let first = open();
    assert_eq!(first.running, "CPU");
    let kept = verdicts(cache.path());
    assert_eq!(open(), first);
    assert_eq!(verdicts(cache.path()), kept);
}

#[test]
fn a_damaged_verdict_is_found_anew() {
    let folder = pack("30").write();
    let cache = tempfile::tempdir().unwrap();
    let first = open(folder.path(), cache.path(), device());
    let (path, _) = verdicts(cache.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 1;
    for bytes in [&damaged[..], &whole[..10], &[]] {
        fs::write(&path, bytes).unwrap();
        let again = open(folder.path(), cache.path(), device());
        assert_eq!(again.running, CPU);
        assert_eq!(
            again.self_test.unwrap().of,
            first.self_test.as_ref().unwrap().of
        );
        assert_ne!(fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn other_options_or_another_library_are_judged_anew() {
    let folder = pack("30").write();
    let cache = tempfile::tempdir().unwrap();
    let library = cache.path().join("plugin.so");
    let plugin = |option: &str| {
        let plugin = Plugin::new("OtherProvider").with_library(&library);
        Provider::Plugin(plugin.with_option("mode", option))
    };
    let judged = |option| {
        assert_eq!(
            open(folder.path(), cache.path(), plugin(option)).running,
            "CPU"
        );
        verdicts(cache.path()).len()
    };
    fs::write(&library, "not a library").unwrap();
    assert_eq!((judged("a"), judged("a")), (1, 1));
    assert_eq!(judged("b"), 2);
    fs::write(&library, "not a library either").unwrap();
    assert_eq!(judged("a"), 3);
}

#[test]
fn without_a_cache_a_verdict_lives_as_long_as_the_process() {
    let folder = pack("30").write();
    let first = super::open(folder.path(), [device()]).provider();
    let second = super::open(folder.path(), [device()]).provider();
    assert_eq!((first.running.as_str(), &second), (CPU, &first));
}

#[test]
fn without_a_place_for_its_mark_a_self_test_is_not_risked() {
    let folder = pack("30").write();
    let file = folder.path().join("pack.json");
    let report = open(folder.path(), &file, device());
    assert_eq!(report.running, "CPU");
    let (_, why) = &report.others[0];
    assert!(why.to_string().contains("cannot be written"), "{why}");
}

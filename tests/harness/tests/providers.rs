//! Execution providers on the command line, and a process that does not live through a self-test.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{colorist, folder, json, run};

/// ONNX Runtime's CPU as a device, which every machine has.
const DEVICE: &str = "CPUExecutionProvider";

fn slow_pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden/slow-pack")
}

fn other<'a>(report: &'a serde_json::Value, name: &str) -> &'a str {
    let others = report["providers"]["others"].as_array().unwrap();
    let found = others.iter().find(|other| other["name"] == name).unwrap();
    found["why"].as_str().unwrap()
}

#[test]
fn inspect_says_what_runs_and_why_not_the_others() {
    let wanted = [
        "--provider",
        "nnapi",
        "--provider",
        "qnn",
        "--provider",
        "Other=none.so",
    ];
    let mut arguments = vec!["inspect", "--json"];
    arguments.extend(wanted);
    let report = json(&arguments);
    assert_eq!(report["providers"]["running"], "CPU");
    assert!(other(&report, "NNAPI").contains("provider-nnapi"));
    assert_eq!(other(&report, "QNN"), "the pack has no graph for it");
    assert!(other(&report, "Other").contains("none.so"));
    assert_eq!(report["goldens"]["count"], report["goldens"]["reproduced"]);
    arguments.remove(1);
    let table = run(&arguments);
    assert_eq!((table.code, table.stderr.as_str()), (Some(0), ""));
    assert!(table.stdout.contains("Providers"), "{}", table.stdout);
    assert!(!run(&["inspect"]).stdout.contains("Providers"));
}

#[test]
fn every_golden_comes_out_of_a_device() {
    let report = json(&["inspect", "--json", "--provider", DEVICE, "--accept-slower"]);
    assert_eq!(report["providers"]["running"], DEVICE);
    assert_eq!(report["providers"]["selfTest"]["differing"], 0);
    assert_eq!(report["goldens"]["count"], report["goldens"]["reproduced"]);
    let there = json(&[
        "edit",
        "--json",
        "--provider",
        DEVICE,
        "--accept-slower",
        "golden hour",
    ]);
    let here = json(&["edit", "--json", "golden hour"]);
    assert_eq!(there["adjust"], here["adjust"]);
}

#[test]
fn a_provider_during_whose_self_test_the_process_ended_is_not_tried_again() {
    let cache = folder("crash").join("cache");
    let pack = slow_pack();
    let arguments = [
        "inspect",
        "--json",
        "--provider",
        DEVICE,
        "--accept-slower",
        "--cache",
        cache.to_str().unwrap(),
        "--pack",
        pack.to_str().unwrap(),
    ];
    let mut child = colorist(&arguments).stdout(Stdio::null()).spawn().unwrap();
    // The mark is there before the session is built, and the pack's run takes long.
    let patience = Instant::now() + Duration::from_secs(60);
    while !has_mark(&cache) {
        assert!(Instant::now() < patience, "no self-test began");
        assert_eq!(
            child.try_wait().unwrap(),
            None,
            "it ended before it was stopped"
        );
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let report = json(&arguments);
    assert_eq!(report["providers"]["running"], "CPU");
    assert_eq!(other(&report, DEVICE), "its last self-test did not end");
    fs::remove_dir_all(&cache).unwrap();
    assert_eq!(json(&arguments)["providers"]["running"], DEVICE);
}

fn has_mark(cache: &Path) -> bool {
    let entries = fs::read_dir(cache).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name())
        .any(|name| name.to_string_lossy().starts_with("verdict-"))
}

//! What each profile may take, read from the process's own counters. The kernel tells them on Linux;
//! the budgets are for `colorist-small`, with ONNX Runtime's library (22 MB of code) in them.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;

use common::run;
use serde_json::Value;

/// A profile, and the most MB of: the peak until the first edit, what is held when loaded, what of it
/// belongs to no file, what is held when unloaded.
const BUDGETS: [(&str, [f64; 4]); 6] = [
    ("default", [120.0, 100.0, 65.0, 60.0]),
    ("low memory", [110.0, 95.0, 60.0, 60.0]),
    ("cache, first start", [165.0, 100.0, 40.0, 60.0]),
    ("cache", [95.0, 95.0, 40.0, 60.0]),
    ("low memory, cache, first start", [165.0, 85.0, 26.0, 60.0]),
    ("low memory, cache", [80.0, 80.0, 26.0, 60.0]),
];

#[test]
fn every_profile_keeps_its_budget() {
    let run = run(&["profiles", "--json", "--processes", "1"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let measured: Value = serde_json::from_str(&run.stdout).unwrap();
    for (profile, budgets) in BUDGETS {
        let figures = &measured["profiles"][profile];
        let figure = |name: &str| figures[name].as_f64().unwrap();
        let names = ["startPeakMB", "loadedMB", "loadedAnonymousMB", "unloadMB"];
        for (name, budget) in names.into_iter().zip(budgets) {
            // Zero would be a counter that was not read.
            assert!(
                0.0 < figure(name) && figure(name) <= budget,
                "{profile}: {name} is {} MB, the budget {budget}",
                figure(name)
            );
        }
        // What is given back is what the weights took, but for files, which the system takes back.
        let freed = figure("loadedAnonymousMB") - figure("unloadAnonymousMB");
        assert!(freed > 3.0, "{profile}: unloading freed {freed} MB");
        assert!(
            figure("idleAnonymousMB") < figure("loadedAnonymousMB"),
            "{profile}"
        );
        assert!(
            figure("lightAnonymousMB") <= figure("loadedAnonymousMB") + 1.0,
            "{profile}"
        );
    }
}

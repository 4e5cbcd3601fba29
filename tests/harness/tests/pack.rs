//! `colorist inspect`, `pack`, `bench` and `soak`.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::fs;

use common::{folder, json, keys, run};

/// The pack that the other tests use by default.
fn default_pack() -> String {
    json(&["inspect", "--json"])["path"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn inspect_says_what_a_pack_is() {
    let pack = json(&["inspect", "--json"]);
    assert_eq!(pack["verified"], true);
    assert_eq!(pack["catalog"]["adjust"].as_object().unwrap().len(), 14);
    assert_eq!(
        pack["catalog"]["filter"]["names"]
            .as_object()
            .unwrap()
            .len(),
        45
    );
    assert!(pack["provider"].is_string());
    let table = run(&["inspect"]);
    assert_eq!((table.code, table.stderr.as_str()), (Some(0), ""));
    assert!(table.stdout.contains(pack["name"].as_str().unwrap()));
}

#[test]
fn an_archive_edits_like_its_folder() {
    let target = folder("archive").join("pack.colorist");
    let target = target.to_str().unwrap();
    let written = run(&["pack", &default_pack(), "--output", target]);
    assert_eq!((written.code, written.stderr.as_str()), (Some(0), ""));
    let (folder, archive) = (
        json(&["edit", "--json", "golden hour"]),
        json(&["edit", "--json", "--pack", target, "golden hour"]),
    );
    for key in ["adjust", "selectiveAdjust", "filter", "confidence"] {
        assert_eq!(folder[key], archive[key]);
    }

    let mut bytes = fs::read(target).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(target, bytes).unwrap();
    let damaged = run(&["inspect", "--pack", target]);
    assert_eq!((damaged.code, damaged.stdout.as_str()), (Some(1), ""));
    assert!(damaged.stderr.contains("damaged"), "{}", damaged.stderr);
}

#[test]
fn bench_measures_every_phase() {
    let report = json(&[
        "bench",
        "--edits",
        "40",
        "--cold",
        "2",
        "--threads",
        "1",
        "--json",
    ]);
    assert_eq!(
        keys(&report),
        ["pack", "intents", "threads", "edit", "cold", "python"]
    );
    assert_eq!(report["threads"], 1);
    assert_eq!(report["edit"]["edits"], 40);
    for phase in ["tokenizeMs", "inferenceMs", "decodeMs", "callMs"] {
        let times = &report["edit"][phase];
        let [p50, p90, p99] = ["p50", "p90", "p99"].map(|name| times[name].as_f64().unwrap());
        assert!(0.0 < p50 && p50 <= p90 && p90 <= p99, "{phase}: {times}");
    }
    let (call, inference) = (
        &report["edit"]["callMs"]["p50"],
        &report["edit"]["inferenceMs"]["p50"],
    );
    assert!(call.as_f64() > inference.as_f64());
    assert!(report["cold"]["firstEditMs"]["p50"].as_f64() > call.as_f64());
    if cfg!(target_os = "linux") {
        assert!(report["cold"]["peakMemoryMB"].as_f64().unwrap() > 1.0);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn many_edits_do_not_grow_the_memory() {
    let report = json(&["soak", "--edits", "2000", "--limit", "2", "--json"]);
    assert_eq!(report["edits"], 2000);
    assert!(report["residentAfter1000MB"].as_f64().unwrap() > 1.0);

    // No memory shrinks by a gigabyte here: the limit is really compared with something.
    let failed = run(&["soak", "--edits", "1001", "--limit=-1000"]);
    assert_eq!(failed.code, Some(1));
}

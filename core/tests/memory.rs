//! That unloading gives memory back and loading again does not grow. A binary of its own, since it
//! measures the whole process.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]
#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;

use colorist_core::TrimLevel;

/// The process's resident memory, bytes.
fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<i64>()
        .unwrap()
        << 10
}

/// Edits with a load before and an unload after, in each third of the measurement.
const CYCLES: usize = 8;

/// The middle of a row of measurements.
fn median(measured: &[i64]) -> i64 {
    let mut sorted = measured.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

#[test]
fn unloading_gives_memory_back_and_loading_again_does_not_grow() {
    let engine = support::engine();
    let student = &engine
        .info()
        .files
        .iter()
        .find(|(name, _)| name == "student.onnx")
        .unwrap()
        .1;
    let student = i64::try_from(student.size).unwrap();
    let mut loaded = Vec::new();
    let mut unloaded = Vec::new();
    for _ in 0..3 * CYCLES {
        engine.edit("golden hour").unwrap();
        loaded.push(resident());
        engine.trim(TrimLevel::Unload).unwrap();
        unloaded.push(resident());
    }
    // The weights are in memory at least once.
    assert!(
        median(&loaded[2 * CYCLES..]) - median(&unloaded[2 * CYCLES..]) > student / 2,
        "{loaded:?} {unloaded:?}"
    );
    // The allocator settles in the first third. A student kept by each cycle would add `CYCLES`
    // students between the others.
    for resident in [&loaded, &unloaded] {
        let growth = median(&resident[2 * CYCLES..]) - median(&resident[CYCLES..2 * CYCLES]);
        assert!(growth < student, "{student} {resident:?}");
    }
}

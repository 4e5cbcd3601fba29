//! `colorist inspect`, `pack` with its keys, `bench` and `soak`.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

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

/// The tiny pack of the goldens without its signature, in a folder of this test's own.
fn unsigned(name: &str) -> PathBuf {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden/tiny-pack");
    let pack = folder(name).join("pack");
    fs::create_dir_all(&pack).unwrap();
    for file in fs::read_dir(golden).unwrap() {
        let file = file.unwrap();
        if file.file_name() != "pack.sig" {
            fs::copy(file.path(), pack.join(file.file_name())).unwrap();
        }
    }
    pack
}

/// The golden test key's file with this extension.
fn test_key(extension: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden/test-key");
    path.with_extension(extension).to_str().unwrap().to_owned()
}

#[test]
fn what_a_new_key_signs_is_verified_by_it_alone() {
    let pack = unsigned("signed-keys");
    let secret = pack.with_file_name("key");
    let public = pack.with_file_name("key.pub");
    let [pack, secret, public] = [&pack, &secret, &public].map(|path| path.to_str().unwrap());
    let made = run(&["pack", "keygen", "--out", secret]);
    assert_eq!((made.code, made.stderr.as_str()), (Some(0), ""));
    let digits = fs::read_to_string(secret).unwrap();
    let digits = digits.trim().strip_prefix("ed25519-secret ").unwrap();
    assert!(digits.len() == 64 && !made.stdout.contains(digits));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(secret).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let again = run(&["pack", "keygen", "--out", secret]);
    assert_eq!(again.code, Some(1));
    assert!(
        again.stderr.contains("never overwritten"),
        "{}",
        again.stderr
    );
    assert!(fs::read_to_string(secret).unwrap().contains(digits));

    let refused = run(&["pack", "verify", pack, "--key", public]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("not signed"), "{}", refused.stderr);
    let signed = run(&["pack", "sign", pack, "--key", secret]);
    assert_eq!((signed.code, signed.stderr.as_str()), (Some(0), ""));
    let verified = run(&["pack", "verify", pack, "--key", public]);
    assert_eq!((verified.code, &verified.stdout), (Some(0), &signed.stdout));
    let other = test_key("pub");
    let refused = run(&["pack", "verify", pack, "--key", &other]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("does not trust"),
        "{}",
        refused.stderr
    );
    let several = run(&["pack", "verify", pack, "--key", &other, "--key", public]);
    assert_eq!(several.code, Some(0));

    // The archive of a signed folder is signed.
    let archive = format!("{pack}.colorist");
    assert_eq!(run(&["pack", pack]).code, Some(0));
    let digits = fs::read_to_string(public).unwrap();
    let digits = digits.trim().strip_prefix("ed25519 ").unwrap();
    let verified = run(&["pack", "verify", &archive, "--key", digits]);
    assert_eq!((verified.code, verified.stderr.as_str()), (Some(0), ""));
}

#[test]
fn signing_gives_the_golden_signature() {
    let pack = unsigned("signed-golden");
    let signed = run(&[
        "pack",
        "sign",
        pack.to_str().unwrap(),
        "--key",
        &test_key(""),
    ]);
    assert_eq!((signed.code, signed.stderr.as_str()), (Some(0), ""));
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden/tiny-pack/pack.sig");
    let line = |path: &Path| fs::read_to_string(path).unwrap();
    assert_eq!(line(&pack.join("pack.sig")), line(&golden));
}

#[test]
fn what_is_no_key_is_said_to_be_none() {
    let pack = unsigned("signed-wrong");
    let pack = pack.to_str().unwrap();
    // A public key is no secret one, nor the other way around; the text of neither is repeated.
    let refused = run(&["pack", "sign", pack, "--key", &test_key("pub")]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("no secret key"),
        "{}",
        refused.stderr
    );
    let secret = fs::read_to_string(test_key("")).unwrap();
    let refused = run(&["pack", "verify", pack, "--key", &test_key("")]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("keygen"), "{}", refused.stderr);
    assert!(!refused.stderr.contains(secret.trim()));
    let missing = run(&["pack", "sign", pack, "--key", "/nowhere/key"]);
    assert!(
        missing.stderr.contains("/nowhere/key"),
        "{}",
        missing.stderr
    );
    assert_eq!(run(&["pack", "sign", pack]).code, Some(2));
    assert_eq!(run(&["pack"]).code, Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn edits_among_trims_cancels_and_reopenings_stay_equal_to_the_goldens() {
    let pack = ["--pack", "../golden/sticker-pack"];
    let arguments = [
        "soak", "--mixed", "--edits", "4000", "--seed", "7", "--json",
    ];
    let report = json(&[&arguments[..], &pack].concat());
    assert_eq!(report["edits"], 4000);
    for disturbance in ["trims", "unloadings", "reopenings", "cancelled"] {
        assert!(report[disturbance].as_u64().unwrap() > 0, "{report:#}");
    }
    assert_eq!(report["residentByQuarterMB"].as_array().unwrap().len(), 4);

    let failed = run(&[&arguments[..], &pack, &["--limit=-1000"]].concat());
    assert_eq!(failed.code, Some(1));
}

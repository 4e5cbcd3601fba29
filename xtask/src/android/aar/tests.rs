use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

const MANIFEST: &str = r#"<manifest xmlns:android="http://schemas.android.com/apk/res/android"
    package="dev.colorist.pack.small"><uses-sdk android:minSdkVersion="24" /></manifest>"#;

/// An AAR with a pack in it, and some entries instead of its own.
fn pack(method: CompressionMethod, other: &[(&str, &str)]) -> Archive {
    let mut entries: BTreeMap<_, _> = COMMON.map(|name| (name, "")).into();
    entries.insert(COMMON[0], MANIFEST);
    entries.insert(ASSET, "pack");
    entries.extend(other.iter().copied());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .add_directory("assets/", SimpleFileOptions::default())
        .unwrap();
    for (name, text) in entries {
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    Archive::read(writer.finish().unwrap(), "test.aar").unwrap()
}

#[test]
fn a_pack_is_stored_as_it_is_and_alone() {
    let good = pack(CompressionMethod::Stored, &[]);
    assert_eq!(pack_problems(&good), [""; 0]);
    let small = pack(CompressionMethod::Deflated, &[]);
    assert_eq!(pack_problems(&small), [format!("{ASSET} is compressed")]);
    let more = pack(CompressionMethod::Stored, &[("res/values.xml", "")]);
    assert_eq!(pack_problems(&more), ["res/values.xml should not be there"]);
}

#[test]
fn a_manifest_asks_for_nothing() {
    let package = "dev.colorist.pack.small";
    assert_eq!(manifest(MANIFEST, package), [""; 0]);
    let asking = MANIFEST.replace(
        "<uses-sdk",
        r#"<uses-permission android:name="android.permission.INTERNET" /><uses-sdk"#,
    );
    let found = manifest(&asking, package);
    assert_eq!(
        found,
        ["the manifest asks apps for more: <uses-permission>"]
    );
    let newer = MANIFEST.replace("24", "26");
    assert_eq!(
        manifest(&newer, package),
        ["the manifest does not say minSdkVersion 24"]
    );
    assert_eq!(manifest(MANIFEST, "dev.colorist").len(), 1);
    assert_eq!(manifest("", package).len(), 1);
}

#[test]
fn an_aar_without_its_parts_is_told_what_is_missing() {
    let archive = pack(
        CompressionMethod::Stored,
        &[("jni/arm64-v8a/libother.so", "no")],
    );
    let found = sdk_problems(&archive, Expected::Proof);
    // The jar is empty, which is no zip file.
    assert!(found.is_err());
    let found = entries(&archive, ["proguard.txt".to_owned()].into_iter()).join("\n");
    assert!(found.contains("proguard.txt is missing"), "{found}");
    assert!(found.contains("libother.so should not be there"), "{found}");
    let found = libraries(&archive, Expected::Release, LIBRARY).join("\n");
    for part in [
        "arm64-v8a/libcolorist_ffi.so is",
        "x86_64/libcolorist_ffi.so is",
        "libother.so:",
    ] {
        assert!(found.contains(part), "{part} is not in {found}");
    }
}

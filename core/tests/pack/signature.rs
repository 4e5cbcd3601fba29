//! Signed packs: an app that trusts keys opens what one of them signed, and nothing else.

use super::*;
use colorist_core::{
    TrimLevel,
    pack::{PublicKey, SecretKey},
};
use proptest::prelude::*;

fn secret(seed: u8) -> SecretKey {
    SecretKey::from_bytes(&[seed; 32])
}

/// Opens for somebody who trusts the keys of these seeds.
fn trusting(seeds: &[u8], path: &Path) -> Result<Pack, PackError> {
    let keys: Vec<PublicKey> = seeds.iter().map(|seed| secret(*seed).public()).collect();
    Pack::open_trusted(path, &keys).map_err(|error| match error {
        Error::Pack(error) => error,
        other => panic!("not a pack's error: {other:?}"),
    })
}

/// A tiny pack that the key of seed 1 signed.
fn signed() -> tempfile::TempDir {
    let folder = Tiny::new().write();
    open(folder.path()).unwrap().sign(&secret(1)).unwrap();
    folder
}

/// Writes a manifest, with the sum that belongs to it.
fn exchange(folder: &Path, manifest: &[u8]) {
    fs::write(folder.join("pack.json"), manifest).unwrap();
    let sum = format!("{}  pack.json\n", support::sha256(manifest));
    fs::write(folder.join("pack.sha256"), sum).unwrap();
}

#[test]
fn only_a_trusted_key_opens_a_pack() {
    let folder = signed();
    let archive = folder.path().join("tiny.colorist");
    open(folder.path())
        .unwrap()
        .write_archive(&archive)
        .unwrap();
    for path in [folder.path(), &archive] {
        for seeds in [&[1][..], &[1, 2], &[2, 1]] {
            let pack = trusting(seeds, path).unwrap();
            assert_eq!(pack.signature().unwrap().key(), &secret(1).public());
        }
        let error = trusting(&[2, 3], path).unwrap_err();
        assert!(
            matches!(&error, PackError::UntrustedKey { key } if *key == secret(1).public()),
            "{error:?}"
        );
        assert!(error.to_string().contains(&secret(1).public().to_string()));
        // Who trusts nobody in particular opens it as any other pack, and nothing as trusted.
        assert!(open(path).unwrap().signature().is_some());
        assert!(matches!(trusting(&[], path), Err(PackError::Unsigned)));
    }
    fs::remove_file(folder.path().join("pack.sig")).unwrap();
    let pack = open(folder.path()).unwrap();
    assert!(pack.signature().is_none());
    pack.write_archive(&archive).unwrap();
    for path in [folder.path(), &archive] {
        assert!(matches!(trusting(&[1], path), Err(PackError::Unsigned)));
    }
}

#[test]
fn an_archive_is_signed_where_it_lies() {
    let folder = Tiny::new().write();
    let [unsigned, archive] = ["a.colorist", "b.colorist"].map(|name| folder.path().join(name));
    let mut pack = open(folder.path()).unwrap();
    pack.write_archive(&unsigned).unwrap();
    pack.sign(&secret(1)).unwrap();
    pack.write_archive(&archive).unwrap();
    let (plain, whole) = (fs::read(&unsigned).unwrap(), fs::read(&archive).unwrap());
    assert_eq!(&whole[..plain.len()], plain, "a signature is only added");
    let line = fs::read(folder.path().join("pack.sig")).unwrap();
    assert!(whole.ends_with(&line));
    assert_eq!(line, pack.signature().unwrap().line().as_bytes());

    open(&unsigned).unwrap().sign(&secret(1)).unwrap();
    assert_eq!(fs::read(&unsigned).unwrap(), whole);
    // A second signature takes the place of the first.
    open(&unsigned).unwrap().sign(&secret(2)).unwrap();
    assert!(trusting(&[2], &unsigned).is_ok());
    assert_eq!(fs::metadata(&unsigned).unwrap().len(), whole.len() as u64);
}

#[test]
fn every_flipped_byte_of_a_signature_is_refused() {
    let folder = signed();
    let archive = folder.path().join("tiny.colorist");
    open(folder.path())
        .unwrap()
        .write_archive(&archive)
        .unwrap();
    let size = fs::metadata(folder.path().join("pack.sig")).unwrap().len();
    assert_eq!(size, 202);
    let start = fs::metadata(&archive).unwrap().len() - size;
    for at in 0..size {
        for mask in [1 << (at % 8), 0xff] {
            let file = folder.path().join("pack.sig");
            flip(&file, at, mask);
            flip(&archive, start + at, mask);
            match trusting(&[1], folder.path()).unwrap_err() {
                PackError::BadSignature { file } => assert_eq!(file, "pack.sig"),
                // Another key, where the digits still are one.
                PackError::UntrustedKey { .. } if (8..72).contains(&at) => {}
                error => panic!("{at}: {error:?}"),
            }
            match trusting(&[1], &archive).unwrap_err() {
                PackError::BadSignature { .. } => {}
                PackError::UntrustedKey { .. } if (8..72).contains(&at) => {}
                PackError::Unsigned if at < 8 || at == size - 1 => {}
                error => panic!("{at}: {error:?}"),
            }
            // Nobody has to trust anybody to see that it is damaged.
            assert!(
                open(folder.path()).is_err() && open(&archive).is_err(),
                "{at}"
            );
            flip(&file, at, mask);
            flip(&archive, start + at, mask);
        }
    }
    trusting(&[1], folder.path()).expect("all flips were undone");
    trusting(&[1], &archive).expect("all flips were undone");
}

#[test]
fn a_signature_of_another_length_is_refused() {
    let folder = signed();
    let path = folder.path().join("pack.sig");
    let line = fs::read(&path).unwrap();
    let longer = [&line[..], b"\n"].concat();
    let twice = [&line[..], &line].concat();
    let upper = line.to_ascii_uppercase();
    for content in [b"".as_slice(), &line[..201], &longer, &twice, &upper] {
        fs::write(&path, content).unwrap();
        let error = trusting(&[1], folder.path()).unwrap_err();
        assert!(
            matches!(error, PackError::BadSignature { .. }),
            "{} bytes: {error:?}",
            content.len()
        );
    }
}

#[test]
fn a_signature_vouches_for_one_manifest_only() {
    let (one, mut other) = (signed(), Tiny::new());
    other.manifest["name"] = json!("other");
    let other = other.write();
    // The signature of another pack, in either direction.
    fs::copy(one.path().join("pack.sig"), other.path().join("pack.sig")).unwrap();
    assert!(matches!(
        trusting(&[1], other.path()),
        Err(PackError::BadSignature { .. })
    ));
    assert!(open(other.path()).is_err());
    // The manifest of another pack, with the sum that belongs to it.
    exchange(
        one.path(),
        &fs::read(other.path().join("pack.json")).unwrap(),
    );
    assert!(matches!(
        trusting(&[1], one.path()),
        Err(PackError::BadSignature { .. })
    ));
}

#[test]
fn what_is_no_json_is_refused_before_it_is_parsed() {
    let folder = signed();
    exchange(folder.path(), b"{");
    assert!(matches!(
        trusting(&[1], folder.path()),
        Err(PackError::BadSignature { .. })
    ));
    fs::remove_file(folder.path().join("pack.sig")).unwrap();
    assert!(matches!(
        trusting(&[1], folder.path()),
        Err(PackError::Unsigned)
    ));
    assert!(matches!(
        open(folder.path()),
        Err(PackError::InvalidManifest { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_change_of_a_signed_manifest_is_refused(
        at in any::<proptest::sample::Index>(), mask in 1..=u8::MAX,
    ) {
        let folder = signed();
        let mut manifest = fs::read(folder.path().join("pack.json")).unwrap();
        let at = at.index(manifest.len());
        manifest[at] ^= mask;
        exchange(folder.path(), &manifest);
        let error = trusting(&[1], folder.path()).unwrap_err();
        prop_assert!(matches!(error, PackError::BadSignature { .. }), "{:?}", error);
    }
}

#[test]
fn an_engine_asks_for_the_signature_each_time_it_loads() {
    let folder = signed();
    let trust = |seed| Options::default().with_trusted_keys([secret(seed).public()]);
    assert!(matches!(
        Colorist::open(folder.path(), trust(2)),
        Err(Error::Pack(PackError::UntrustedKey { .. }))
    ));
    let engine = Colorist::open(folder.path(), trust(1)).unwrap();
    let path = folder.path().join("pack.sig");
    let line = fs::read(&path).unwrap();
    let reload = || {
        engine.trim(TrimLevel::Unload).unwrap();
        engine.edit("warm")
    };
    reload().unwrap();
    fs::remove_file(&path).unwrap();
    assert!(matches!(reload(), Err(Error::Pack(PackError::Unsigned))));
    open(folder.path()).unwrap().sign(&secret(2)).unwrap();
    assert!(matches!(
        reload(),
        Err(Error::Pack(PackError::UntrustedKey { .. }))
    ));
    fs::write(&path, line).unwrap();
    reload().unwrap();
}

#[test]
fn an_older_version_is_refused_where_one_is_required() {
    let refused = |found: &str, oldest: &str| {
        let mut tiny = Tiny::new();
        tiny.manifest["version"] = json!(found);
        let folder = tiny.write();
        open(folder.path()).unwrap().sign(&secret(1)).unwrap();
        let options = Options::default()
            .with_trusted_keys([secret(1).public()])
            .with_oldest_version(oldest);
        match Colorist::open(folder.path(), options) {
            Ok(_) => false,
            Err(Error::Pack(PackError::TooOld {
                found: said,
                oldest: wanted,
            })) => (said, wanted) == (found.to_owned(), oldest.to_owned()),
            Err(error) => panic!("{error:?}"),
        }
    };
    for (found, oldest) in [("1.2.3", "1.2.3"), ("1.2.10", "1.2.9"), ("2.0.0", "1.9.9")] {
        assert!(!refused(found, oldest), "{found} {oldest}");
    }
    for (found, oldest) in [
        ("1.2.2", "1.2.3"),
        ("1.9.9", "1.10.0"),
        ("0.99.99", "1.0.0"),
        // What cannot be compared.
        ("2", "1.0.0"),
        ("2.0", "1.0.0"),
        ("2.0.0.0", "1.0.0"),
        ("2.0.0-beta", "1.0.0"),
        ("2.00.0", "1.0.0"),
        ("+2.0.0", "1.0.0"),
        ("2.0.0 ", "1.0.0"),
        ("99999999999999999999.0.0", "1.0.0"),
        ("", "1.0.0"),
        ("2.0.0", "1"),
    ] {
        assert!(refused(found, oldest), "{found} {oldest}");
    }
}

#[test]
fn keys_are_read_as_they_are_written() {
    let key = secret(1).public();
    let digits = key.to_string();
    for text in [
        digits.clone(),
        digits.to_uppercase(),
        format!("ed25519 {digits}\n"),
    ] {
        assert_eq!(text.parse::<PublicKey>().unwrap(), key);
    }
    // Too short, too long, no digits, no point of the curve, a point of small order.
    for text in [
        "",
        "ed25519",
        &digits[1..],
        &format!("{digits}0"),
        &digits.replace(|c: char| c.is_ascii_digit(), "g"),
        &format!("02{}", "00".repeat(31)),
        &format!("01{}", "00".repeat(31)),
    ] {
        assert!(
            matches!(text.parse::<PublicKey>(), Err(PackError::InvalidKey)),
            "{text}"
        );
    }
    assert!(!format!("{:?}", secret(1)).contains(&"01".repeat(32)));
}

/// The golden that the Kotlin and Swift tests read: the tiny pack, signed with a key that is in
/// the repository for this purpose. Ed25519 signs a manifest in one way only.
#[test]
fn the_test_key_signed_the_tiny_pack() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden");
    let text = fs::read_to_string(golden.join("test-key")).unwrap();
    let digits = text.trim().strip_prefix("ed25519-secret ").unwrap();
    let bytes: Vec<u8> = (0..32)
        .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let key = SecretKey::from_bytes(&bytes.try_into().unwrap());
    let public = fs::read_to_string(golden.join("test-key.pub")).unwrap();
    assert_eq!(public, format!("ed25519 {}\n", key.public()));

    let tiny = golden.join("tiny-pack");
    let copy = tempfile::tempdir().unwrap();
    for name in FILES {
        fs::copy(tiny.join(name), copy.path().join(name)).unwrap();
    }
    let mut pack = open(copy.path()).unwrap();
    let line = pack.sign(&key).unwrap().line();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(tiny.join("pack.sig"), &line).unwrap();
    }
    assert_eq!(
        fs::read_to_string(tiny.join("pack.sig")).unwrap(),
        line,
        "`UPDATE_GOLDEN=1 cargo test -p colorist-core --test pack` writes it anew"
    );
    let opened = Pack::open_trusted(&tiny, &[public.parse().unwrap()]).unwrap();
    assert_eq!(opened.signature().unwrap().key(), &key.public());
}

//! The archive form: the same pack, and every damage to it.

use super::*;

#[test]
fn archives_hold_the_same_pack() {
    let mut tiny = Tiny::new();
    tiny.set("adjust.used", &[("used", 1.0)]);
    tiny.set("adjust.tint", &[("40", 1.0)]);
    let folder = tiny.write();
    let archive = folder.path().join("tiny.colorist");
    let original = open(folder.path()).unwrap();
    original.write_archive(&archive).unwrap();
    let bytes = fs::read(&archive).unwrap();
    assert!(bytes.starts_with(b"COLORIST\x01\0\0\0"));
    let pack = open(&archive).unwrap();
    assert_eq!(pack.manifest(), original.manifest());
    for name in FILES.iter().filter(|name| **name != "pack.sha256") {
        let content = pack.file(name).unwrap();
        assert_eq!(
            content,
            fs::read(folder.path().join(name)).unwrap(),
            "{name}"
        );
        if *name != "pack.json" {
            let at = bytes
                .windows(content.len())
                .position(|window| window == content)
                .unwrap();
            assert_eq!(at % 64, 0, "{name} is aligned");
        }
    }
    // An archive of an archive is the same file; no partial file stays behind.
    let copy = folder.path().join("copy.colorist");
    pack.write_archive(&copy).unwrap();
    assert_eq!(fs::read(&copy).unwrap(), bytes);
    let partial = fs::read_dir(folder.path()).unwrap().any(|entry| {
        entry
            .unwrap()
            .file_name()
            .to_string_lossy()
            .contains("partial")
    });
    assert!(!partial);
    let engine = Colorist::open(&archive, Options::default()).unwrap();
    assert_eq!(engine.edit("warm").unwrap().adjust.unwrap().tint, 40);
}

#[test]
fn archives_that_cannot_be_written_say_so() {
    let folder = Tiny::new().write();
    let pack = open(folder.path()).unwrap();
    let error = pack
        .write_archive(folder.path().join("no/such/folder/a.colorist"))
        .unwrap_err();
    assert!(
        matches!(error, Error::Pack(PackError::Unwritable { .. })),
        "{error:?}"
    );
}

#[test]
fn every_flipped_byte_of_an_archive_is_found() {
    let folder = Tiny::new().write();
    let path = folder.path().join("tiny.colorist");
    open(folder.path()).unwrap().write_archive(&path).unwrap();
    let size = fs::metadata(&path).unwrap().len();
    let mut kinds = [0; 5];
    for at in 0..size {
        let mask = 1 << (at % 8);
        flip(&path, at, mask);
        let error = open(&path).expect_err("a flipped bit");
        let kind = match &error {
            PackError::NotAPack { .. } if at < 8 => 0,
            PackError::UnsupportedFormat { file, .. } if (8..12).contains(&at) => {
                assert_eq!(file, "tiny.colorist");
                1
            }
            PackError::HashMismatch { .. } if at >= 12 => 2,
            PackError::InvalidArchive { .. } if at >= 12 => 3,
            _ => panic!("{at}: {error:?}"),
        };
        kinds[kind] += 1;
        flip(&path, at, mask);
    }
    open(&path).expect("all flips were undone");
    assert_eq!((kinds[0], kinds[1]), (8, 4));
    assert!(kinds[2] > 1000 && kinds[3] > 0, "{kinds:?}");
}

#[test]
fn every_truncation_of_an_archive_is_found() {
    let folder = Tiny::new().write();
    let path = folder.path().join("tiny.colorist");
    open(folder.path()).unwrap().write_archive(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    let lengths = (0..whole.len()).filter(|length| *length < 100 || length % 61 == 0);
    for length in lengths.chain([whole.len() - 1]) {
        fs::write(&path, &whole[..length]).unwrap();
        match open(&path).expect_err("a cut archive") {
            PackError::NotAPack { .. } if length < 8 => {}
            PackError::InvalidArchive { .. } | PackError::SizeMismatch { .. } if length >= 8 => {}
            error => panic!("{length}: {error:?}"),
        }
    }
    fs::write(&path, [&whole[..], b"\0"].concat()).unwrap();
    assert!(
        matches!(open(&path), Err(PackError::InvalidArchive { .. })),
        "something behind it"
    );
}

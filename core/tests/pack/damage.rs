//! Damage to the files of a folder: all of it is found, and named.

use super::*;

#[test]
fn every_flipped_byte_is_found() {
    let folder = Tiny::new().write();
    for name in FILES {
        let path = folder.path().join(name);
        let size = fs::metadata(&path).unwrap().len();
        for at in 0..size {
            // One bit, another one at each place; all eight would take eight times as long.
            let mask = 1 << (at % 8);
            flip(&path, at, mask);
            let error = open(folder.path()).expect_err("a flipped bit");
            match (name, &error) {
                ("pack.sha256", PackError::InvalidChecksum { file }) => assert_eq!(file, name),
                // A flip from one hexadecimal digit to another accuses the manifest.
                ("pack.sha256", PackError::HashMismatch { file }) => assert_eq!(file, "pack.json"),
                (_, PackError::HashMismatch { file }) => assert_eq!(file, name),
                _ => panic!("{name} {at}: {error:?}"),
            }
            flip(&path, at, mask);
        }
    }
    open(folder.path()).expect("all flips were undone");
}

#[test]
fn every_truncation_is_found() {
    let folder = Tiny::new().write();
    for name in FILES {
        let path = folder.path().join(name);
        let whole = fs::read(&path).unwrap();
        for length in (0..whole.len()).step_by(if whole.len() > 500 { 97 } else { 1 }) {
            fs::write(&path, &whole[..length]).unwrap();
            let error = open(folder.path()).expect_err("a cut file");
            match (name, &error) {
                ("pack.sha256", PackError::InvalidChecksum { file })
                | ("pack.json", PackError::HashMismatch { file }) => assert_eq!(file, name),
                (
                    _,
                    PackError::SizeMismatch {
                        file,
                        expected,
                        found,
                    },
                ) => {
                    assert_eq!(file, name);
                    assert_eq!((*expected, *found), (whole.len() as u64, length as u64));
                }
                _ => panic!("{name} {length}: {error:?}"),
            }
        }
        fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
        let error = open(folder.path()).expect_err("a longer file");
        assert_eq!(file_of(&error), name, "{error:?}");
        fs::write(&path, whole).unwrap();
    }
    open(folder.path()).expect("all was undone");
}

#[test]
fn every_missing_file_is_named() {
    for name in FILES {
        let folder = Tiny::new().write();
        fs::remove_file(folder.path().join(name)).unwrap();
        let error = open(folder.path()).expect_err(name);
        assert!(
            matches!(&error, PackError::MissingFile { file } if file == name),
            "{error:?}"
        );
        // A folder in the file's place is no file either.
        fs::create_dir(folder.path().join(name)).unwrap();
        let error = open(folder.path()).expect_err(name);
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn what_is_no_pack_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        open(folder.path()),
        Err(PackError::NotAPack { .. })
    ));
    let file = folder.path().join("picture.jpg");
    for content in [&b""[..], b"short", &[7; 4096]] {
        fs::write(&file, content).unwrap();
        assert!(
            matches!(open(&file), Err(PackError::NotAPack { .. })),
            "{}",
            content.len()
        );
    }
    let missing = folder.path().join("nothing");
    assert!(matches!(open(&missing), Err(PackError::MissingFile { .. })));
}

#[test]
fn the_shipped_pack_is_whole_and_random_damage_is_found() {
    // A copy, because the damage is done to it; the seed is fixed, the places are random.
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(support::pack_path()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    let pack = open(folder.path()).unwrap();
    assert!(!pack.goldens().unwrap().is_empty());
    drop(pack);
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[42; 32]);
    use proptest::prelude::Rng;
    for round in 0..60 {
        let name = FILES[round % FILES.len()];
        let path = folder.path().join(name);
        let at = random.next_u64() % fs::metadata(&path).unwrap().len();
        let mask = 1 << (random.next_u32() % 8);
        flip(&path, at, mask);
        let error = open(folder.path()).expect_err("damage");
        let accused = file_of(&error);
        let right = accused == name || (name == "pack.sha256" && accused == "pack.json");
        assert!(right, "{name} {at}: {error:?}");
        flip(&path, at, mask);
    }
    open(folder.path()).expect("all damage was undone");
}

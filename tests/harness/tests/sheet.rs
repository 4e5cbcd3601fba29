//! `colorist sheet`, and the pictures of `colorist edit`.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::fs;

use common::{folder, run};

const PHOTO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../photos/coffee.jpg");

#[test]
fn every_intent_has_a_cell_of_its_own() {
    let folder = folder("sheet");
    let (intents, out) = (folder.join("intents.txt"), folder.join("sheet.png"));
    let long = "x".repeat((1 << 20) + 1);
    fs::write(
        &intents,
        format!("black and white\n\ngolden hour 魚\n{long}\n"),
    )
    .unwrap();
    let arguments = ["--columns", "2", "--cell", "160"];
    let mut command = vec!["sheet", intents.to_str().unwrap(), "--image", PHOTO];
    command.extend(["--out", out.to_str().unwrap()]);
    command.extend(arguments);
    let done = run(&command);
    assert_eq!(done.code, Some(1));
    assert!(done.stderr.contains("line 4") && !done.stderr.contains("xxx"));
    let sheet = image::open(&out).unwrap().to_rgb8();
    // Two columns of 160 with gaps of 10; 600 x 400 becomes 160 x 106.
    assert_eq!(sheet.width(), 350);
    let row = (sheet.height() - 10) / 2;
    let mean = |column: u32, line: u32| {
        let mut sums = [0.0; 3];
        for (x, y) in (0..160).flat_map(|x| (0..100).map(move |y| (x, y))) {
            let pixel = sheet.get_pixel(10 + column * 170 + x, 12 + line * row + y);
            for (sum, value) in sums.iter_mut().zip(pixel.0) {
                *sum += f64::from(value) / 16000.0;
            }
        }
        sums
    };
    let (original, gray, golden) = (mean(0, 0), mean(1, 0), mean(0, 1));
    assert!(original[0] - original[2] > 40.0, "{original:?}");
    assert!((gray[0] - gray[2]).abs() < 20.0, "{gray:?}");
    assert!((golden[0] - original[0]).abs() + (golden[2] - original[2]).abs() > 3.0);
    // Words stand below each picture, in ink.
    for line in 0..2 {
        let dark = (0..160)
            .flat_map(|x| (118..134).map(move |y| (x, y)))
            .filter(|(x, y)| sheet.get_pixel(10 + x, y + line * row).0[0] < 150);
        assert!(dark.count() > 20);
    }
}

#[test]
fn an_intent_goes_onto_a_picture() {
    let folder = folder("edit-image");
    let out = folder.join("out.png");
    let command = ["edit", "black and white", "--image", PHOTO, "--out"];
    let done = run(&[&command[..], &[out.to_str().unwrap()]].concat());
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    assert!(done.stdout.contains("Adjust") && done.stdout.contains("out.png"));
    let (before, after) = (image::open(PHOTO).unwrap(), image::open(&out).unwrap());
    assert_eq!(
        (after.width(), after.height()),
        (before.width(), before.height())
    );
    assert_ne!(after.to_rgb8(), before.to_rgb8());
    for wrong in [
        &["--jsonl", "--image", PHOTO, "--out", "o.png"][..],
        &["x", "--split"],
    ] {
        assert_eq!(run(&[&["edit"], wrong].concat()).code, Some(2));
    }
}

//! `colorist render`, and the pictures that go in and out.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Run, folder, run};
use image::codecs::{jpeg::JpegEncoder, png::PngEncoder, tiff::TiffEncoder};
use image::{DynamicImage, ExtendedColorType, ImageBuffer, ImageEncoder, Rgb, Rgba, RgbaImage};
use moxcms::ColorProfile;

const NOTHING: &str = r#"{"adjust":null,"selectiveAdjust":null,"filter":null}"#;
const WARMER: &str = r#"{"adjust":{"temperature":40,"exposure":20}}"#;

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn edit(folder: &Path, json: &str) -> PathBuf {
    let path = folder.join("edit.json");
    fs::write(&path, json).unwrap();
    path
}

fn render(edit: &Path, image: &Path, out: &Path, more: &[&str]) -> Run {
    let mut arguments = vec!["render", "--edit", text(edit), "--image", text(image)];
    arguments.extend(["--out", text(out)]);
    arguments.extend(more);
    run(&arguments)
}

/// What a picture becomes by an edit of nothing.
fn passed(folder: &Path, image: &Path, out: &str) -> DynamicImage {
    let (edit, out) = (edit(folder, NOTHING), folder.join(out));
    let run = render(&edit, image, &out, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    image::open(out).unwrap()
}

fn refused(run: &Run, out: &Path, words: &str) {
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains(words), "{}", run.stderr);
    assert!(run.stderr.contains("help: "), "{}", run.stderr);
    assert!(!out.exists());
}

fn colors() -> RgbaImage {
    ImageBuffer::from_fn(64, 48, |x, y| {
        Rgba([x as u8 * 4, y as u8 * 5, (x * y) as u8, 255])
    })
}

#[test]
fn an_edit_of_nothing_changes_no_bit() {
    let folder = folder("render-identity");
    let (path, mut eight) = (folder.join("in.png"), colors());
    eight.save(&path).unwrap();
    assert_eq!(passed(&folder, &path, "8.png").to_rgba8(), eight);
    assert_eq!(passed(&folder, &path, "8.webp").to_rgba8(), eight);
    assert_eq!(passed(&folder, &path, "8.tiff").to_rgba8(), eight);
    eight.get_pixel_mut(3, 4).0 = [200, 100, 50, 0];
    eight.save(&path).unwrap();
    assert_eq!(passed(&folder, &path, "alpha.png").to_rgba8(), eight);

    let deep: ImageBuffer<Rgb<u16>, Vec<u16>> = ImageBuffer::from_fn(64, 64, |x, y| {
        Rgb([(x * 1021) as u16, (y * 1019) as u16, 12345])
    });
    deep.save(&path).unwrap();
    for out in ["16.png", "16.tiff"] {
        let passed = passed(&folder, &path, out);
        assert_eq!(passed.color(), image::ColorType::Rgb16);
        assert_eq!(passed.to_rgb16(), deep);
    }
    let gray = image::GrayImage::from_fn(9, 5, |x, y| image::Luma([(x * 20 + y) as u8]));
    gray.save(&path).unwrap();
    assert_eq!(passed(&folder, &path, "gray.png").to_luma8(), gray);
}

#[test]
fn pictures_are_turned_upright() {
    let folder = folder("render-orientation");
    let source = colors().clone();
    let source = DynamicImage::from(source).to_rgb8();
    let upright = DynamicImage::from(source.clone());
    let expected = [
        upright.clone(),
        upright.fliph(),
        upright.rotate180(),
        upright.flipv(),
        upright.rotate90().fliph(),
        upright.rotate90(),
        upright.rotate270().fliph(),
        upright.rotate270(),
    ];
    for (value, expected) in (1u8..).zip(expected) {
        // A TIFF header and one entry: tag 0x112, a short, once.
        let exif = [
            &b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"[..],
            &[value, 0, 0, 0, 0, 0, 0, 0],
        ]
        .concat();
        let (path, mut bytes) = (folder.join("in.png"), Vec::new());
        let mut encoder = PngEncoder::new(&mut bytes);
        encoder.set_exif_metadata(exif).unwrap();
        encoder
            .write_image(&source, 64, 48, ExtendedColorType::Rgb8)
            .unwrap();
        fs::write(&path, bytes).unwrap();
        let out = passed(&folder, &path, "out.png");
        assert_eq!(out.to_rgb8(), expected.to_rgb8(), "orientation {value}");
    }
}

#[test]
fn profiles_are_converted_and_broken_ones_noted() {
    let folder = folder("render-profile");
    let path = folder.join("in.jpg");
    let write = |color: [u8; 3], profile: Vec<u8>| {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 100);
        encoder.set_icc_profile(profile).unwrap();
        let pixels = color.repeat(256);
        encoder
            .write_image(&pixels, 16, 16, ExtendedColorType::Rgb8)
            .unwrap();
        fs::write(&path, bytes).unwrap();
    };
    let close = |image: &DynamicImage, color: [u8; 3]| {
        let pixel = image.to_rgb8().get_pixel(8, 8).0;
        let near = pixel.iter().zip(color).all(|(a, b)| a.abs_diff(b) <= 3);
        assert!(near, "{pixel:?} instead of {color:?}");
    };
    // Display P3 (0.8, 0.4, 0.3) is sRGB (0.863, 0.376, 0.262) by the two standards' matrices.
    write(
        [204, 102, 77],
        ColorProfile::new_display_p3().encode().unwrap(),
    );
    close(&passed(&folder, &path, "p3.png"), [220, 96, 67]);
    write([204, 102, 77], ColorProfile::new_srgb().encode().unwrap());
    close(&passed(&folder, &path, "srgb.png"), [204, 102, 77]);

    write([204, 102, 77], b"no profile at all".repeat(20));
    let (edit, out) = (edit(&folder, NOTHING), folder.join("broken.png"));
    let run = render(&edit, &path, &out, &[]);
    assert_eq!(run.code, Some(0));
    assert!(
        run.stderr.starts_with("note: the color profile of "),
        "{}",
        run.stderr
    );
    close(&image::open(out).unwrap(), [204, 102, 77]);
}

#[test]
fn what_cannot_be_read_is_refused() {
    let folder = folder("render-refused");
    let (edit, out) = (edit(&folder, WARMER), folder.join("out.png"));
    let mut jpeg = Vec::new();
    let rgb = DynamicImage::from(colors()).to_rgb8();
    JpegEncoder::new(&mut jpeg).encode_image(&rgb).unwrap();
    // The frame header's fourth component: only the count matters to be told from color.
    let mut inks = jpeg.clone();
    let frame = inks
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .unwrap();
    inks[frame + 9] = 4;
    let mut png = Vec::new();
    PngEncoder::new(&mut png)
        .write_image(&rgb, 64, 48, ExtendedColorType::Rgb8)
        .unwrap();
    let mut float = std::io::Cursor::new(Vec::new());
    let values: Vec<u8> = [0.5f32; 12].iter().flat_map(|v| v.to_ne_bytes()).collect();
    TiffEncoder::new(&mut float)
        .write_image(&values, 2, 2, ExtendedColorType::Rgb32F)
        .unwrap();
    // Width and height of the header, with its sum left wrong on purpose, say 20000 x 20000.
    let mut huge = jpeg.clone();
    huge[frame + 5..frame + 9].copy_from_slice(&[0x4e, 0x20, 0x4e, 0x20]);
    // Behind the header: Display P3, with a sum that nobody comes to check.
    let mut wide = png.clone();
    wide.splice(33..33, *b"\0\0\0\x04cICP\x0c\x0d\0\x01\0\0\0\0");
    let cases: [(&str, &[u8], &str); 10] = [
        ("wide.png", &wide, "wide gamut"),
        ("cut.jpg", &jpeg[..jpeg.len() - 200], "cut off"),
        ("cut.png", &png[..png.len() / 2], "cannot read"),
        ("inks.jpg", &inks, "CMYK"),
        ("huge.jpg", &huge, "more than 100 megapixels"),
        ("float.tiff", float.get_ref(), "floating-point"),
        ("phone.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        ("moving.gif", b"GIF89a\x01\0\x01\0", "GIF"),
        ("camera.NEF", b"MM\0*\0\0\0\x08", "raw file"),
        ("words.png", b"no picture but words", "no picture"),
    ];
    for (name, bytes, words) in cases {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        let run = render(&edit, &path, &out, &[]);
        assert!(run.stderr.contains(name), "{}", run.stderr);
        if name == "cut.jpg" {
            assert_eq!(run.code, Some(1));
            assert!(
                run.stderr.contains(words) && !out.exists(),
                "{}",
                run.stderr
            );
        } else {
            refused(&run, &out, words);
        }
    }
}

#[test]
fn what_cannot_be_written_is_refused() {
    let folder = folder("render-unwritable");
    let (edit, path) = (edit(&folder, WARMER), folder.join("in.png"));
    let mut picture = colors();
    picture.get_pixel_mut(0, 0).0[3] = 9;
    picture.save(&path).unwrap();
    let before = fs::read(&path).unwrap();
    let same = folder.join(".").join("in.png");
    let run = render(&edit, &path, &same, &[]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr.contains("would be overwritten"),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read(&path).unwrap(), before);
    for (out, words) in [("out.jpg", "transparency"), ("out.bmp", "format")] {
        let out = folder.join(out);
        refused(&render(&edit, &path, &out, &[]), &out, words);
    }
    let out = folder.join("nowhere").join("out.png");
    let run = render(&edit, &path, &out, &[]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("cannot write"), "{}", run.stderr);
    // Nothing half-written is left either.
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

#[test]
fn the_same_picture_is_the_same_file() {
    let folder = folder("render-again");
    let (image, edit) = (folder.join("in.png"), edit(&folder, WARMER));
    colors().save(&image).unwrap();
    let written = |name: &str| {
        let out = folder.join(name);
        assert_eq!(render(&edit, &image, &out, &[]).code, Some(0));
        fs::read(out).unwrap()
    };
    let first = written("1.png");
    // A profile's date has seconds.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert!(written("2.png") == first);
}

#[test]
fn the_left_half_of_a_split_is_the_original() {
    let folder = folder("render-split");
    let (edit, path, out) = (
        edit(&folder, WARMER),
        folder.join("in.png"),
        folder.join("o.png"),
    );
    let before = colors();
    before.save(&path).unwrap();
    let run = render(&edit, &path, &out, &["--split"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let after = image::open(&out).unwrap().to_rgba8();
    let mut changed = 0;
    for (x, y, pixel) in after.enumerate_pixels() {
        match x {
            0..32 => assert_eq!(pixel, before.get_pixel(x, y)),
            32..34 => assert_eq!(pixel.0, [255; 4]),
            _ => changed += usize::from(pixel != before.get_pixel(x, y)),
        }
    }
    assert!(changed > 1000, "{changed}");
}

#[test]
fn tables_hold_the_look() {
    let folder = folder("render-tables");
    let edit = edit(&folder, WARMER);
    let write = |name: &str, more: &[&str]| {
        let out = folder.join(name);
        let mut arguments = vec!["render", "--edit", text(&edit), "--lut", text(&out)];
        arguments.extend(more);
        (run(&arguments), out)
    };
    let (done, cube) = write("look.cube", &["--lut-size", "9"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let cube = fs::read_to_string(cube).unwrap();
    assert!(cube.lines().any(|line| line == "LUT_3D_SIZE 9"));
    let table: Vec<Vec<f32>> = cube
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
        .map(|line| {
            line.split(' ')
                .map(|value| value.parse().unwrap())
                .collect()
        })
        .collect();
    assert_eq!(table.len(), 9 * 9 * 9);
    // The grid's own colors need no interpolation, and 16 bits show all that the look does.
    let grid: ImageBuffer<Rgb<u16>, Vec<u16>> = ImageBuffer::from_fn(81, 9, |x, y| {
        Rgb([x % 9, y, x / 9].map(|index| (index as f32 / 8.0 * 65535.0).round() as u16))
    });
    let (path, out) = (folder.join("grid.png"), folder.join("out.png"));
    grid.save(&path).unwrap();
    assert_eq!(render(&edit, &path, &out, &[]).code, Some(0));
    let looked = image::open(&out).unwrap().to_rgb16();
    for (x, y, pixel) in looked.enumerate_pixels() {
        let color = &table[(x % 9 + 9 * (y + 9 * (x / 9))) as usize];
        for (a, b) in pixel.0.iter().zip(color) {
            let apart = (f32::from(*a) / 65535.0 - b).abs();
            assert!(apart < 2e-4, "{apart} at {x}, {y}");
        }
    }
    let (done, strip) = write("look.rgba16f", &[]);
    assert_eq!(done.code, Some(0));
    assert_eq!(fs::metadata(strip).unwrap().len(), 33 * 33 * 33 * 8);
    let (done, strip) = write("look.png", &["--lut-size", "17"]);
    assert_eq!(done.code, Some(0));
    let strip = image::open(strip).unwrap();
    assert_eq!((strip.width(), strip.height()), (17 * 17, 17));
    let (done, cdl) = write("look.cdl", &[]);
    refused(&done, &cdl, "no filter");
    let (done, other) = write("look.txt", &[]);
    refused(&done, &other, "kind of table");
    assert_eq!(write("look.cube", &["--lut-size", "66"]).0.code, Some(2));
}

#[test]
fn an_edit_that_is_none_is_refused_without_its_words() {
    let folder = folder("render-edit");
    let (path, out) = (folder.join("in.png"), folder.join("out.png"));
    colors().save(&path).unwrap();
    let wrong = [
        r#"{"secret": 1}"#,
        r#"{"adjust": {"secret": 1}}"#,
        r#"{"adjust": "secret"}"#,
        r#"{"filter": ["secret", 50]}"#,
        "secret",
    ];
    for json in wrong {
        let run = render(&edit(&folder, json), &path, &out, &[]);
        refused(&run, &out, "");
        assert!(!run.stderr.contains("secret"), "{}", run.stderr);
    }
}

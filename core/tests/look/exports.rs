//! Tables and filters as other programs take them: `.cube`, strips for shaders, ASC CDL.

use colorist_core::{
    Catalog, Edit, Filter, Look, LookError, Lut, Recipe,
    look::{CdlGap, Mono, Tint},
};
use proptest::prelude::*;

use crate::{edits::*, measure::*, support::Tiny};

fn read_cube(text: &str) -> (Vec<&str>, Vec<Rgb>) {
    let (head, body): (Vec<&str>, Vec<&str>) = text
        .lines()
        .partition(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    let numbers =
        |line: &str| -> Vec<f32> { line.split(' ').map(|n| n.parse().unwrap()).collect() };
    let rows = body.iter().map(|line| numbers(line).try_into().unwrap());
    (head, rows.collect())
}

fn lut(size: usize) -> Lut {
    adjusted("temperature", 70).lut(size).unwrap()
}

#[test]
fn a_cube_has_its_header_and_the_whole_table() {
    for size in [2, 17, 33] {
        let lut = lut(size);
        let text = lut.to_cube("Warm 1");
        let (head, rows) = read_cube(&text);
        let size = format!("LUT_3D_SIZE {size}");
        assert_eq!(
            head,
            [
                "TITLE \"Warm 1\"",
                &size,
                "DOMAIN_MIN 0.0 0.0 0.0",
                "DOMAIN_MAX 1.0 1.0 1.0"
            ]
        );
        assert!(text.is_ascii() && text.ends_with('\n') && !text.contains('\r'));
        assert_eq!(rows.len(), lut.data().len());
        for (row, color) in rows.iter().zip(lut.data()) {
            // A hundredth of a 16-bit step.
            assert!(row.iter().zip(color).all(|(a, b)| (a - b).abs() < 1.6e-7));
        }
    }
}

#[test]
fn a_title_cannot_break_the_file() {
    let lut = lut(2);
    for (title, line) in [
        ("", None),
        (" \n\t", None),
        ("\u{e9}\u{4e2d}", None),
        (
            "a \"b\"\nLUT_3D_SIZE 9\r\0 \u{202e}c",
            Some("TITLE \"a bLUT_3D_SIZE 9 c\""),
        ),
    ] {
        let text = lut.to_cube(title);
        let (head, rows) = read_cube(&text);
        assert_eq!(head.len(), 3 + usize::from(line.is_some()), "{text}");
        assert_eq!(rows.len(), 8);
        assert_eq!(line.unwrap_or("LUT_3D_SIZE 2"), head[0]);
    }
    let long = lut.to_cube(&"x".repeat(10_000));
    assert!(long.lines().all(|line| line.len() <= 250));
}

#[test]
fn strips_have_slices_of_blue_side_by_side() {
    let lut = lut(5);
    let (bytes, halves) = (lut.to_strip_rgba8(), lut.to_strip_rgba16f());
    assert_eq!((bytes.len(), halves.len()), (4 * 125, 4 * 125));
    for (i, color) in lut.data().iter().enumerate() {
        let [r, g, b] = [i % 5, i / 5 % 5, i / 25];
        let (x, y) = (r + 5 * b, g);
        let at = 4 * (y * 25 + x);
        for c in 0..3 {
            assert!((f32::from(bytes[at + c]) - color[c] * 255.0).abs() <= 0.5);
            assert!((halves[at + c].to_f32() - color[c]).abs() <= 1.0 / 4096.0);
        }
        assert_eq!((bytes[at + 3], halves[at + 3].to_f32()), (255, 1.0));
    }
}

/// The numbers in each element of that name.
fn numbers(xml: &str, element: &str) -> Vec<f32> {
    let start = xml.find(&format!("<{element}>")).unwrap() + element.len() + 2;
    let end = xml.find(&format!("</{element}>")).unwrap();
    let words = xml[start..end].split(' ');
    words.map(|n| n.parse().unwrap()).collect()
}

/// What the ASC CDL v1.2 says.
fn cdl(xml: &str, rgb: Rgb) -> Rgb {
    let [slope, offset, power] = ["Slope", "Offset", "Power"].map(|name| numbers(xml, name));
    let saturation = numbers(xml, "Saturation")[0];
    let out = [0, 1, 2].map(|c| {
        (rgb[c] * slope[c] + offset[c])
            .clamp(0.0, 1.0)
            .powf(power[c])
    });
    let luma = 0.2126 * out[0] + 0.7152 * out[1] + 0.0722 * out[2];
    out.map(|x| luma + saturation * (x - luma))
}

pub(crate) fn filter(recipe: Recipe, intensity: i32) -> Look {
    let value = Tiny::new().manifest["catalog"].clone();
    let mut catalog = Catalog::from_json(&value).unwrap();
    for info in crate::filters_of(&mut catalog) {
        info.recipe = Some(recipe);
    }
    let name = "film_Amber".to_owned();
    let filter = Some(Filter { name, intensity });
    Look::compile(
        &Edit {
            filter,
            ..Edit::default()
        },
        &catalog,
    )
    .unwrap()
}

fn toned() -> Recipe {
    Recipe {
        shadows: Tint {
            hue: 200.0,
            amount: 0.2,
        },
        ..Recipe::default()
    }
}

fn mono(weights: [f64; 3]) -> Recipe {
    Recipe {
        mono: Mono { mix: 1.0, weights },
        ..Recipe::default()
    }
}

#[test]
fn a_cdl_says_what_it_lacks() {
    let recipe = Recipe::default();
    let straight = Recipe {
        slope: [0.8, 0.7, 0.5],
        offset: [0.1; 3],
        ..recipe
    };
    let bent = Recipe {
        power: [1.1; 3],
        ..recipe
    };
    let luma = Mono::default().weights;
    for (recipe, intensity, missing) in [
        (recipe, 100, &[][..]),
        (straight, 30, &[]),
        (
            Recipe {
                saturation: 0.4,
                ..recipe
            },
            30,
            &[],
        ),
        (mono(luma), 30, &[]),
        (bent, 100, &[]),
        (bent, 99, &[CdlGap::Intensity]),
        (
            Recipe {
                saturation: 0.4,
                ..straight
            },
            50,
            &[CdlGap::Intensity],
        ),
        (mono([0.3, 0.4, 0.3]), 100, &[CdlGap::Mono]),
        (
            Recipe {
                slope: straight.slope,
                ..mono(luma)
            },
            100,
            &[CdlGap::Mono],
        ),
        (toned(), 100, &[CdlGap::Toning]),
        (toned(), 0, &[]),
        (
            Recipe {
                slope: [1.1; 3],
                ..recipe
            },
            100,
            &[CdlGap::SoftClip],
        ),
        (
            Recipe {
                offset: [0.0, -0.1, 0.0],
                ..recipe
            },
            100,
            &[CdlGap::SoftClip],
        ),
        (
            Recipe {
                saturation: 1.2,
                ..recipe
            },
            100,
            &[CdlGap::SoftClip],
        ),
    ] {
        let cdl = recipe.to_cdl("film_Amber", intensity).unwrap();
        assert_eq!(cdl.missing, missing, "{recipe:?} {intensity}");
        let said = cdl.xml.matches("<Description>").count();
        assert_eq!(said, missing.len());
        for gap in missing {
            assert!(cdl.xml.contains(&gap.to_string()), "{gap}");
        }
    }
}

#[test]
fn a_cdl_is_well_formed_whatever_its_id() {
    let cdl = toned().to_cdl("a<b>&\"c\"\n\0\u{1f3a8}", 100).unwrap();
    assert!(
        cdl.xml
            .contains("id=\"a&lt;b&gt;&amp;&quot;c&quot;\u{1f3a8}\""),
        "{}",
        cdl.xml
    );
    // Every element that opens also closes; the declaration stands alone.
    let count = |c: &str| cdl.xml.matches(c).count();
    assert_eq!(count("<"), 2 * count("</") + count("<?xml"));
    assert_eq!(count("<"), count(">"));
}

#[test]
fn a_bad_recipe_is_no_cdl() {
    let recipe = Recipe {
        saturation: f64::NAN,
        ..Recipe::default()
    };
    let error = recipe.to_cdl("film_Amber", 100).unwrap_err();
    assert!(matches!(error, LookError::InvalidRecipe { .. }), "{error}");
}

proptest! {
    #![proptest_config(crate::cases(256))]

    #[test]
    fn a_cdl_that_lacks_nothing_is_the_filter(
        color in any_color(),
        slope in proptest::array::uniform3(0.3f64..0.8),
        offset in proptest::array::uniform3(0.0f64..0.2),
        power in proptest::array::uniform3(0.6f64..1.6),
        saturation in 0.0f64..=1.0,
        kind in 0..4,
        intensity in 1..=100,
    ) {
        let recipe = Recipe::default();
        let (recipe, intensity) = match kind {
            0 => (Recipe { slope, offset, power, saturation, ..recipe }, 100),
            1 => (Recipe { slope, offset, ..recipe }, intensity),
            2 => (Recipe { saturation, ..recipe }, intensity),
            _ => (Recipe { slope: [slope[0]; 3], saturation, mono: Mono { mix: slope[1], ..Mono::default() }, ..recipe }, 100),
        };
        let made = recipe.to_cdl("film_Amber", intensity).unwrap();
        prop_assert_eq!(&made.missing, &[]);
        let out = filter(recipe, intensity).color(color);
        for (a, b) in out.iter().zip(cdl(&made.xml, color)) {
            // Next to black powers are steep, and the filter's curve is linear between its points.
            prop_assert!((a - b).abs() < if b < 0.05 { 5e-3 } else { 3e-4 }, "{} {}", a, b);
        }
    }

    #[test]
    fn a_cdl_moves_from_nothing_to_the_filter(
        power in proptest::array::uniform3(0.6f64..1.6),
        saturation in 0.2f64..2.0,
    ) {
        let recipe = Recipe { power, saturation, ..Recipe::default() };
        let [nothing, some, all] = [0, 50, 100].map(|i| recipe.to_cdl("x", i).unwrap().xml);
        prop_assert_eq!(numbers(&nothing, "Power"), vec![1.0; 3]);
        prop_assert_eq!(numbers(&nothing, "Saturation"), vec![1.0]);
        for (c, power) in power.into_iter().enumerate() {
            let [half, whole] = [&some, &all].map(|xml| numbers(xml, "Power")[c]);
            prop_assert!((half * half - whole).abs() < 1e-5);
            prop_assert!((f64::from(whole) - power).abs() < 1e-6);
        }
    }
}

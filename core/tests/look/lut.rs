//! The table: its points, interpolation in it, and the platforms' layouts.

use colorist_core::{Adjust, Edit, Look, LookError};
use proptest::prelude::*;

use crate::{edits::*, measure::*};

fn warm() -> Look {
    look(&Edit {
        adjust: Some(Adjust {
            contrast: 20,
            temperature: 40,
            saturation: 20,
            ..Adjust::default()
        }),
        ..Edit::default()
    })
}

#[test]
fn the_identity_is_the_lattice_to_the_last_bit() {
    let identity = look(&Edit::default());
    for size in [2, 3, 16, 17, 33, 64, 65] {
        let lut = identity.lut(size).unwrap();
        assert_eq!((lut.size(), lut.data().len()), (size, size.pow(3)));
        let at = |i: usize| i as f32 / (size - 1) as f32;
        for (i, color) in lut.data().iter().enumerate() {
            let point = [at(i % size), at(i / size % size), at(i / size / size), 1.0];
            assert_eq!(*color, point);
        }
    }
}

#[test]
fn the_identity_changes_no_byte() {
    for size in [2, 3, 17, 32, 33, 65] {
        let lut = look(&Edit::default()).lut(size).unwrap();
        let mut bytes: Vec<u8> = (0..1u32 << 18)
            .flat_map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes())
            .chain((0..=255).flat_map(|v| [v, v, v, v]))
            .collect();
        let before = bytes.clone();
        lut.apply(&mut bytes);
        assert!(bytes == before, "size {size}");
    }
}

#[test]
fn alpha_and_an_incomplete_pixel_stay() {
    let lut = warm().lut(17).unwrap();
    let mut bytes = [90u8, 90, 90, 7, 200, 200, 200, 250, 90, 90, 90];
    lut.apply(&mut bytes);
    assert_eq!((bytes[3], bytes[7]), (7, 250));
    assert_eq!(bytes[8..], [90, 90, 90]);
    assert!(bytes[0] > bytes[2]);
    lut.apply::<u8>(&mut []);
}

#[test]
fn other_sizes_are_refused() {
    for size in [0, 1, 66, usize::MAX] {
        assert_eq!(warm().lut(size), Err(LookError::LutSize { size }));
    }
}

#[test]
fn core_image_gets_red_fastest_with_alpha() {
    let lut = warm().lut(4).unwrap();
    let data = lut.to_rgba_f32();
    assert_eq!(data.len(), 4 * 64);
    for (texel, color) in data.chunks(4).zip(lut.data()) {
        assert_eq!((texel, texel[3]), (&color[..], 1.0));
    }
    let identity = look(&Edit::default()).lut(2).unwrap().to_rgba_f32();
    assert_eq!(identity[4..8], [1.0, 0.0, 0.0, 1.0]);
}

#[test]
fn media3_gets_blue_fastest_as_argb() {
    // The example in the comment of Media3's `transformCubeIntoBitmap`.
    let identity = look(&Edit::default()).lut(2).unwrap().to_argb8();
    let example = [
        0xff00_0000,
        0xff00_00ff,
        0xff00_ff00,
        0xff00_ffff,
        0xffff_0000,
        0xffff_00ff,
        0xffff_ff00,
        0xffff_ffff,
    ];
    assert_eq!(identity, example);
}

proptest! {
    #![proptest_config(crate::cases(64))]

    #[test]
    fn points_are_the_point_function(edit in any_edit(), size in 2..=17usize) {
        let look = look(&edit);
        let lut = look.lut(size).unwrap();
        for (i, color) in lut.data().iter().enumerate() {
            let point = [i % size, i / size % size, i / size / size];
            let exact = look.color(point.map(|x| x as f32 / (size - 1) as f32));
            for (a, b) in color.iter().zip(exact) {
                prop_assert!((a - b).abs() < 1e-5, "{:?} {:?}", color, exact);
            }
        }
    }

    #[test]
    fn between_the_points_it_is_close(color in any_color(), usual in ordinary()) {
        let (look, lut) = (warm(), warm().lut(33).unwrap());
        for (a, b) in lut.sample(usual).iter().zip(look.color(usual)) {
            prop_assert!((a - b).abs() < 3e-3, "{} {}", a, b);
        }
        // At the gamut's surface the encoding is steep and the function has an edge.
        let (a, b) = (oklab(lut.sample(color)), oklab(look.color(color)));
        prop_assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.03), "{:?} {:?}", a, b);
    }

    #[test]
    fn interpolation_is_tetrahedral(color in any_color()) {
        let lut = warm().lut(2).unwrap();
        // From black, each axis in turn to its end, the longest first.
        let mut axes = [0, 1, 2];
        axes.sort_by(|a, b| color[*b].total_cmp(&color[*a]));
        let (mut corner, mut expected) = (0, lut.data()[0]);
        for axis in axes {
            let next = corner + (1 << axis);
            for (c, value) in expected.iter_mut().enumerate() {
                *value += (lut.data()[next][c] - lut.data()[corner][c]) * color[axis];
            }
            corner = next;
        }
        for (a, b) in lut.sample(color).iter().zip(expected) {
            prop_assert!((a - b).abs() < 1e-5, "{} {}", a, b);
        }
    }

    #[test]
    fn bytes_are_the_nearest_to_the_interpolation(bytes in proptest::array::uniform4(any::<u8>())) {
        let lut = warm().lut(33).unwrap();
        let mut pixel = bytes;
        lut.apply(&mut pixel);
        let sample = lut.sample([0, 1, 2].map(|c| f32::from(bytes[c]) / 255.0));
        for (byte, value) in pixel.iter().zip(sample) {
            prop_assert!((f32::from(*byte) - value * 255.0).abs() <= 0.501);
        }
    }

    #[test]
    fn gray_is_interpolated_between_grays(gray in 0.0f32..=1.0) {
        let mut adjust = Adjust { contrast: 40, saturation: 60, ..Adjust::default() };
        adjust.hue = 30;
        let edit = Edit { adjust: Some(adjust), ..Edit::default() };
        let [r, g, b] = look(&edit).lut(9).unwrap().sample([gray; 3]);
        prop_assert!((r - g).abs() < INVISIBLE && (g - b).abs() < INVISIBLE);
    }
}

#[test]
fn what_is_no_color_is_sampled_as_one() {
    let lut = warm().lut(5).unwrap();
    assert_eq!(
        lut.sample([f32::NAN, -1.0, 9.0]),
        lut.sample([0.0, 0.0, 1.0])
    );
    assert_eq!(lut.sample([f32::INFINITY; 3]), lut.sample([1.0; 3]));
}

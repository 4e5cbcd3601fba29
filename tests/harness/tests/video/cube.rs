//! ffmpeg's `lut3d` with our `.cube`, beside our own application of the same table.

use std::fs;

use colorist_core::{Edit, Look};

use crate::support::{catalog, ffmpeg, place, psnr, words};

const SIDE: usize = 384;

const EDITS: [(&str, &str); 6] = [
    (
        "warm",
        r#"{"adjust": {"temperature": 60, "tint": 20, "vibrance": 40}}"#,
    ),
    (
        "strong",
        r#"{"adjust": {"exposure": 60, "contrast": 90, "saturation": 100, "hue": 70,
            "highlights": -80, "shadows": 80, "linearOffset": 30}}"#,
    ),
    (
        "selective",
        r#"{"selectiveAdjust": {"red": [-100, 40], "blue": [100, -60], "green": [-80, -80],
            "orange": [60, 30]}}"#,
    ),
    ("film", r#"{"filter": ["film_Porcelain", 100]}"#),
    (
        "faded",
        r#"{"adjust": {"exposure": -40}, "filter": ["faded_HighNoon", 80]}"#,
    ),
    ("nothing", "{}"),
];

/// All hues in all tones, with noise on top that no neighbor shares: 16 bits, planes of green, blue
/// and red.
fn picture() -> Vec<u16> {
    let mut noise = 0x2545_F491_4F6C_DD1D_u64;
    let mut planes = vec![0; 3 * SIDE * SIDE];
    for at in 0..SIDE * SIDE {
        let [x, y] = [at % SIDE, at / SIDE].map(|place| place as f64 / (SIDE - 1) as f64);
        for (plane, shift) in [1.0 / 3.0, 2.0 / 3.0, 0.0].into_iter().enumerate() {
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            let jitter = (noise >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
            let hue = 0.5 + 0.5 * ((x - shift) * std::f64::consts::TAU).cos();
            let value = y * (hue + 0.3 * y) + 0.2 * jitter;
            planes[plane * SIDE * SIDE + at] = (value.clamp(0.0, 1.0) * 65535.0).round() as u16;
        }
    }
    planes
}

/// Planes of green, blue and red as pixels.
fn interleaved(planes: &[u16]) -> Vec<u16> {
    let plane = SIDE * SIDE;
    (0..plane)
        .flat_map(|at| {
            [
                planes[2 * plane + at],
                planes[at],
                planes[plane + at],
                u16::MAX,
            ]
        })
        .collect()
}

#[test]
fn lut3d_and_our_table_agree_to_more_than_50_db() {
    let folder = place("cube");
    let catalog = catalog();
    let planes = picture();
    let bytes: Vec<u8> = planes
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    fs::write(folder.join("in.raw"), bytes).unwrap();
    let size = format!("{SIDE}x{SIDE}");
    let raw = ["-f", "rawvideo", "-pix_fmt", "gbrp16le"];
    let input = [&raw[..], &["-video_size", &size, "-i", "in.raw"]].concat();

    for (name, edit) in EDITS {
        let edit = Edit::from_json(&serde_json::from_str(edit).unwrap()).unwrap();
        let look = Look::compile(&edit, &catalog).unwrap();
        for points in [17, 33, 65] {
            let table = look.lut(points).unwrap();
            fs::write(folder.join("look.cube"), table.to_cube(name)).unwrap();
            let filter = ["-vf", "lut3d=look.cube:interp=tetrahedral"];
            ffmpeg(&folder, &[&input[..], &filter, &raw, &["out.raw"]].concat());
            let theirs = words(&fs::read(folder.join("out.raw")).unwrap());

            let mut ours = interleaved(&planes);
            table.apply(&mut ours);
            let agreement = psnr(&interleaved(&theirs), &ours, 65535.0);
            let changed = psnr(&interleaved(&planes), &ours, 65535.0);
            println!("{name:10} {points:2} points: {agreement:5.1} dB, change {changed:5.1} dB");
            assert!(
                agreement >= 50.0,
                "{name}, {points} points: {agreement:.1} dB"
            );
            assert_eq!(changed < 40.0, name != "nothing", "{name}: {changed:.1} dB");
        }
    }
}

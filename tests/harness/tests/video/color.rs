//! Colors: the look is what the core makes of the frames, whatever encoding they come in.

use std::fs;
use std::path::Path;

use colorist_core::{Edit, Frame, Look, Renderer};

use crate::support::{
    NEXT_TO_NOTHING, NOTHING, WARM, WARM_GLOW, catalog, clip, converted, decoded, ffmpeg, place,
    psnr, psnr8, smooth, video, words,
};

/// Frames as BT.709 limited 4:2:0, from what the filters start with.
const YUV: &str = "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd";

/// A clip's colors by its tags or, without tags, by the given ones.
fn rgb(folder: &Path, file: &str, tags: &str) -> Vec<u8> {
    let filters = format!("scale={tags}:flags=bicubic+accurate_rnd+full_chroma_int");
    decoded(folder, file, &filters, "rgba64le")
}

/// What the core makes of frames of pixels, as planes of YCbCr.
fn rendered(folder: &Path, pixels: &[u8], [width, height]: [usize; 2], edit: &str) -> Vec<u8> {
    let edit = Edit::from_json(&serde_json::from_str(edit).unwrap()).unwrap();
    let renderer = Renderer::new(&Look::compile(&edit, &catalog()).unwrap());
    let mut channels = words(pixels);
    for frame in channels.chunks_exact_mut(4 * width * height) {
        renderer.render(&mut Frame::new(frame, width, height).unwrap());
    }
    let bytes: Vec<u8> = channels
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    fs::write(folder.join("rendered.raw"), bytes).unwrap();
    let size = format!("{width}x{height}");
    let input = [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgba64le",
        "-video_size",
        &size,
    ];
    let output = [
        "-vf", YUV, "-pix_fmt", "yuv420p", "-f", "rawvideo", "yuv.raw",
    ];
    ffmpeg(
        folder,
        &[&input[..], &["-i", "rendered.raw"], &output].concat(),
    );
    fs::read(folder.join("yuv.raw")).unwrap()
}

/// The options of a clip that says what it is: BT.709, limited range.
const TAGGED: [&str; 8] = [
    "-vf",
    YUV,
    "-pix_fmt",
    "yuv420p",
    "-colorspace",
    "bt709",
    "-color_range",
    "tv",
];

#[test]
fn an_edit_of_nothing_leaves_the_video_nearly_as_it_was() {
    let folder = place("nothing");
    clip(&folder, "in.mp4", &smooth("320x240"), &TAGGED);
    clip(
        &folder,
        "busy.mp4",
        "testsrc2=size=320x240:rate=25",
        &TAGGED,
    );
    for (input, edit, least) in [
        ("in.mp4", NOTHING, 46.0),
        ("in.mp4", NEXT_TO_NOTHING, 46.0),
        // Its colors change from pixel to pixel, which 4:2:0 cannot keep twice.
        ("busy.mp4", NOTHING, 38.0),
    ] {
        converted(&folder, edit, input, "out.mp4");
        let [before, after] =
            [input, "out.mp4"].map(|file| decoded(&folder, file, "null", "yuv420p"));
        let same = psnr8(&before, &after);
        println!("{input} {edit}: {same:.1} dB");
        assert!(same > least, "{input} {edit}: {same:.1} dB");
    }
}

#[test]
fn both_ways_show_what_the_core_renders() {
    let folder = place("rendered");
    clip(&folder, "in.mp4", &smooth("320x240"), &TAGGED);
    let pixels = rgb(&folder, "in.mp4", "in_color_matrix=bt709:in_range=tv");
    for (edit, way) in [(WARM, "lut3d"), (WARM_GLOW, "the core")] {
        let run = converted(&folder, edit, "in.mp4", "out.mp4");
        assert!(run.stdout.contains(way), "{}", run.stdout);
        let ours = rendered(&folder, &pixels, [320, 240], edit);
        let theirs = decoded(&folder, "out.mp4", "null", "yuv420p");
        let agreement = psnr8(&ours, &theirs);
        let source = decoded(&folder, "in.mp4", "null", "yuv420p");
        let change = psnr8(&source, &theirs);
        println!("{way}: {agreement:.1} dB, change {change:.1} dB");
        assert!(agreement > 50.0, "{way}: {agreement:.1} dB");
        assert!(change < 30.0, "{way}: {change:.1} dB");

        // Cb falls, Cr rises: warmer.
        let mean = |frames: &[u8], plane: usize| {
            let (luma, chroma) = (320 * 240, 160 * 120);
            let of = frames
                .chunks_exact(luma + 2 * chroma)
                .flat_map(|frame| &frame[luma + plane * chroma..luma + (plane + 1) * chroma]);
            of.map(|value| f64::from(*value)).sum::<f64>() / frames.len() as f64
        };
        assert!(mean(&theirs, 0) < mean(&source, 0) && mean(&theirs, 1) > mean(&source, 1));
    }
}

#[test]
fn matrix_and_range_of_the_video_are_heeded() {
    let folder = place("matrix");
    let source = smooth("320x240");
    // The same colors in other encodings: what is written is the same.
    clip(
        &folder,
        "rgb.mkv",
        &source,
        &["-c:v", "ffv1", "-pix_fmt", "gbrp"],
    );
    for (name, filters, tags) in [
        (
            "709.mp4",
            "out_color_matrix=bt709:out_range=tv",
            &["-colorspace", "bt709"][..],
        ),
        (
            "601.mp4",
            "out_color_matrix=bt601:out_range=tv",
            &["-colorspace", "smpte170m"],
        ),
        (
            "full.mp4",
            "out_color_matrix=bt601:out_range=pc",
            &["-colorspace", "bt470bg", "-color_range", "pc"],
        ),
        // With a tag only, where the pixels' name says nothing of the range.
        (
            "full.mkv",
            "out_color_matrix=bt709:out_range=pc",
            &["-c:v", "ffv1", "-colorspace", "bt709", "-color_range", "pc"],
        ),
        // Small and without tags: BT.601.
        ("none.mp4", "out_color_matrix=bt601:out_range=tv", &[]),
    ] {
        let filters = format!("scale={filters}:flags=bicubic+accurate_rnd");
        let video = ["-vf", &filters, "-pix_fmt", "yuv420p"];
        clip(&folder, name, &source, &[&video[..], tags].concat());
    }
    for edit in [WARM, NEXT_TO_NOTHING] {
        converted(&folder, edit, "rgb.mkv", "expected.mp4");
        let expected = decoded(&folder, "expected.mp4", "null", "yuv420p");
        for name in ["709.mp4", "601.mp4", "full.mp4", "full.mkv", "none.mp4"] {
            converted(&folder, edit, name, "out.mp4");
            let same = psnr8(&expected, &decoded(&folder, "out.mp4", "null", "yuv420p"));
            println!("{name} {edit}: {same:.1} dB");
            assert!(same > 42.0, "{name} {edit}: {same:.1} dB");
            let written = video(&folder, "out.mp4");
            assert_eq!(written["color_space"], "bt709", "{name}");
            assert_eq!(written["color_range"], "tv", "{name}");
            assert_eq!(written["pix_fmt"], "yuv420p", "{name}");
        }
    }
}

#[test]
fn ten_bits_stay_ten() {
    let folder = place("deep");
    let filters = format!("format=gbrp16le,{YUV}");
    let deep = [
        "-vf",
        &filters,
        "-pix_fmt",
        "yuv420p10le",
        "-colorspace",
        "bt709",
    ];
    clip(&folder, "in.mp4", &smooth("320x240"), &deep);
    for edit in [NOTHING, NEXT_TO_NOTHING] {
        converted(&folder, edit, "in.mp4", "out.mp4");
        assert_eq!(video(&folder, "out.mp4")["pix_fmt"], "yuv420p10le");
        let [before, after] =
            ["in.mp4", "out.mp4"].map(|file| words(&decoded(&folder, file, "null", "yuv420p10le")));
        let same = psnr(&before, &after, 1023.0);
        println!("{edit}: {same:.1} dB");
        assert!(same > 50.0, "{edit}: {same:.1} dB");
    }
}

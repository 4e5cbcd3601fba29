//! Reading picture files.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Cursor, Read as _, Seek};
use std::path::Path;

use image::{
    ColorType, DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageReader, Limits,
};

use super::{Picture, Pixels, jpeg, png, profile};
use crate::failure::Failure;
use crate::file::extension;

/// The most pixels that are read: 100 megapixels.
const MAX_PIXELS: u64 = 100_000_000;

/// The longest file, bytes; the largest picture with 16 bits a channel fits in uncompressed.
const MAX_FILE: u64 = 1 << 30;

/// What a decoder may hold at once, bytes: the largest picture twice.
const MAX_MEMORY: u64 = 2 * 8 * MAX_PIXELS;

/// What to do with what is not read.
const EXPORT: &str = "export it as JPEG, PNG, TIFF or WebP with 8 or 16 bits";

/// Extensions of cameras' raw files. Most are TIFF files whose first picture is a small preview.
const RAW: [&str; 16] = [
    "3fr", "arw", "cr2", "cr3", "crw", "dng", "erf", "iiq", "kdc", "mrw", "nef", "nrw", "orf",
    "pef", "raf", "rw2",
];

/// Reads a JPEG, PNG, TIFF or WebP file of up to 100 megapixels.
///
/// The picture is turned upright as its EXIF says, and converted to sRGB as its color profile says.
/// Gray becomes color, 16 bits stay 16 bits, of several pictures in one file the first counts.
pub(crate) fn load(path: &Path) -> Result<Picture, Failure> {
    let format = format(path)?;
    let failed = |error: &dyn std::fmt::Display| Failure::file("read", path, error);
    if format == ImageFormat::Jpeg {
        let bytes = fs::read(path).map_err(|error| failed(&error))?;
        let damaged = || failed(&"the file is damaged or cut off");
        let markers = jpeg::markers(&bytes).ok_or_else(damaged)?;
        if markers.components == 4 {
            return Err(inks(path));
        }
        if !markers.complete {
            return Err(damaged());
        }
        return decode(Cursor::new(bytes), format, path);
    }
    let mut file = BufReader::new(File::open(path).map_err(|error| failed(&error))?);
    if format == ImageFormat::Png {
        if png::is_beyond_srgb(&mut file).unwrap_or_default() {
            let what = "its colors are of HDR or of a wide gamut (cICP)";
            return Err(failed(&what).help("export it as sRGB, or with an ICC profile"));
        }
        file.rewind().map_err(|error| failed(&error))?;
    }
    decode(file, format, path)
}

/// The format by the file's first bytes.
fn format(path: &Path) -> Result<ImageFormat, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::file("read", path, error);
    // Before it is opened, which waits for somebody where it is a pipe.
    let metadata = fs::metadata(path).map_err(|error| failed(&error))?;
    if !metadata.is_file() {
        return Err(failed(&"it is no file"));
    }
    let mut file = File::open(path).map_err(|error| failed(&error))?;
    if metadata.len() > MAX_FILE {
        return Err(failed(&"the file is longer than 1 GiB"));
    }
    if RAW.contains(&extension(path).as_str()) {
        return Err(failed(&"it is a camera's raw file").help(EXPORT));
    }
    let mut start = Vec::new();
    file.by_ref()
        .take(64)
        .read_to_end(&mut start)
        .map_err(|error| failed(&error))?;
    match image::guess_format(&start) {
        Ok(
            format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::Tiff | ImageFormat::WebP),
        ) => Ok(format),
        _ => {
            let what = match &start[..] {
                [] => "the file is empty",
                [_, _, _, _, b'f', b't', b'y', b'p', ..] => "it is a HEIC, AVIF or video file",
                [b'G', b'I', b'F', ..] => "it is a GIF file",
                _ => "it is no picture that is known here",
            };
            Err(failed(&what).help(EXPORT))
        }
    }
}

fn decode(
    source: impl BufRead + Seek,
    format: ImageFormat,
    path: &Path,
) -> Result<Picture, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::file("read", path, error);
    let damaged = |error: image::ImageError| {
        failed(&error).help("the file is damaged, or of a rare kind; export it anew")
    };
    let mut reader = ImageReader::with_format(source, format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;

    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS {
        let size = format!("{width} x {height} are more than 100 megapixels");
        return Err(failed(&size).help("make it smaller first"));
    }
    if pixels == 0 {
        return Err(failed(&"it has no pixels"));
    }
    if let ExtendedColorType::Cmyk8 | ExtendedColorType::Cmyk16 = decoder.original_color_type() {
        return Err(inks(path));
    }
    let color = decoder.color_type();
    if !matches!(
        color,
        ColorType::L8
            | ColorType::La8
            | ColorType::Rgb8
            | ColorType::Rgba8
            | ColorType::L16
            | ColorType::La16
            | ColorType::Rgb16
            | ColorType::Rgba16
    ) {
        return Err(failed(&"it has floating-point channels").help(EXPORT));
    }
    let orientation = decoder.orientation().map_err(damaged)?;
    let profile = decoder.icc_profile().map_err(damaged)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);

    let mut picture = picture(image);
    if let Some(profile) = profile
        && profile::convert(&mut picture, &profile, !color.has_color()).is_err()
    {
        anstream::eprintln!(
            "note: the color profile of {} cannot be used; its colors are taken for sRGB",
            path.display()
        );
    }
    Ok(picture)
}

fn picture(image: DynamicImage) -> Picture {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let bytes = usize::from(image.color().bytes_per_pixel() / image.color().channel_count());
    let pixels = match bytes {
        1 => Pixels::Rgba8(image.into_rgba8().into_raw()),
        _ => Pixels::Rgba16(image.into_rgba16().into_raw()),
    };
    Picture {
        width,
        height,
        pixels,
    }
}

fn inks(path: &Path) -> Failure {
    Failure::file(
        "read",
        path,
        &"it has inks for print (CMYK) instead of colors",
    )
    .help("export it as RGB, best with an sRGB profile")
}

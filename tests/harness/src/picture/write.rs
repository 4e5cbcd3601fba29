//! Writing picture files.

use std::io::{Cursor, Write as _};
use std::path::Path;

use image::codecs::{jpeg, png, tiff, webp};
use image::{ExtendedColorType, ImageEncoder};

use super::{Picture, Pixels, profile};
use crate::failure::Failure;
use crate::file;

/// Of 100; the eye sees no difference from the original.
const JPEG_QUALITY: u8 = 92;

/// The formats that are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    Png,
    Tiff,
    WebP,
}

impl Format {
    /// The format that a file's extension names.
    pub(crate) fn of(path: &Path) -> Result<Self, Failure> {
        match file::extension(path).as_str() {
            "jpg" | "jpeg" => Ok(Self::Jpeg),
            "png" => Ok(Self::Png),
            "tif" | "tiff" => Ok(Self::Tiff),
            "webp" => Ok(Self::WebP),
            _ => Err(
                Failure::new(format!("cannot tell the format of {}", path.display()))
                    .help("let the picture's name end in .png, .jpg, .tiff or .webp"),
            ),
        }
    }

    /// Whether 16 bits a channel stay.
    fn is_deep(self) -> bool {
        matches!(self, Self::Png | Self::Tiff)
    }
}

impl Picture {
    /// Writes it in the format of the file's extension, with an sRGB profile.
    ///
    /// PNG and TIFF keep 16 bits a channel; JPEG (quality 92) and WebP (lossless) have 8. A picture
    /// with transparent pixels is not written as JPEG.
    pub(crate) fn save(&self, path: &Path) -> Result<(), Failure> {
        let format = Format::of(path)?;
        let opaque = self.is_opaque();
        if format == Format::Jpeg && !opaque {
            return Err(Failure::file(
                "write",
                path,
                &"JPEG has no transparency, but the picture has",
            )
            .help("choose .png, .tiff or .webp"));
        }
        let channels = if opaque { 3 } else { 4 };
        let (bytes, color) = match &self.pixels {
            Pixels::Rgba16(pixels) if format.is_deep() => (
                kept(pixels, channels).flat_map(u16::to_ne_bytes).collect(),
                if opaque {
                    ExtendedColorType::Rgb16
                } else {
                    ExtendedColorType::Rgba16
                },
            ),
            _ => (
                kept(self.image().as_raw(), channels).collect::<Vec<u8>>(),
                if opaque {
                    ExtendedColorType::Rgb8
                } else {
                    ExtendedColorType::Rgba8
                },
            ),
        };
        let (width, height) = (self.width as u32, self.height as u32);
        let failed = |error: &dyn std::fmt::Display| Failure::file("write", path, error);
        // Encoding takes its time; whoever stops the program then finds no file half-written.
        let mut whole = Cursor::new(Vec::new());
        encode(&mut whole, format, &bytes, width, height, color).map_err(|error| failed(&error))?;
        file::write(path, |out| {
            out.write_all(whole.get_ref())
                .map_err(|error| failed(&error))
        })
    }
}

/// The channels of all pixels, without alpha where `channels` is 3.
fn kept<T: Copy>(pixels: &[T], channels: usize) -> impl Iterator<Item = T> {
    pixels
        .chunks_exact(4)
        .flat_map(move |pixel| pixel.iter().take(channels).copied())
}

fn encode(
    out: &mut Cursor<Vec<u8>>,
    format: Format,
    bytes: &[u8],
    width: u32,
    height: u32,
    color: ExtendedColorType,
) -> image::ImageResult<()> {
    match format {
        Format::Jpeg => {
            let encoder = jpeg::JpegEncoder::new_with_quality(out, JPEG_QUALITY);
            finish(encoder, bytes, width, height, color)
        }
        Format::Png => finish(png::PngEncoder::new(out), bytes, width, height, color),
        Format::Tiff => finish(tiff::TiffEncoder::new(out), bytes, width, height, color),
        Format::WebP => finish(
            webp::WebPEncoder::new_lossless(out),
            bytes,
            width,
            height,
            color,
        ),
    }
}

fn finish(
    mut encoder: impl ImageEncoder,
    bytes: &[u8],
    width: u32,
    height: u32,
    color: ExtendedColorType,
) -> image::ImageResult<()> {
    if let Some(profile) = profile::srgb() {
        // Every format here has a place for it, and without one a reader assumes sRGB anyway.
        let _ = encoder.set_icc_profile(profile);
    }
    encoder.write_image(bytes, width, height, color)
}

//! Pictures: files in, pixels, files out.

use std::path::Path;

use colorist_core::{Frame, LookError, Renderer};
use image::{ImageFormat, RgbaImage};

use crate::failure::Failure;

/// A picture in memory, sRGB, upright; red, green, blue, alpha, not premultiplied.
#[derive(Clone)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Pixels,
}

/// The channels of all pixels.
#[derive(Clone)]
pub(crate) enum Pixels {
    Rgba8(Vec<u8>),
    Rgba16(Vec<u16>),
}

/// Reads a picture.
pub(crate) fn load(path: &Path) -> Result<Picture, Failure> {
    let image = image::open(path).map_err(|error| Failure::file("read", path, &error))?;
    let image = image.into_rgba8();
    Ok(Picture {
        width: image.width() as usize,
        height: image.height() as usize,
        pixels: Pixels::Rgba8(image.into_raw()),
    })
}

impl Picture {
    /// Applies a look.
    pub(crate) fn render(&mut self, renderer: &Renderer) -> Result<(), LookError> {
        match &mut self.pixels {
            Pixels::Rgba8(pixels) => {
                renderer.render(&mut Frame::new(pixels, self.width, self.height)?);
            }
            Pixels::Rgba16(pixels) => {
                renderer.render(&mut Frame::new(pixels, self.width, self.height)?);
            }
        }
        Ok(())
    }

    /// At most `side` pixels on its longer side, 8 bits a channel.
    pub(crate) fn fit(&self, side: usize) -> Self {
        let image = image::DynamicImage::from(self.image());
        let image = image.thumbnail(side as u32, side as u32).into_rgba8();
        Self {
            width: image.width() as usize,
            height: image.height() as usize,
            pixels: Pixels::Rgba8(image.into_raw()),
        }
    }

    /// As an `image` of 8 bits a channel.
    pub(crate) fn image(&self) -> RgbaImage {
        let bytes = match &self.pixels {
            Pixels::Rgba8(pixels) => pixels.clone(),
            Pixels::Rgba16(pixels) => pixels.iter().map(|value| (value >> 8) as u8).collect(),
        };
        RgbaImage::from_raw(self.width as u32, self.height as u32, bytes).unwrap_or_default()
    }

    /// Writes it in the format of the file's extension.
    pub(crate) fn save(&self, path: &Path) -> Result<(), Failure> {
        let format =
            ImageFormat::from_path(path).map_err(|error| Failure::file("write", path, &error))?;
        self.image()
            .save_with_format(path, format)
            .map_err(|error| Failure::file("write", path, &error))
    }
}

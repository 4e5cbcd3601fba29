//! Pictures: files in, pixels, files out.

mod jpeg;
mod png;
mod profile;
mod read;
mod write;

use colorist_core::{Frame, LookError, Renderer};
use image::imageops::FilterType;
use image::{DynamicImage, RgbaImage};

pub(crate) use self::read::load;
pub(crate) use self::write::Format;

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

    /// At most `side` pixels on its longer side, 8 bits a channel; never larger than it is.
    pub(crate) fn fit(&self, side: usize) -> Self {
        let longer = self.width.max(self.height);
        let mut image = self.image();
        if longer > side {
            let mut large = DynamicImage::from(image);
            // A box filter is quick, and what is left for the good one is small.
            if longer > 4 * side {
                large = large.thumbnail(4 * side as u32, 4 * side as u32);
            }
            image = large
                .resize(side as u32, side as u32, FilterType::Lanczos3)
                .into_rgba8();
        }
        Self::from(image)
    }

    /// As an `image` of 8 bits a channel.
    pub(crate) fn image(&self) -> RgbaImage {
        let bytes = match &self.pixels {
            Pixels::Rgba8(pixels) => pixels.clone(),
            Pixels::Rgba16(pixels) => pixels
                .iter()
                .map(|value| ((u32::from(*value) * 255 + 32767) / 65535) as u8)
                .collect(),
        };
        RgbaImage::from_raw(self.width as u32, self.height as u32, bytes).unwrap_or_default()
    }

    /// Whether no pixel is transparent.
    pub(crate) fn is_opaque(&self) -> bool {
        match &self.pixels {
            Pixels::Rgba8(pixels) => pixels.iter().skip(3).step_by(4).all(|a| *a == u8::MAX),
            Pixels::Rgba16(pixels) => pixels.iter().skip(3).step_by(4).all(|a| *a == u16::MAX),
        }
    }
}

impl From<RgbaImage> for Picture {
    fn from(image: RgbaImage) -> Self {
        Self {
            width: image.width() as usize,
            height: image.height() as usize,
            pixels: Pixels::Rgba8(image.into_raw()),
        }
    }
}

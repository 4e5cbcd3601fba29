//! Pictures in memory: kinds of channels, and frames of pixels.

use half::f16;

use super::LookError;

mod sealed {
    pub trait Sealed {}
    impl Sealed for u8 {}
    impl Sealed for u16 {}
    impl Sealed for half::f16 {}
    impl Sealed for f32 {}
}

/// A channel of a pixel, sRGB-encoded: `u8` and `u16` use their whole range, `f16` and `f32` are 0 to
/// 1.
pub trait Channel: Copy + Send + Sync + sealed::Sealed + 'static {
    /// The step between two neighboring values, as a part of 1; 0 where there is none to speak of.
    const STEP: f32;

    /// As a number from 0 to 1; a float is clamped, and what is not a number is 0.
    fn to_unit(self) -> f32;

    /// The nearest value to a number from 0 to 1.
    fn from_unit(value: f32) -> Self;
}

impl Channel for u8 {
    const STEP: f32 = 1.0 / 255.0;

    #[inline(always)]
    fn to_unit(self) -> f32 {
        f32::from(self) / 255.0
    }

    #[inline(always)]
    fn from_unit(value: f32) -> Self {
        (value * 255.0 + 0.5) as u8
    }
}

impl Channel for u16 {
    const STEP: f32 = 1.0 / 65535.0;

    #[inline(always)]
    fn to_unit(self) -> f32 {
        f32::from(self) / 65535.0
    }

    #[inline(always)]
    fn from_unit(value: f32) -> Self {
        (value * 65535.0 + 0.5) as u16
    }
}

impl Channel for f16 {
    const STEP: f32 = 0.0;

    #[inline(always)]
    fn to_unit(self) -> f32 {
        super::color::unit(self.to_f32())
    }

    #[inline(always)]
    fn from_unit(value: f32) -> Self {
        f16::from_f32(value)
    }
}

impl Channel for f32 {
    const STEP: f32 = 0.0;

    #[inline(always)]
    fn to_unit(self) -> f32 {
        super::color::unit(self)
    }

    #[inline(always)]
    fn from_unit(value: f32) -> Self {
        value
    }
}

/// A picture in memory, to be changed in place: rows from top to bottom without gaps, and of each
/// pixel red, green, blue, alpha. Colors are not premultiplied with alpha.
#[derive(Debug)]
pub struct Frame<'a, T> {
    pixels: &'a mut [T],
    width: usize,
    height: usize,
}

impl<'a, T: Channel> Frame<'a, T> {
    /// A frame over `pixels`.
    ///
    /// # Errors
    /// When there are not exactly `4 * width * height` channels.
    pub fn new(pixels: &'a mut [T], width: usize, height: usize) -> Result<Self, LookError> {
        let needed = width.checked_mul(height).and_then(|n| n.checked_mul(4));
        if needed != Some(pixels.len()) {
            return Err(LookError::FrameSize {
                width,
                height,
                channels: pixels.len(),
            });
        }
        Ok(Self {
            pixels,
            width,
            height,
        })
    }

    /// Pixels in a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// The channels of all pixels.
    #[must_use]
    pub fn pixels(&self) -> &[T] {
        self.pixels
    }

    pub(super) fn pixels_mut(&mut self) -> &mut [T] {
        self.pixels
    }
}

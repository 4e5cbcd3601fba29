//! Pictures in memory: kinds of channels, and frames of pixels.

use half::f16;

use super::{LookError, color::unit};

/// 2^23. A number from 0 to 65535 that is added to it is rounded and stands in the lowest bits, for
/// an `f32` of this size has no room for a fraction. Conversions would not become vector
/// instructions.
const ROUND: f32 = 8_388_608.0;

mod sealed {
    use half::f16;

    pub trait Sealed: Copy {
        /// The first three channels of one pixel, and the fourth of another.
        #[inline(always)]
        fn with_alpha_of([r, g, b, _]: [Self; 4], [_, _, _, alpha]: [Self; 4]) -> [Self; 4] {
            [r, g, b, alpha]
        }
    }

    /// As one number, so that loops become vector instructions.
    macro_rules! integer {
        ($channel:ty, $pixel:ty) => {
            impl Sealed for $channel {
                #[inline(always)]
                fn with_alpha_of(color: [Self; 4], alpha: [Self; 4]) -> [Self; 4] {
                    let pixel = |[r, g, b, a]: [Self; 4]| {
                        let part = |x, i| <$pixel>::from(x) << (i * Self::BITS);
                        part(r, 0) | part(g, 1) | part(b, 2) | part(a, 3)
                    };
                    let mask = <$pixel>::MAX >> Self::BITS;
                    let both = pixel(color) & mask | pixel(alpha) & !mask;
                    [0, 1, 2, 3].map(|i| (both >> (i * Self::BITS)) as Self)
                }
            }
        };
    }

    integer!(u8, u32);
    integer!(u16, u64);
    impl Sealed for f16 {}
    impl Sealed for f32 {}
}

/// A channel of a pixel, sRGB-encoded: `u8` and `u16` use their whole range, [`f16`](super::f16) and
/// `f32` are 0 to 1.
pub trait Channel: Copy + Send + Sync + sealed::Sealed + 'static {
    /// The step between two neighboring values, as a part of 1; 0 where there is none to speak of.
    const STEP: f32;

    /// As a number from 0 to 1; a float is clamped, and what is not a number is 0.
    fn to_unit(self) -> f32;

    /// The nearest value to a number from 0 to 1. Integers: what is beyond counts as the end, what
    /// is not a number as 0, and of two equally near values the even one is taken. Floats: as it is.
    fn from_unit(value: f32) -> Self;
}

impl Channel for u8 {
    const STEP: f32 = 1.0 / 255.0;

    #[inline(always)]
    fn to_unit(self) -> f32 {
        f32::from(self) * (1.0 / 255.0)
    }

    #[inline(always)]
    fn from_unit(value: f32) -> Self {
        (unit(value) * 255.0 + ROUND).to_bits() as u8
    }
}

impl Channel for u16 {
    const STEP: f32 = 1.0 / 65535.0;

    #[inline(always)]
    fn to_unit(self) -> f32 {
        f32::from(self) * (1.0 / 65535.0)
    }

    #[inline(always)]
    fn from_unit(value: f32) -> Self {
        (unit(value) * 65535.0 + ROUND).to_bits() as u16
    }
}

impl Channel for f16 {
    const STEP: f32 = 0.0;

    #[inline(always)]
    fn to_unit(self) -> f32 {
        unit(self.to_f32())
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
        unit(self)
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

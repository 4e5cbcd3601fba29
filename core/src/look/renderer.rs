//! A look on a whole picture, on the CPU.

use std::thread;

use super::{
    Channel, Frame, Look, LookError, Lut, dither,
    spatial::{Scratch, Spatial},
};

/// The size of the table unless another is asked for.
const LUT_SIZE: usize = 33;

/// Applies a look, its spatial part included, to frames; one renderer serves any number of them.
///
/// This is the reference that [`SHADER`](super::SHADER) reproduces. The result does not depend on
/// the number of threads. Memory beside the frame: nothing to speak of for the table, 10 MB for
/// structure and bloom, and for sharpen 8 bytes a pixel of a picture reduced by a whole factor to a
/// short side of less than 1440: 17 MB for 1920 x 1080, 6 MB for 12000 x 8000.
#[derive(Debug)]
pub struct Renderer {
    identity: bool,
    lut: Lut,
    spatial: Spatial,
    threads: usize,
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
        let (width, height) = (frame.width(), frame.height());
        if self.spatial.is_none() {
            in_bands(frame.pixels_mut(), 4 * width, self.threads, |top, band| {
                self.lut.apply_rows(band, width, top, self.dither);
            });
            return;
        }
        let measured = self.spatial.measure(frame, &self.lut, self.threads);
        in_bands(
            frame.pixels_mut(),
            4 * width,
            self.threads,
            |first, band| {
                let mut row = vec![[0.0; 4]; width];
                let mut scratch = Scratch::default();
                for (y, pixels) in (first..).zip(band.chunks_exact_mut(4 * width)) {
                    for (color, pixel) in row.iter_mut().zip(pixels.chunks_exact(4)) {
                        *color = [pixel[0], pixel[1], pixel[2], pixel[3]].map(T::to_unit);
                    }
                    measured.detail(y, height, &mut row, &mut scratch);
                    self.lut.map(&mut row);
                    measured.glow(y, height, &mut row, &mut scratch);
                    dither::encode_row(&row, pixels, y, self.dither);
                }
            },
        );
    }
}

/// Shares the rows of `data`, each `width` long, among threads: `work` gets the first row of a band
/// and the band. `data` is not empty.
pub(super) fn in_bands<U: Send>(
    data: &mut [U],
    width: usize,
    threads: usize,
    work: impl Fn(usize, &mut [U]) + Sync,
) {
    let rows = (data.len() / width).div_ceil(threads);
    let mut bands = data.chunks_mut(rows * width).enumerate();
    let own = bands.next();
    thread::scope(|scope| {
        for (i, band) in bands {
            let work = &work;
            scope.spawn(move || work(i * rows, band));
        }
        if let Some((_, band)) = own {
            work(0, band);
        }
    });
}

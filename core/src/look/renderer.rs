//! A look on a whole picture, on the CPU.

use std::sync::{Mutex, PoisonError};
use std::thread;

use super::{
    Channel, Frame, Look, LookError, Lut, dither,
    spatial::{Scratch, Spatial},
};

/// The size of the table unless another is asked for.
const LUT_SIZE: usize = 33;

/// The most threads that are started; more than that only cost.
const MOST_THREADS: usize = 256;

/// Applies a look, its spatial part included, to frames; one renderer serves any number of them.
///
/// This is the reference that [`SHADER`](super::SHADER) reproduces. The result does not depend on
/// the number of threads. Memory beside the frame: nothing to speak of for the table; for structure
/// and bloom 60 bytes for each cell of the grid, 8 MB for a picture of 16 : 9 and at most 70 MB for a
/// very long one; and for sharpen 8 bytes a pixel of a picture reduced by a whole factor to a
/// short side of less than 1440: 17 MB for 1920 x 1080, 6 MB for 12000 x 8000.
#[derive(Debug)]
pub struct Renderer {
    look: Look,
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
            look: look.clone(),
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
    pub fn with_lut_size(mut self, size: usize) -> Result<Self, LookError> {
        self.lut = self.look.lut(size)?;
        Ok(self)
    }

    /// With this many threads: 1 to 256, values beyond count as the ends. Where the system starts
    /// fewer, these do the work.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.clamp(1, MOST_THREADS);
        self
    }

    /// Whether 8-bit results are dithered, so that smooth ramps show no bands.
    #[must_use]
    pub fn with_dither(mut self, dither: bool) -> Self {
        self.dither = dither;
        self
    }

    /// Applies the look in place. Alpha stays, and counts for nothing: the color of a transparent
    /// pixel glows into its neighbors as any other does. A look without effect changes no bit.
    pub fn render<T: Channel>(&self, frame: &mut Frame<'_, T>) {
        if self.look.is_identity() || frame.pixels().is_empty() {
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
    let bands = Mutex::new(data.chunks_mut(rows * width).enumerate());
    let run = || {
        loop {
            let next = bands.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((i, band)) = next else { return };
            work(i * rows, band);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // Without it the others do its bands.
            if thread::Builder::new().spawn_scoped(scope, run).is_err() {
                break;
            }
        }
        run();
    });
}

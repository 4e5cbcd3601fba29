//! A 3D lookup table and tetrahedral interpolation in it.

use super::{
    Channel,
    dither::{self, LANES},
};

/// `1.5 * 2^23`. A small number that is added to it is rounded and stands in the lowest bits, for an
/// `f32` of this size has no room for a fraction.
const ROUND: f32 = 12_582_912.0;

/// A 3D lookup table from sRGB-encoded to sRGB-encoded color, `size` points along each axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Lut {
    size: usize,
    data: Vec<[f32; 4]>,
}

impl Lut {
    /// `data` has `size^3` points, red fastest, the fourth number 1; `size` is 2 to 65.
    pub(super) fn new(size: usize, data: Vec<[f32; 4]>) -> Self {
        debug_assert!((2..=65).contains(&size) && data.len() == size * size * size);
        Self { size, data }
    }

    /// The points along each axis, 2 to 65.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The colors, red fastest: `data[r + size * (g + size * b)]` is what becomes of
    /// `[r, g, b] / (size - 1)`. Each is red, green, blue, finite, 0 to 1, and an alpha of 1.
    #[must_use]
    pub fn data(&self) -> &[[f32; 4]] {
        &self.data
    }

    /// What becomes of a color, by tetrahedral interpolation.
    ///
    /// The cell is cut into six tetrahedra along its diagonal from dark to bright, so that grays
    /// are interpolated between grays only. Channels are clamped to 0 to 1; what is not a number
    /// is 0.
    #[must_use]
    pub fn sample(&self, [r, g, b]: [f32; 3]) -> [f32; 3] {
        let mut color = [[r, g, b, 1.0]];
        self.block(&mut color);
        let [[r, g, b, _]] = color;
        [r, g, b]
    }

    /// Applies the table to pixels of red, green, blue and alpha, sRGB-encoded, in place.
    ///
    /// Alpha stays; color must not be premultiplied with it. Values are rounded to the nearest, so
    /// the table of an identity changes no 8-bit and no 16-bit value; floats it changes by less than
    /// 1e-6. Channels after the last whole pixel stay.
    pub fn apply<T: Channel>(&self, pixels: &mut [T]) {
        let width = pixels.len() / 4;
        if width > 0 {
            self.apply_rows(&mut pixels[..4 * width], width, 0, false);
        }
    }

    /// The same on whole rows of `width` pixels, the first of which is the row `top` of the frame;
    /// with dithering if there shall be, see [`dither`].
    pub(super) fn apply_rows<T: Channel>(
        &self,
        rows: &mut [T],
        width: usize,
        top: usize,
        dither: bool,
    ) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            unsafe { self.rows_avx2(rows, width, top, dither) };
            return;
        }
        self.rows(rows, width, top, dither);
    }

    /// [`rows`](Self::rows) in wider vectors. Without FMA: results are the same everywhere.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn rows_avx2<T: Channel>(&self, rows: &mut [T], width: usize, top: usize, dither: bool) {
        self.rows(rows, width, top, dither);
    }

    #[inline(always)]
    fn rows<T: Channel>(&self, rows: &mut [T], width: usize, top: usize, dither: bool) {
        for (y, row) in (top..).zip(rows.chunks_exact_mut(4 * width)) {
            let (blocks, rest) = row.as_chunks_mut::<4>().0.as_chunks_mut::<LANES>();
            let end = blocks.len() * LANES;
            for (i, pixels) in blocks.iter_mut().enumerate() {
                self.pixels(pixels, (i * LANES, y), dither);
            }
            if !rest.is_empty() {
                let mut pixels = [[T::from_unit(0.0); 4]; LANES];
                pixels[..rest.len()].copy_from_slice(rest);
                self.pixels(&mut pixels, (end, y), dither);
                rest.copy_from_slice(&pixels[..rest.len()]);
            }
        }
    }

    /// Pixels from a place in the frame on.
    #[inline(always)]
    fn pixels<T: Channel>(
        &self,
        pixels: &mut [[T; 4]; LANES],
        place: (usize, usize),
        dither: bool,
    ) {
        let mut block = [[0.0; 4]; LANES];
        let values = pixels.as_flattened().iter();
        for (number, value) in block.as_flattened_mut().iter_mut().zip(values) {
            *number = value.to_unit();
        }
        self.block(&mut block);
        dither::encode(&mut block, pixels, place, dither);
    }

    /// Applies the table to colors in place. The fourth number, alpha, stays.
    pub(super) fn map(&self, row: &mut [[f32; 4]]) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            unsafe { self.blocks_avx2(row) };
            return;
        }
        self.blocks(row);
    }

    /// [`blocks`](Self::blocks) in wider vectors.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn blocks_avx2(&self, row: &mut [[f32; 4]]) {
        self.blocks(row);
    }

    #[inline(always)]
    fn blocks(&self, row: &mut [[f32; 4]]) {
        let mut block = [[0.0; 4]; LANES];
        for colors in row.chunks_mut(LANES) {
            block[..colors.len()].copy_from_slice(colors);
            self.block(&mut block);
            for (color, [r, g, b, _]) in colors.iter_mut().zip(block) {
                *color = [r, g, b, color[3]];
            }
        }
    }

    /// Applies the table to colors in place; the fourth number becomes something else.
    #[inline(always)]
    fn block<const N: usize>(&self, colors: &mut [[f32; 4]; N]) {
        // At most 65^3, and cells are counted below 65: all of it fits.
        let n = self.size as u32;
        let strides = [1, n, n * n];
        let all = strides[0] + strides[1] + strides[2];
        let top = (self.size - 1) as f32;
        let last = ROUND + top - 1.0;

        // Where each cell's dark corner is in the table, and the position in the cell, 0 to 1. On a
        // border between two cells either serves.
        let mut corner = [0; N];
        let mut place = [[0.0; N]; 3];
        for (c, (place, stride)) in place.iter_mut().zip(strides).enumerate() {
            for i in 0..N {
                let position = super::color::unit(colors[i][c]) * top;
                let cell = position - 0.5 + ROUND;
                let cell = if cell < last { cell } else { last };
                place[i] = position - (cell - ROUND);
                corner[i] += (cell.to_bits() & 0xff) * stride;
            }
        }
        // From the dark corner to the bright one, the longest way first: the corners on the way
        // and the weights of all four.
        let (mut second, mut third) = ([0; N], [0; N]);
        let mut weights = [[0.0; N]; 4];
        for i in 0..N {
            let [r, g, b] = [place[0][i], place[1][i], place[2][i]];
            let (low, high) = if r < g { (r, g) } else { (g, r) };
            let (x, rest) = if high < b { (b, high) } else { (high, b) };
            let (z, y) = if low < rest { (low, rest) } else { (rest, low) };
            let longest = if r < g { strides[1] } else { strides[0] };
            let longest = if high < b { strides[2] } else { longest };
            let shortest = if r < g { strides[0] } else { strides[1] };
            let shortest = if low < b { shortest } else { strides[2] };
            second[i] = corner[i] + longest;
            third[i] = corner[i] + all - shortest;
            weights[0][i] = 1.0 - x;
            weights[1][i] = x - y;
            weights[2][i] = y - z;
            weights[3][i] = z;
        }
        // Four numbers at a time are one vector.
        for (i, color) in colors.iter_mut().enumerate() {
            let at = |point: u32| self.data[point as usize];
            let (dark, bright) = (at(corner[i]), at(corner[i] + all));
            let (second, third) = (at(second[i]), at(third[i]));
            let [d, s, t, b] = [0, 1, 2, 3].map(|k| weights[k][i]);
            for c in 0..4 {
                color[c] = dark[c] * d + second[c] * s + third[c] * t + bright[c] * b;
            }
        }
    }
}

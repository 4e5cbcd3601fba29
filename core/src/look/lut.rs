//! A 3D lookup table and tetrahedral interpolation in it.

use super::Channel;

/// A 3D lookup table from sRGB-encoded to sRGB-encoded color, `size` points along each axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Lut {
    size: usize,
    data: Vec<[f32; 3]>,
}

impl Lut {
    /// `data` has `size^3` points, red fastest; `size` is at least 2.
    pub(super) fn new(size: usize, data: Vec<[f32; 3]>) -> Self {
        debug_assert!(size >= 2 && data.len() == size * size * size);
        Self { size, data }
    }

    /// The points along each axis, 2 to 65.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The colors, red fastest: `data[r + size * (g + size * b)]` is what becomes of
    /// `[r, g, b] / (size - 1)`. Each channel is finite, 0 to 1.
    #[must_use]
    pub fn data(&self) -> &[[f32; 3]] {
        &self.data
    }

    /// What becomes of a color, by tetrahedral interpolation.
    ///
    /// The cell is cut into six tetrahedra along its diagonal from dark to bright, so that grays
    /// are interpolated between grays only. Channels are clamped to 0 to 1; what is not a number
    /// is 0.
    #[must_use]
    pub fn sample(&self, rgb: [f32; 3]) -> [f32; 3] {
        let [r, g, b] = rgb.map(|value| self.place(super::color::unit(value)));
        self.between(r, g, b)
    }

    /// Applies the table to pixels of red, green, blue and alpha, sRGB-encoded, in place.
    ///
    /// Alpha stays; color must not be premultiplied with it. Values are rounded to the nearest, so
    /// the table of an identity changes no byte. Channels after the last whole pixel stay.
    pub fn apply<T: Channel>(&self, pixels: &mut [T]) {
        for pixel in pixels.chunks_exact_mut(4) {
            let color = self.sample([pixel[0], pixel[1], pixel[2]].map(Channel::to_unit));
            for (channel, value) in pixel.iter_mut().zip(color) {
                *channel = T::from_unit(value);
            }
        }
    }

    /// The cell and the position in it, 0 to 1, of a channel from 0 to 1.
    fn place(&self, value: f32) -> (usize, f32) {
        let position = value * (self.size - 1) as f32;
        let cell = (position as usize).min(self.size - 2);
        (cell, position - cell as f32)
    }

    fn between(&self, r: (usize, f32), g: (usize, f32), b: (usize, f32)) -> [f32; 3] {
        let strides = [1, self.size, self.size * self.size];
        let corner = r.0 + strides[1] * g.0 + strides[2] * b.0;
        let mut axes = [(r.1, strides[0]), (g.1, strides[1]), (b.1, strides[2])];
        // From the cell's dark corner to the bright one, the longest way first.
        if axes[0].0 < axes[1].0 {
            axes.swap(0, 1);
        }
        if axes[1].0 < axes[2].0 {
            axes.swap(1, 2);
        }
        if axes[0].0 < axes[1].0 {
            axes.swap(0, 1);
        }
        let [(x, first), (y, second), (z, third)] = axes;
        let points = [
            self.data[corner],
            self.data[corner + first],
            self.data[corner + first + second],
            self.data[corner + first + second + third],
        ];
        let weights = [1.0 - x, x - y, y - z, z];
        let mut out = [0.0; 3];
        for (point, weight) in points.iter().zip(weights) {
            for (sum, value) in out.iter_mut().zip(point) {
                *sum += value * weight;
            }
        }
        out
    }
}

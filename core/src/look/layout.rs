//! The memory layouts in which platforms take a 3D lookup table.

use half::f16;

use super::{Channel, lut::Lut};

impl Lut {
    /// The cube data of Core Image's `CIColorCube` and `CIColorCubeWithColorSpace` (with an sRGB
    /// color space): `size^3` times red, green, blue, alpha as 32-bit floats, red fastest.
    ///
    /// Core Image wants premultiplied alpha; every alpha is 1.
    #[must_use]
    pub fn to_rgba_f32(&self) -> Vec<f32> {
        self.data().as_flattened().to_vec()
    }

    /// The cube of AndroidX Media3's `SingleColorLut.createFromCube(int[][][])` as one array,
    /// **blue fastest**: Media3 indexes `cube[r][g][b]`, and that is element
    /// `b + size * (g + size * r)` here. Each is an `ARGB_8888` color (alpha in the highest byte,
    /// always 255, blue in the lowest), as the pixels of the `size` x `size^2` bitmap of
    /// `createFromBitmap` are: column `b`, row `g + size * r`.
    ///
    /// The order is that of `transformCubeIntoBitmap` in Media3's `SingleColorLut.java`.
    #[must_use]
    pub fn to_argb8(&self) -> Vec<u32> {
        let n = self.size();
        let mut cube = Vec::with_capacity(self.data().len());
        for r in 0..n {
            for g in 0..n {
                for b in 0..n {
                    let [r, g, b, a] = self.data()[r + n * (g + n * b)].map(u8::from_unit);
                    cube.push(u32::from_be_bytes([a, r, g, b]));
                }
            }
        }
        cube
    }

    /// A strip for shaders as 8-bit RGBA texels, see [`to_strip_rgba16f`](Self::to_strip_rgba16f);
    /// values are rounded to the nearest. Good for previews: what 8 bits lose, a smooth ramp shows.
    #[must_use]
    pub fn to_strip_rgba8(&self) -> Vec<u8> {
        self.strip()
    }

    /// A strip for shaders as half-float RGBA texels: a 2D texture of `size^2` x `size` texels, rows
    /// from top to bottom, in which the slices of equal blue stand side by side. The color of point
    /// `(r, g, b)` is texel `x = r + size * b`, `y = g`. Every alpha is 1.
    ///
    /// Half floats have 11 significant bits: an error of at most 1/4096, a sixteenth of the
    /// step of 8 bits.
    #[must_use]
    pub fn to_strip_rgba16f(&self) -> Vec<f16> {
        self.strip()
    }

    fn strip<T: Channel>(&self) -> Vec<T> {
        let n = self.size();
        let mut strip = Vec::with_capacity(4 * self.data().len());
        for g in 0..n {
            for b in 0..n {
                for r in 0..n {
                    strip.extend(self.data()[r + n * (g + n * b)].map(T::from_unit));
                }
            }
        }
        strip
    }
}

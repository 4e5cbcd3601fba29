//! Looks and their tables.

use std::sync::Arc;

use colorist_core::{Frame, Look, LookError, Lut, Renderer};

use crate::{catalog::FfiCatalog, edit::FfiEdit, error::FfiError};

/// More threads than any phone has cores only cost.
const MOST_THREADS: usize = 16;

/// What an edit does to each color, and the three amounts that need a pixel's neighbors.
#[derive(Debug, uniffi::Object)]
pub struct FfiLook {
    look: Look,
}

/// A 3D lookup table, sRGB-encoded in and out.
#[derive(Debug, uniffi::Object)]
pub struct FfiLut {
    lut: Lut,
}

#[uniffi::export]
impl FfiCatalog {
    /// Compiles an edit.
    ///
    /// # Errors
    /// `Look` when its filter is not in the catalog or has no recipe.
    pub fn look(&self, edit: FfiEdit) -> Result<Arc<FfiLook>, FfiError> {
        let look = Look::compile(&edit.core(), self.catalog())?;
        Ok(Arc::new(FfiLook { look }))
    }
}

#[uniffi::export]
impl FfiLook {
    /// Whether no color changes and no spatial amount is set.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.look.is_identity()
    }

    /// Soft glow around bright areas, 0 to 1; not part of the table.
    #[must_use]
    pub fn bloom(&self) -> f32 {
        self.look.bloom()
    }

    /// Crispness of fine detail, 0 to 1; not part of the table.
    #[must_use]
    pub fn sharpen(&self) -> f32 {
        self.look.sharpen()
    }

    /// Local contrast, -1 to 1; not part of the table.
    #[must_use]
    pub fn structure(&self) -> f32 {
        self.look.structure()
    }

    /// The table with `size` entries along each axis, 2 to 65.
    ///
    /// # Errors
    /// `Look` for another size.
    pub fn lut(&self, size: u32) -> Result<Arc<FfiLut>, FfiError> {
        let lut = self.look.lut(usize::try_from(size).unwrap_or(usize::MAX))?;
        Ok(Arc::new(FfiLut { lut }))
    }

    /// The picture (rows without gaps; red, green, blue, alpha; a byte each) with the whole look
    /// applied, the three spatial amounts included, on 1 to 16 threads. Alpha stays.
    ///
    /// # Errors
    /// `Look` when there are not `4 * width * height` bytes.
    pub fn applied_rgba8(
        &self,
        pixels: Vec<u8>,
        width: u32,
        height: u32,
        threads: u32,
    ) -> Result<Vec<u8>, FfiError> {
        let mut pixels = pixels;
        let [width, height, threads] =
            [width, height, threads].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        let mut frame = Frame::new(&mut pixels, width, height)?;
        Renderer::new(&self.look)
            .with_threads(threads.min(MOST_THREADS))
            .render(&mut frame);
        Ok(pixels)
    }
}

#[uniffi::export]
impl FfiLut {
    /// Entries along each axis.
    #[must_use]
    pub fn size(&self) -> u32 {
        u32::try_from(self.lut.size()).unwrap_or(u32::MAX)
    }

    /// Red, green, blue and alpha (1) of each entry as 32-bit floats, little-endian, red fastest:
    /// what Core Image's `CIColorCube` takes. 16 bytes an entry.
    #[must_use]
    pub fn rgba_f32(&self) -> Vec<u8> {
        let floats = self.lut.to_rgba_f32();
        floats.into_iter().flat_map(f32::to_le_bytes).collect()
    }

    /// Each entry as a 32-bit ARGB number, little-endian, in the order of a `[red][green][blue]`
    /// cube, blue fastest: what Media3's `SingleColorLut` takes. 4 bytes an entry.
    #[must_use]
    pub fn argb8(&self) -> Vec<u8> {
        let colors = self.lut.to_argb8();
        colors.into_iter().flat_map(u32::to_le_bytes).collect()
    }

    /// The table as the text of a `.cube` file, for other programs; the title stands in it.
    #[must_use]
    pub fn cube(&self, title: &str) -> String {
        self.lut.to_cube(title)
    }

    /// The table as an opaque picture of `size^2` x `size` pixels (red, green, blue, alpha; a byte
    /// each) for shaders: column `red + size * blue`, row `green`.
    #[must_use]
    pub fn strip_rgba8(&self) -> Vec<u8> {
        self.lut.to_strip_rgba8()
    }

    /// The pixels (red, green, blue, alpha; a byte each) with the table applied; alpha stays. A
    /// last pixel that is cut off stays as it is.
    #[must_use]
    pub fn apply_rgba8(&self, pixels: Vec<u8>) -> Vec<u8> {
        let mut pixels = pixels;
        self.lut.apply(&mut pixels);
        pixels
    }
}

impl From<LookError> for FfiError {
    fn from(error: LookError) -> Self {
        Self::Look {
            reason: error.to_string(),
        }
    }
}

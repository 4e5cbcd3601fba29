//! The look of an edit: what its tools do to each color.
//!
//! [`Look::compile`] turns an [`Edit`] into a function from color to color, which leaves as a 3D
//! lookup table ([`Look::lut`]) for shaders, Core Image, Media3 or the CPU, and three amounts that
//! need a pixel's neighbors and are not part of the table: bloom, sharpen and structure.
//!
//! Colors are sRGB-encoded, 0 to 1, in and out. The order is fixed:
//!
//! 1. **Linear light**: exposure in stops, with a shoulder; temperature and tint as von Kries gains
//!    in Oklab's cone space, temperature along the Planckian locus, luminance of gray kept; linear
//!    offset.
//! 2. **Tone** on Oklab lightness, chromaticity kept: brightness, contrast around 18 % gray,
//!    highlights, shadows. All curves are smooth and strictly increasing.
//! 3. **Color** in Oklab: hue, saturation, vibrance (sparing skin), then saturation and luminance
//!    of the six selective colors, whose windows over the hue sum to 1.
//! 4. **Gamut**: what has left the sRGB cube fades towards the gray of its own luminance, softly.
//! 5. **Filter** on encoded values, its [`Recipe`] mixed in by its intensity: monochrome,
//!    ASC CDL (slope, offset, power, saturation), split toning.
//!
//! The three amounts are applied around the table by [`Renderer`]; [`SHADER`] is the same for
//! graphics processors. What structure and bloom measure stands on a grid whose short side is
//! 270 cells, and all widths are shares of the picture's short side, so that a preview looks as the
//! whole picture does. Beyond the border the picture goes on as its outermost pixels are.
//!
//! 1. **Structure**, before the table: the luma `y` of the encoded source gets a base `a y + b` from
//!    a guided filter (He, Sun, Tang, "Guided Image Filtering", 2013) on the grid ("Fast Guided
//!    Filter", He, Sun, 2015), with epsilon 0.008 and windows whose standard deviation is 1.8 %.
//!    The detail `d = y - base` is added 1.5 times at 1 and taken away 0.8 times at -1, strong
//!    detail less: `d 0.2 / (0.2 + |d|)`, so that an edge overshoots by less than 0.08.
//! 2. **Sharpen**, before the table: an unsharp mask. The detail beside a Gaussian of 0.12 % (1.3
//!    pixels of 1080, but at least half a pixel; from 1440 on of the picture reduced by a whole
//!    factor to 720 to 1439) is added 2.5 times at 1, noise and edges less:
//!    `d d^2 / (d^2 + 0.008^2) 0.06 / (0.06 + |d|)`, so that no edge overshoots by more than 0.1.
//! 3. Both changes of luma go to all three channels, so that gray stays gray. A channel gets
//!    `c + d h / (h + |d|)` with `h` what is left to black or white: it stays in range, smoothly.
//! 4. **Bloom**, after the table: colors of the table whose greatest channel is above 0.3 in light
//!    glow, fully at 1 (smoothstep), through two Gaussians of 1.2 % and 5 % (three box filters
//!    each), 1.6 and 0.7 times at 1. The glow `g` rolls off as `g / (1 + g)` and is added as by
//!    "screen": `1 - (1 - c) (1 - g)`. Light is here the square of the encoded value, which is
//!    close to linear light.
//!
//! A step without effect is left out, so an edit of nothing is the identity to the last bit. Gray
//! stays gray unless temperature, tint or a filter say otherwise. Sources stand with the formulas.
//!
//! ```
//! use colorist_core::{Adjust, Catalog, Edit, Look};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let catalog = Catalog::from_json(&serde_json::from_str(include_str!("../../models/data/catalog.json"))?)?;
//! let edit = Edit {
//!     adjust: Some(Adjust { temperature: 40, ..Adjust::default() }),
//!     ..Edit::default()
//! };
//! let look = Look::compile(&edit, &catalog)?;
//! let [red, _, blue] = look.color([0.5, 0.5, 0.5]);
//! assert!(red > 0.5 && blue < 0.5);
//! let mut pixels = [128u8, 128, 128, 255];
//! look.lut(33)?.apply(&mut pixels);
//! assert_eq!(pixels[0], (red * 255.0).round() as u8);
//! # Ok(())
//! # }
//! ```

mod balance;
mod cdl;
mod chroma;
mod color;
mod cube;
mod dither;
mod filter;
mod frame;
mod gamut;
mod layout;
mod lut;
mod point;
mod recipe;
mod renderer;
mod selective;
mod spatial;
mod tone;

use std::ops::RangeInclusive;

pub use half::f16;

pub use self::{
    cdl::{Cdl, CdlGap},
    frame::{Channel, Frame},
    lut::Lut,
    recipe::{Mono, Recipe, Tint},
    renderer::Renderer,
};
use self::{filter::Filter, point::Point};
use crate::{Catalog, Edit};

/// The table and the three amounts for graphics processors: GLSL ES 3.00, for WebGL 2 and OpenGL ES
/// 3, one pass after the other as its first lines say. It does what [`Renderer`] does without
/// dithering, within a step of 8 bits.
///
/// ```glsl
#[doc = include_str!("look/look.glsl")]
/// ```
pub const SHADER: &str = include_str!("look/look.glsl");

/// The sizes of a [`Lut`] that [`Look::lut`] makes.
pub const LUT_SIZES: RangeInclusive<usize> = 2..=65;

/// An edit, compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    point: Point,
    bloom: f32,
    sharpen: f32,
    structure: f32,
}

/// Why there is no look, no table or no frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LookError {
    /// The edit's filter is not in the catalog.
    #[error("the edit's filter is not in the catalog; use the catalog of the pack that made it")]
    UnknownFilter,
    /// The catalog has the edit's filter, but no recipe for it.
    #[error("the pack has no recipe for the filter `{name}`; use a pack with recipes")]
    NoRecipe {
        /// The filter's name.
        name: String,
    },
    /// The recipe of the edit's filter has a number out of range.
    #[error("the recipe of the filter `{name}` is invalid: {reason}; correct the catalog")]
    InvalidRecipe {
        /// The filter's name.
        name: String,
        /// The field and its range.
        reason: String,
    },
    /// No table of that size is made.
    #[error("a LUT of size {size} is not made; choose {} to {}", LUT_SIZES.start(), LUT_SIZES.end())]
    LutSize {
        /// The size asked for.
        size: usize,
    },
    /// A frame's size and its number of channels do not belong together.
    #[error(
        "{channels} channels are no frame of {width} x {height} pixels; give red, green, blue and \
         alpha of each pixel"
    )]
    FrameSize {
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
        /// The channels that there are.
        channels: usize,
    },
}

impl Look {
    /// Compiles an edit. Slider values beyond the catalog's usual -100 to 100 count as its ends.
    ///
    /// # Errors
    /// When the catalog has no such filter, or no valid recipe for it. A filter of intensity 0 has
    /// no effect and needs no recipe.
    pub fn compile(edit: &Edit, catalog: &Catalog) -> Result<Self, LookError> {
        let filter = match &edit.filter {
            Some(filter) => {
                let name = &filter.name;
                let info = catalog.filter(name).ok_or(LookError::UnknownFilter)?;
                let intensity = slider(filter.intensity).max(0.0);
                match info.recipe {
                    _ if intensity <= 0.0 => None,
                    None => return Err(LookError::NoRecipe { name: name.clone() }),
                    Some(recipe) => {
                        recipe.check().map_err(|reason| LookError::InvalidRecipe {
                            name: name.clone(),
                            reason,
                        })?;
                        Some(Filter::new(&recipe, intensity))
                    }
                }
            }
            None => None,
        };
        let adjust = edit.adjust.unwrap_or_default();
        Ok(Self {
            point: Point::new(&adjust, &edit.selective_adjust.unwrap_or_default(), filter),
            bloom: slider(adjust.bloom).max(0.0),
            sharpen: slider(adjust.sharpen).max(0.0),
            structure: slider(adjust.structure),
        })
    }

    /// What becomes of one color; sRGB-encoded, 0 to 1, in and out.
    ///
    /// Channels are clamped to 0 to 1 first; what is not a number is 0. This is the function that
    /// [`lut`](Self::lut) tabulates; for many pixels use the table.
    #[must_use]
    pub fn color(&self, rgb: [f32; 3]) -> [f32; 3] {
        self.point.color(rgb)
    }

    /// The look as a table of `size` points along each axis; 33 serves most purposes.
    ///
    /// # Errors
    /// When the size is not one of [`LUT_SIZES`].
    pub fn lut(&self, size: usize) -> Result<Lut, LookError> {
        if !LUT_SIZES.contains(&size) {
            return Err(LookError::LutSize { size });
        }
        Ok(Lut::new(size, self.point.table(size)))
    }

    /// Soft glow around bright areas, 0 to 1; not part of the table.
    #[must_use]
    pub fn bloom(&self) -> f32 {
        self.bloom
    }

    /// Crispness of fine detail, 0 to 1; not part of the table.
    #[must_use]
    pub fn sharpen(&self) -> f32 {
        self.sharpen
    }

    /// Local contrast, -1 (soft) to 1; not part of the table.
    #[must_use]
    pub fn structure(&self) -> f32 {
        self.structure
    }

    /// Whether it changes nothing: neither a color nor, through the three amounts, the picture.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        let amounts = [self.bloom, self.sharpen, self.structure];
        self.point.is_identity() && amounts.iter().all(|amount| *amount == 0.0)
    }
}

/// A slider's value as -1 to 1.
fn slider(value: i32) -> f32 {
    value.clamp(-100, 100) as f32 / 100.0
}

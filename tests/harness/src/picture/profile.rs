//! Color profiles: from what a picture was made in to sRGB.

use moxcms::{CmsError, ColorProfile, DataColorSpace, Layout, TransformExecutor, TransformOptions};

use super::{Picture, Pixels};

/// A picture's profile differs from sRGB only if a color moves by more than this, of 65535: half a
/// step of 8 bits.
const TOLERANCE: u16 = 128;

/// The bytes of an sRGB profile.
pub(super) fn srgb() -> Option<Vec<u8>> {
    let mut profile = ColorProfile::new_srgb().encode().ok()?;
    // The header's date (ICC.1:2022, 7.2.1) is the time of writing: without it the same picture is
    // the same file. 2000-01-01, each number of two bytes.
    profile
        .get_mut(24..36)?
        .copy_from_slice(&[0x07, 0xd0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    Some(profile)
}

/// Converts the picture from the profile of its file to sRGB; `gray` says whether the file has one
/// channel of color. Colors beyond sRGB become its nearest.
///
/// A profile that is sRGB but for roundings changes no bit.
///
/// # Errors
/// When the profile is broken, or is for another kind of picture.
pub(super) fn convert(picture: &mut Picture, profile: &[u8], gray: bool) -> Result<(), CmsError> {
    let profile = ColorProfile::new_from_slice(profile)?;
    let layout = match (profile.color_space, gray) {
        (DataColorSpace::Gray, true) => Layout::GrayAlpha,
        (DataColorSpace::Rgb, _) => Layout::Rgba,
        _ => return Err(CmsError::InvalidProfile),
    };
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions {
        prefer_fixed_point: false,
        ..TransformOptions::default()
    };
    let exact = profile.create_transform_16bit(layout, &srgb, Layout::Rgba, options)?;
    if is_identity(&*exact, layout)? {
        return Ok(());
    }
    let width = picture.width;
    match &mut picture.pixels {
        Pixels::Rgba16(pixels) => apply(&*exact, layout, pixels, width),
        Pixels::Rgba8(pixels) => {
            let transform = profile.create_transform_8bit(layout, &srgb, Layout::Rgba, options)?;
            apply(&*transform, layout, pixels, width)
        }
    }
}

/// Whether colors from all over the cube stay where they are.
fn is_identity(
    transform: &(impl TransformExecutor<u16> + ?Sized),
    layout: Layout,
) -> Result<bool, CmsError> {
    const STEPS: u16 = 16;
    let level = |index: u16| index * (u16::MAX / (STEPS - 1));
    let mut colors = Vec::new();
    for r in 0..STEPS {
        match layout {
            Layout::GrayAlpha => colors.extend([level(r), level(r), level(r), u16::MAX]),
            _ => {
                for (g, b) in (0..STEPS).flat_map(|g| (0..STEPS).map(move |b| (g, b))) {
                    colors.extend([level(r), level(g), level(b), u16::MAX]);
                }
            }
        }
    }
    let before = colors.clone();
    let width = colors.len() / 4;
    apply(transform, layout, &mut colors, width)?;
    Ok(before
        .iter()
        .zip(&colors)
        .all(|(before, after)| before.abs_diff(*after) <= TOLERANCE))
}

/// Row by row, so that no second picture is in memory.
fn apply<T: Copy + Default>(
    transform: &(impl TransformExecutor<T> + ?Sized),
    layout: Layout,
    pixels: &mut [T],
    width: usize,
) -> Result<(), CmsError> {
    let mut source = Vec::with_capacity(width * 4);
    for row in pixels.chunks_mut((width * 4).max(4)) {
        source.clear();
        match layout {
            Layout::GrayAlpha => {
                source.extend(row.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[3]]));
            }
            _ => source.extend_from_slice(row),
        }
        transform.transform(&source, row)?;
    }
    Ok(())
}

//! What the judges see: rows drawn from the data, and the pictures of each.

use std::cmp::Reverse;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use colorist_core::{Colorist, Edit, Look, Renderer};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use sha2::{Digest, Sha256};

use crate::eval::rows::Row;
use crate::failure::Failure;
use crate::picture::{self, Picture};

/// Its traces do not show, colors keep their full resolution, and 30 samples take about 7 MB.
const QUALITY: u8 = 85;

/// The gray of the page around the pictures, which shows through transparent parts.
const SURROUND: u8 = 119;

/// A photo before any edit.
pub(super) struct Photo {
    pub(super) picture: Picture,
    /// As a JPEG in Base64.
    pub(super) jpeg: String,
}

/// A row with both results.
pub(super) struct Sample {
    pub(super) intent: String,
    /// Which photo, counted from 0.
    pub(super) photo: usize,
    pub(super) teacher: Shown,
    pub(super) student: Shown,
}

/// An edit and what it makes of the photo.
pub(super) struct Shown {
    pub(super) edit: Edit,
    /// As a JPEG in Base64.
    pub(super) jpeg: String,
}

/// Draws `wanted` of `rows` without replacement; the same seed draws the same ones.
///
/// They are those with the greatest SHA-256 of seed and number, so more samples of the same seed
/// start with the same ones.
pub(super) fn choose(rows: usize, wanted: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    order.sort_by_cached_key(|row| {
        let mut text = seed.to_le_bytes().to_vec();
        text.extend((*row as u64).to_le_bytes());
        Reverse(<[u8; 32]>::from(Sha256::digest(text)))
    });
    order.truncate(wanted);
    order
}

/// Reads the photos, at most `side` pixels on the longer side.
pub(super) fn photos(paths: &[PathBuf], side: usize) -> Result<Vec<Photo>, Failure> {
    paths
        .iter()
        .map(|path| {
            let picture = picture::load(path)?.fit(side);
            let jpeg = jpeg(&picture)?;
            Ok(Photo { picture, jpeg })
        })
        .collect()
}

/// Asks the student about a row, and applies both edits to the photo.
pub(super) fn render(
    colorist: &Colorist,
    row: &Row,
    photo: usize,
    source: &Photo,
) -> Result<Sample, Failure> {
    let student = colorist.edit(&row.intent)?.edit;
    let shown = |edit: Edit| {
        let look = Look::compile(&edit, colorist.catalog())
            .map_err(|error| Failure::new(error.to_string()))?;
        let mut picture = source.picture.clone();
        // Without dithering: its noise is what a JPEG spends most bytes on.
        let renderer = Renderer::new(&look).with_dither(false);
        picture
            .render(&renderer)
            .map_err(|error| Failure::new(error.to_string()))?;
        let jpeg = jpeg(&picture)?;
        Ok::<_, Failure>(Shown { edit, jpeg })
    };
    Ok(Sample {
        intent: row.intent.clone(),
        photo,
        teacher: shown(Edit::from_calls(&row.tools))?,
        student: shown(student)?,
    })
}

fn jpeg(picture: &Picture) -> Result<String, Failure> {
    let image = picture.image();
    let mut opaque = RgbImage::new(image.width(), image.height());
    for (target, pixel) in opaque.pixels_mut().zip(image.pixels()) {
        let [r, g, b, alpha] = pixel.0.map(u16::from);
        let over = |value: u16| {
            let sum = value * alpha + u16::from(SURROUND) * (255 - alpha);
            (f32::from(sum) / 255.0).round() as u8
        };
        *target = Rgb([r, g, b].map(over));
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(&opaque)
        .map_err(|error| Failure::new(format!("a picture cannot be written as JPEG: {error}")))?;
    Ok(STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_is_without_replacement_and_follows_the_seed() {
        let drawn = choose(100, 30, 7);
        let mut distinct = drawn.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!((drawn.len(), distinct.len()), (30, 30));
        assert_eq!(drawn, choose(100, 30, 7));
        assert_ne!(drawn, choose(100, 30, 8));
        assert_eq!(choose(100, 10, 7), drawn[..10]);
        assert_eq!(choose(3, 30, 7).len(), 3);
    }

    #[test]
    fn every_row_has_the_same_chance() {
        let mut hits = [0_u32; 20];
        for seed in 0..2000 {
            for row in choose(20, 5, seed) {
                hits[row] += 1;
            }
        }
        // 500 on average, with a standard deviation of 19.
        assert!(
            hits.iter().all(|hits| (400..600).contains(hits)),
            "{hits:?}"
        );
    }
}

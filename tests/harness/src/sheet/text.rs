//! Words on a picture.

use ab_glyph::{Font as _, FontRef, GlyphId, PxScale, ScaleFont as _, point};
use image::RgbaImage;

use crate::failure::Failure;

/// Inter, reduced to Latin, Greek and Cyrillic letters; its license stands beside it.
static INTER: &[u8] = include_bytes!("../../assets/Inter.otf");

/// The width of the box that stands for an unknown letter, in parts of the size.
const BOX: f32 = 0.5;

/// Sets text in one font.
pub(super) struct Text {
    font: FontRef<'static>,
}

impl Text {
    pub(super) fn new() -> Result<Self, Failure> {
        let font = FontRef::try_from_slice(INTER)
            .map_err(|_| Failure::new("the font in the program is broken"))?;
        Ok(Self { font })
    }

    /// How wide a line is, pixels.
    pub(super) fn width(&self, line: &str, size: f32) -> f32 {
        let mut width = 0.0;
        self.place(line, size, |_, _, end| width = end);
        width
    }

    /// The text in at most `most` lines of at most `width` pixels; what is left out is an ellipsis.
    pub(super) fn wrap(&self, text: &str, size: f32, width: f32, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let fits = |line: &str| self.width(line, size) <= width;
        for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
            if word.is_empty() {
                continue;
            }
            match lines.last_mut() {
                Some(last) if fits(&format!("{last} {word}")) => {
                    last.push(' ');
                    last.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
            // More is not shown, and an intent may be long.
            if lines.len() > most {
                break;
            }
        }
        let more = lines.len() > most;
        lines.truncate(most);
        let count = lines.len();
        for (index, line) in lines.iter_mut().enumerate() {
            if !fits(line) || (more && index + 1 == count) {
                let mut short = String::new();
                for letter in line.chars() {
                    if !fits(&format!("{short}{letter}…")) {
                        break;
                    }
                    short.push(letter);
                }
                *line = format!("{}…", short.trim_end());
            }
        }
        lines
    }

    /// Draws a line whose box begins at `left`, `top`.
    pub(super) fn draw(
        &self,
        image: &mut RgbaImage,
        line: &str,
        [left, top]: [f32; 2],
        size: f32,
        color: [u8; 3],
    ) {
        let base = top + self.font.as_scaled(size).ascent();
        self.place(line, size, |glyph, start, end| {
            let Some(glyph) = glyph else {
                let high = size * 0.6;
                let (x, width) = (left + start + 1.0, end - start - 2.0);
                outline(image, [x, base - high, width, high], color);
                return;
            };
            let glyph = glyph.with_scale_and_position(size, point(left + start, base));
            if let Some(outlined) = self.font.outline_glyph(glyph) {
                let bounds = outlined.px_bounds();
                outlined.draw(|x, y, cover| {
                    let x = bounds.min.x as i64 + i64::from(x);
                    let y = bounds.min.y as i64 + i64::from(y);
                    blend(image, x, y, cover, color);
                });
            }
        });
    }

    /// Says of each letter its glyph, or none for an unknown letter, where it starts and ends.
    fn place(&self, line: &str, size: f32, mut each: impl FnMut(Option<GlyphId>, f32, f32)) {
        let font = self.font.as_scaled(PxScale::from(size));
        let mut x = 0.0;
        let mut before = None;
        for letter in line.chars() {
            let glyph = font.glyph_id(letter);
            if glyph.0 == 0 {
                each(None, x, x + size * BOX);
                (x, before) = (x + size * BOX, None);
                continue;
            }
            x += before.map_or(0.0, |before| font.kern(before, glyph));
            let end = x + font.h_advance(glyph);
            each(Some(glyph), x, end);
            (x, before) = (end, Some(glyph));
        }
    }
}

/// A frame, one pixel thick.
fn outline(image: &mut RgbaImage, [x, y, width, height]: [f32; 4], color: [u8; 3]) {
    let (left, top) = (x as i64, y as i64);
    let (right, bottom) = ((x + width) as i64, (y + height) as i64);
    for x in left..=right {
        blend(image, x, top, 1.0, color);
        blend(image, x, bottom, 1.0, color);
    }
    for y in top + 1..bottom {
        blend(image, left, y, 1.0, color);
        blend(image, right, y, 1.0, color);
    }
}

/// Covers a part of an opaque pixel; what is outside the picture is left out.
fn blend(image: &mut RgbaImage, x: i64, y: i64, cover: f32, color: [u8; 3]) {
    let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else {
        return;
    };
    if let Some(pixel) = image.get_pixel_mut_checked(x, y) {
        let cover = cover.clamp(0.0, 1.0);
        for (below, ink) in pixel.0.iter_mut().zip(color) {
            let mixed = f32::from(*below) * (1.0 - cover) + f32::from(ink) * cover;
            *below = mixed.round() as u8;
        }
    }
}

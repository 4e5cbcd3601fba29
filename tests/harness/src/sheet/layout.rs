//! Where things stand on a sheet.

use image::{Rgba, RgbaImage, imageops};

use super::text::Text;
use crate::cli::SheetArgs;
use crate::failure::Failure;
use crate::picture::Picture;

/// The most pixels of a sheet.
const MAX_PIXELS: usize = 100_000_000;

/// The most lines under a picture.
const LINES: usize = 2;

const PAPER: Rgba<u8> = Rgba([255, 255, 255, 255]);
const INK: [u8; 3] = [28, 28, 30];
const FAINT: [u8; 3] = [130, 130, 135];

/// The sheet's measures, pixels.
pub(super) struct Layout {
    cells: usize,
    columns: usize,
    /// The box of a picture.
    width: usize,
    height: usize,
    /// Around the sheet, and between cells.
    gap: usize,
    /// Of the letters.
    size: f32,
    line: usize,
    /// The lines under each picture.
    lines: usize,
}

/// A picture with words.
pub(super) struct Cell {
    picture: Option<Picture>,
    words: String,
    color: [u8; 3],
}

impl Cell {
    pub(super) fn original(picture: Picture) -> Self {
        Self {
            picture: Some(picture),
            words: "original".to_owned(),
            color: FAINT,
        }
    }

    pub(super) fn edited(picture: Picture, words: &str) -> Self {
        Self {
            picture: Some(picture),
            words: words.to_owned(),
            color: INK,
        }
    }

    pub(super) fn empty(words: String) -> Self {
        Self {
            picture: None,
            words,
            color: FAINT,
        }
    }
}

impl Layout {
    /// The measures for so many cells, of pictures not higher than wide.
    pub(super) fn new(arguments: &SheetArgs, cells: usize) -> Result<Self, Failure> {
        let square = (1..).find(|n| n * n >= cells).unwrap_or(1);
        let columns = match (arguments.columns, arguments.image.len()) {
            (Some(columns), _) => columns.into(),
            // Below each picture its edits.
            (None, pictures @ 3..=8) => pictures,
            (None, _) => square.min(6),
        };
        let width = usize::from(arguments.cell);
        let size = (width as f32 / 16.0).max(11.0);
        let layout = Self {
            cells,
            columns: columns.min(cells),
            width,
            height: width,
            gap: (width / 16).max(6),
            size,
            line: (size * 1.15).ceil() as usize,
            lines: LINES,
        };
        if layout.total().0.saturating_mul(layout.total().1) > MAX_PIXELS {
            return Err(
                Failure::new("the sheet would have more than 100 megapixels")
                    .help("give fewer intents, or a smaller --cell"),
            );
        }
        Ok(layout)
    }

    /// With a box as high as the highest of the pictures needs, at most a square.
    pub(super) fn for_pictures(mut self, pictures: &[Picture]) -> Self {
        let height = |picture: &Picture| self.width * picture.height / picture.width;
        let highest = pictures.iter().map(height).max().unwrap_or(self.width);
        self.height = highest.clamp(1, self.width);
        self
    }

    /// The picture as it fits into the box.
    pub(super) fn fitted(&self, picture: &Picture) -> Picture {
        let (width, height) = (picture.width as f64, picture.height as f64);
        let scale = (self.width as f64 / width).min(self.height as f64 / height);
        picture.fit(((width.max(height) * scale).round() as usize).max(1))
    }

    pub(super) fn draw(mut self, cells: &[Cell]) -> Result<Picture, Failure> {
        let text = Text::new()?;
        let words: Vec<_> = cells
            .iter()
            .map(|cell| text.wrap(&cell.words, self.size, self.width as f32, LINES))
            .collect();
        self.lines = words.iter().map(Vec::len).max().unwrap_or(LINES);
        let (width, height) = self.total();
        let mut sheet = RgbaImage::from_pixel(width as u32, height as u32, PAPER);
        for (index, (cell, lines)) in cells.iter().zip(&words).enumerate() {
            let x = self.gap + index % self.columns * (self.width + self.gap);
            let y = self.gap + index / self.columns * self.row();
            if let Some(picture) = &cell.picture {
                // Upright pictures stand in the middle, all of them on the words.
                let left = x + self.width.saturating_sub(picture.width) / 2;
                let top = y + self.height.saturating_sub(picture.height);
                imageops::overlay(&mut sheet, &picture.image(), left as i64, top as i64);
            }
            let top = y + self.height + self.gap / 3;
            for (number, line) in lines.iter().enumerate() {
                // In the middle, as the pictures are.
                let left = x as f32 + (self.width as f32 - text.width(line, self.size)) / 2.0;
                let top = (top + number * self.line) as f32;
                text.draw(&mut sheet, line, [left, top], self.size, cell.color);
            }
        }
        Ok(Picture::from(sheet))
    }

    /// From one row of cells to the next.
    fn row(&self) -> usize {
        self.height + self.gap / 3 + self.lines * self.line + self.gap
    }

    fn total(&self) -> (usize, usize) {
        let rows = self.cells.div_ceil(self.columns);
        (
            self.gap + self.columns * (self.width + self.gap),
            self.gap + rows * self.row(),
        )
    }
}

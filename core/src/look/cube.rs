//! Adobe's `.cube`, the text format that color tools exchange tables in.

use std::fmt::Write as _;

use super::Lut;

/// The format allows lines of 250 bytes; the keyword and the quotes take 8 of them.
const TITLE: usize = 240;

/// The bytes of a line of the table: three times `0.1234567`, two spaces and the end.
const LINE: usize = 30;

impl Lut {
    /// The table as a `.cube` file (Adobe Cube LUT Specification 1.0): sRGB-encoded in and out, 0
    /// to 1, red fastest, seven decimals, which is a hundred times finer than 16 bits.
    ///
    /// The title is for people, and programs show or ignore it; an empty one is left out. The format
    /// is plain ASCII in short lines: other characters, control characters and quotes are removed
    /// from the title, and so is what makes it longer than 240 characters.
    #[must_use]
    pub fn to_cube(&self, title: &str) -> String {
        let title: String = title
            .chars()
            .filter(|c| (*c == ' ' || c.is_ascii_graphic()) && *c != '"')
            .take(TITLE)
            .collect();
        let mut text = String::with_capacity(TITLE + 100 + self.data().len() * LINE);
        if !title.trim().is_empty() {
            let _ = writeln!(text, "TITLE \"{}\"", title.trim());
        }
        let _ = writeln!(text, "LUT_3D_SIZE {}", self.size());
        text.push_str("DOMAIN_MIN 0.0 0.0 0.0\nDOMAIN_MAX 1.0 1.0 1.0\n");
        for [r, g, b, _] in self.data() {
            let _ = writeln!(text, "{r:.7} {g:.7} {b:.7}");
        }
        text
    }
}

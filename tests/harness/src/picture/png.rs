//! What the decoder does not say about a PNG file.

use std::io::{self, Read, Seek};

/// The chunk of coding-independent code points (PNG 3rd edition, 11.3.2.6) of sRGB: primaries of
/// Rec. 709, its transfer function, RGB, full range.
const SRGB: [u8; 4] = [1, 13, 0, 1];

/// Whether a `cICP` chunk says that the colors are others than sRGB.
///
/// # Errors
/// When the file ends before its pixels begin; then the decoder says so.
pub(super) fn is_beyond_srgb(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    file.seek_relative(8)?;
    loop {
        let mut head = [0; 8];
        file.read_exact(&mut head)?;
        let [a, b, c, d, kind @ ..] = head;
        match &kind {
            b"cICP" => {
                let mut points = [0; 4];
                file.read_exact(&mut points)?;
                return Ok(points != SRGB);
            }
            b"IDAT" | b"IEND" => return Ok(false),
            // Over the content and its check sum.
            _ => file.seek_relative(i64::from(u32::from_be_bytes([a, b, c, d])) + 4)?,
        }
    }
}

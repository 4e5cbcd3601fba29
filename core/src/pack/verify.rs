//! SHA-256 in hexadecimal, and the check of a file against it.

use sha2::{Digest, Sha256};

use crate::error::PackError;

/// A SHA-256 sum.
pub(crate) type Sum = [u8; 32];

/// The SHA-256 of some bytes, with the processor's own instructions where it has them.
pub(crate) fn sum(bytes: &[u8]) -> Sum {
    Sha256::digest(bytes).into()
}

/// Checks a file's sum against the recorded one.
pub(crate) fn check(file: &str, found: &Sum, expected: &Sum) -> Result<(), PackError> {
    if found == expected {
        Ok(())
    } else {
        Err(PackError::HashMismatch {
            file: file.to_owned(),
        })
    }
}

/// Reads exactly as many lowercase hexadecimal digits as `N` bytes have. Uppercase is refused: a
/// sum has one spelling, so that a flipped bit cannot hide in the case of a letter.
pub(crate) fn parse_hex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// Bytes as lowercase hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

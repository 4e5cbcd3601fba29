//! SHA-256 in hexadecimal, and the check of a file against it.

use sha2::{Digest, Sha256};

use crate::error::PackError;

/// The length of a SHA-256 in hexadecimal, characters.
const HEX_LEN: usize = 64;

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

/// Reads 64 lowercase hexadecimal digits. Uppercase is refused: a sum has one spelling, so that a
/// flipped bit cannot hide in the case of a letter.
pub(crate) fn parse_hex(text: &[u8]) -> Option<Sum> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    if text.len() != HEX_LEN {
        return None;
    }
    let mut sum = [0; 32];
    for (byte, pair) in sum.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(sum)
}

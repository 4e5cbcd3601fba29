//! Signed packs: who vouches for a manifest, and whom an app believes.
//!
//! A signature is Ed25519 (RFC 8032) over [`CONTEXT`] and the bytes of `pack.json`, which vouches
//! for every other file by its SHA-256. It is one line, `pack.sig` of a folder and the end of an
//! archive: `ed25519`, the public key and the signature in hexadecimal. Each has one spelling, so
//! that no flipped bit goes unnoticed.

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};

use super::{SIGNATURE, verify};
use crate::error::PackError;

/// Stands before the manifest in what is signed, so that a key that also signs other things cannot
/// be made to sign a pack by them.
pub(super) const CONTEXT: &[u8] = b"colorist pack v1\0";

/// What a signature's and a public key's line start with.
const ALGORITHM: &str = "ed25519 ";

/// The length of a signature's line, bytes: algorithm, key, space, signature, line feed.
pub(super) const LINE: usize = ALGORITHM.len() + 64 + 1 + 128 + 1;

/// An Ed25519 public key: an app that trusts it opens packs that the secret key signed.
///
/// ```
/// # use colorist_core::pack::{PublicKey, SecretKey};
/// let key = SecretKey::from_bytes(&[7; 32]).public();
/// assert_eq!(key.to_string().parse::<PublicKey>()?, key);
/// # Ok::<(), colorist_core::PackError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 32]);

/// An Ed25519 secret key, which signs packs. It belongs to who makes packs and in no app.
pub struct SecretKey(SigningKey);

/// Who signed a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    key: PublicKey,
    bytes: [u8; 64],
}

/// Which packs are opened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trust {
    /// Whose packs; empty: anybody's.
    pub(crate) keys: Vec<PublicKey>,
    /// The lowest version, `MAJOR.MINOR.PATCH`; `None`: any.
    pub(crate) oldest_version: Option<String>,
}

impl PublicKey {
    /// Reads a key in hexadecimal, 64 digits, or in the line that `colorist pack keygen` writes,
    /// `ed25519` before it. White space around it is ignored.
    ///
    /// # Errors
    /// [`PackError::InvalidKey`], also for the few points of small order that are no safe keys.
    pub fn parse(text: &str) -> Result<Self, PackError> {
        let text = text.trim();
        let digits = text.strip_prefix(ALGORITHM).unwrap_or(text);
        verify::parse_hex(digits.to_ascii_lowercase().as_bytes())
            .and_then(|bytes| Self::from_bytes(&bytes))
            .ok_or(PackError::InvalidKey)
    }

    fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(bytes).ok()?;
        (!key.is_weak()).then_some(Self(*bytes))
    }
}

impl FromStr for PublicKey {
    type Err = PackError;

    fn from_str(text: &str) -> Result<Self, PackError> {
        Self::parse(text)
    }
}

/// The key in hexadecimal, 64 digits.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&verify::hex(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl SecretKey {
    /// The key of RFC 8032's 32 secret bytes, which must come from the system's randomness.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(bytes))
    }

    /// The public key that belongs to it.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs the bytes of a `pack.json`.
    pub(super) fn sign(&self, manifest: &[u8]) -> Signature {
        Signature {
            key: self.public(),
            bytes: self.0.sign(&message(manifest)).to_bytes(),
        }
    }
}

/// Says which key it is, never the secret.
impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({}, ...)", self.public())
    }
}

impl Signature {
    /// The key that signed.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Its line, as in `pack.sig`.
    #[must_use]
    pub fn line(&self) -> String {
        let signature = verify::hex(&self.bytes);
        format!("{ALGORITHM}{} {signature}\n", self.key)
    }

    /// Reads its line; `None` when it is anything else.
    fn read(line: &[u8]) -> Option<Self> {
        let rest = line.strip_prefix(ALGORITHM.as_bytes())?;
        let (key, rest) = rest.split_at_checked(64)?;
        let signature = rest.strip_prefix(b" ")?.strip_suffix(b"\n")?;
        Some(Self {
            key: PublicKey::from_bytes(&verify::parse_hex(key)?)?,
            bytes: verify::parse_hex(signature)?,
        })
    }

    /// Whether the key signed this manifest; strictly, so that a signature cannot be bent into
    /// another one that also holds (`verify_strict` of ed25519-dalek).
    fn holds(&self, manifest: &[u8]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&self.bytes);
        VerifyingKey::from_bytes(&self.key.0)
            .is_ok_and(|key| key.verify_strict(&message(manifest), &signature).is_ok())
    }
}

impl Trust {
    /// Judges the bytes of a manifest before anything in them is parsed, with the line of their
    /// signature. A signature that is there must hold, even when nobody in particular is trusted.
    pub(super) fn check(
        &self,
        manifest: &[u8],
        line: Option<&[u8]>,
    ) -> Result<Option<Signature>, PackError> {
        let Some(line) = line else {
            return if self.keys.is_empty() {
                Ok(None)
            } else {
                Err(PackError::Unsigned)
            };
        };
        let bad = || PackError::BadSignature {
            file: SIGNATURE.to_owned(),
        };
        let signature = Signature::read(line).ok_or_else(bad)?;
        if !self.keys.is_empty() && !self.keys.contains(&signature.key) {
            return Err(PackError::UntrustedKey { key: signature.key });
        }
        if !signature.holds(manifest) {
            return Err(bad());
        }
        Ok(Some(signature))
    }

    /// Refuses a pack that is older than is allowed, or whose version cannot be compared.
    pub(super) fn check_version(&self, found: &str) -> Result<(), PackError> {
        let Some(oldest) = &self.oldest_version else {
            return Ok(());
        };
        match (version(found), version(oldest)) {
            (Some(found), Some(oldest)) if found >= oldest => Ok(()),
            _ => Err(PackError::TooOld {
                found: found.to_owned(),
                oldest: oldest.clone(),
            }),
        }
    }
}

/// Whether these bytes are meant to be a signature's line, right or wrong.
pub(super) fn is_line(bytes: &[u8; LINE]) -> bool {
    bytes.starts_with(ALGORITHM.as_bytes()) && bytes.ends_with(b"\n")
}

fn message(manifest: &[u8]) -> Vec<u8> {
    [CONTEXT, manifest].concat()
}

/// The three numbers of `MAJOR.MINOR.PATCH`, without leading zeros and suffixes, as in Semantic
/// Versioning 2.0.0.
fn version(text: &str) -> Option<[u64; 3]> {
    let number = |part: &str| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let plain = digits && (part == "0" || !part.starts_with('0'));
        plain.then(|| part.parse().ok()).flatten()
    };
    let mut parts = text.split('.').map(number);
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

//! The folder form: `pack.sha256`, and `pack.sig` if there is one, vouch for `pack.json`, which
//! vouches for the other files.

use std::{io::Write, path::Path, sync::Arc};

use super::{
    CHECKSUM, Contents, MANIFEST, SIGNATURE,
    bytes::{self, Bytes},
    manifest::{MAX_MANIFEST, Manifest},
    signature::{self, Signature, Trust},
    verify,
};
use crate::error::PackError;

/// What follows the sum in `pack.sha256`.
const SUFFIX: &[u8] = b"  pack.json\n";

pub(super) fn read(
    folder: &Path,
    trust: &Trust,
    wanted: impl Fn(&Manifest, &str) -> bool,
) -> Result<Contents, PackError> {
    let manifest_path = folder.join(MANIFEST);
    let checksum_path = folder.join(CHECKSUM);
    if !manifest_path.exists() && !checksum_path.exists() {
        return Err(PackError::NotAPack {
            path: folder.to_owned(),
        });
    }
    let expected = checksum(&checksum_path)?;
    let manifest_bytes = limited(&manifest_path, MANIFEST, MAX_MANIFEST)?;
    verify::check(MANIFEST, &verify::sum(&manifest_bytes), &expected)?;
    let line = signature_line(&folder.join(SIGNATURE))?;
    let signature = trust.check(&manifest_bytes, line.as_deref())?;
    let manifest = Manifest::parse(&manifest_bytes)?;
    trust.check_version(&manifest.version)?;
    let mut files = Vec::new();
    let wanted = |name: &str| wanted(&manifest, name);
    for (name, info) in manifest.files.iter().filter(|(name, _)| wanted(name)) {
        let (bytes, sum) = bytes::read_sized(&folder.join(name), name, info.size)?;
        verify::check(name, &sum, &info.sum)?;
        files.push((name.clone(), Bytes::Owned(Arc::new(bytes))));
    }
    let manifest_bytes = Bytes::Owned(Arc::new(manifest_bytes));
    // Only now, with every byte vouched for, is the content judged.
    manifest.check()?;
    Ok(Contents {
        manifest,
        manifest_bytes,
        signature,
        files,
    })
}

/// Writes the signature beside the manifest.
pub(super) fn write_signature(folder: &Path, signature: &Signature) -> Result<(), PackError> {
    bytes::replace(&folder.join(SIGNATURE), |out| {
        out.write_all(signature.line().as_bytes())
    })
}

/// The signature's line, or a byte more when it is longer; `None` when there is no such file.
fn signature_line(path: &Path) -> Result<Option<Vec<u8>>, PackError> {
    let failed = |error| bytes::unreadable(SIGNATURE.to_owned(), error);
    match bytes::open(path, SIGNATURE) {
        Ok((file, _)) => {
            let line = bytes::read_at_most(file, signature::LINE as u64);
            Ok(Some(line.map_err(failed)?))
        }
        Err(PackError::MissingFile { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn checksum(path: &Path) -> Result<verify::Sum, PackError> {
    let invalid = || PackError::InvalidChecksum {
        file: CHECKSUM.to_owned(),
    };
    let line = limited(path, CHECKSUM, 4096)?;
    let hex = line.strip_suffix(SUFFIX).ok_or_else(invalid)?;
    verify::parse_hex(hex).ok_or_else(invalid)
}

/// Reads a small file whose size nothing vouches for.
fn limited(path: &Path, name: &str, limit: u64) -> Result<Vec<u8>, PackError> {
    let failed = |error| bytes::unreadable(name.to_owned(), error);
    let (file, _) = bytes::open(path, name)?;
    let bytes = bytes::read_at_most(file, limit).map_err(failed)?;
    match bytes.len() as u64 {
        found if found > limit => Err(PackError::SizeMismatch {
            file: name.to_owned(),
            expected: limit,
            found,
        }),
        _ => Ok(bytes),
    }
}

//! The archive form: one uncompressed file that is memory-mapped.
//!
//! Little endian: `COLORIST`, u32 format, u32 length of the manifest, its SHA-256 (32 bytes), the
//! bytes of `pack.json`; then every file in the manifest's order, each at the next multiple of
//! [`ALIGNMENT`] with zeros before it; a signed archive has the signature's line there, too;
//! nothing after the last.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    sync::Arc,
};

use memmap2::Mmap;

use super::{
    Contents, FORMAT, MANIFEST,
    bytes::{self, Bytes},
    manifest::{MAX_MANIFEST, Manifest},
    signature::{self, Signature, Trust},
    verify,
};
use crate::error::PackError;

const MAGIC: &[u8; 8] = b"COLORIST";

/// Magic, format, length, sum.
const HEADER: usize = 8 + 4 + 4 + 32;

/// Files start at multiples of this, bytes: a cache line, and enough for any vector load.
const ALIGNMENT: usize = 64;

pub(super) fn read(
    path: &Path,
    trust: &Trust,
    wanted: impl Fn(&Manifest, &str) -> bool,
) -> Result<Contents, PackError> {
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned();
    let map = map(path, &name)?;
    let invalid = |reason: &str| PackError::InvalidArchive {
        file: name.clone(),
        reason: reason.to_owned(),
    };
    if !map.starts_with(MAGIC) {
        return Err(PackError::NotAPack {
            path: path.to_owned(),
        });
    }
    let header = map
        .get(..HEADER)
        .ok_or_else(|| invalid("the header is cut off"))?;
    let format = number(&header[8..12]);
    if format as u64 != FORMAT {
        return Err(PackError::UnsupportedFormat {
            file: name,
            found: format as u64,
            supported: FORMAT,
        });
    }
    let end = HEADER.saturating_add(number(&header[12..16]));
    let manifest_bytes = map
        .get(HEADER..end)
        .ok_or_else(|| invalid("the manifest is cut off"))?;
    if manifest_bytes.len() as u64 > MAX_MANIFEST {
        return Err(invalid("the manifest is too long"));
    }
    if verify::sum(manifest_bytes) != header[16..] {
        return Err(PackError::HashMismatch {
            file: MANIFEST.to_owned(),
        });
    }
    let signature = trust.check(manifest_bytes, signature_line(&map, end))?;
    let manifest = Manifest::parse(manifest_bytes)?;
    trust.check_version(&manifest.version)?;
    let manifest_bytes = Bytes::Mapped(Arc::clone(&map), HEADER..end);
    let mut files = Vec::new();
    let mut position = end;
    for (file, info) in &manifest.files {
        let start = position.saturating_add(padding(position));
        let end = usize::try_from(info.size)
            .unwrap_or(usize::MAX)
            .saturating_add(start);
        let Some(content) = map.get(start..end) else {
            let found = map.len().saturating_sub(start) as u64;
            let file = file.clone();
            return Err(PackError::SizeMismatch {
                file,
                expected: info.size,
                found,
            });
        };
        if map[position..start].iter().any(|byte| *byte != 0) {
            return Err(invalid("the padding between two files is not zero"));
        }
        position = end;
        if wanted(&manifest, file) {
            verify::check(file, &verify::sum(content), &info.sum)?;
            files.push((file.clone(), Bytes::Mapped(Arc::clone(&map), start..end)));
        }
    }
    if signature.is_some() {
        let start = position.saturating_add(padding(position));
        let gap = map.get(position..start).unwrap_or_default();
        if gap.iter().any(|byte| *byte != 0) {
            return Err(invalid("the padding before the signature is not zero"));
        }
        position = start.saturating_add(signature::LINE);
    }
    if position != map.len() {
        return Err(invalid("there are bytes after the last file"));
    }
    manifest.check()?;
    Ok(Contents {
        manifest,
        manifest_bytes,
        signature,
        files,
    })
}

pub(super) fn write(
    path: &Path,
    manifest: &[u8],
    files: &[(String, Bytes)],
    signature: Option<&Signature>,
) -> Result<(), PackError> {
    bytes::replace(path, |out| write_to(out, manifest, files, signature))
}

fn write_to(
    out: &mut BufWriter<File>,
    manifest: &[u8],
    files: &[(String, Bytes)],
    signature: Option<&Signature>,
) -> io::Result<()> {
    let too_long = |_| io::Error::other("the manifest is too long");
    out.write_all(MAGIC)?;
    out.write_all(&u32::try_from(FORMAT).map_err(too_long)?.to_le_bytes())?;
    out.write_all(
        &u32::try_from(manifest.len())
            .map_err(too_long)?
            .to_le_bytes(),
    )?;
    out.write_all(&verify::sum(manifest))?;
    out.write_all(manifest)?;
    let mut position = HEADER + manifest.len();
    let line = signature.map(Signature::line);
    let files = files.iter().map(|(_, bytes)| &**bytes);
    for bytes in files.chain(line.as_deref().map(str::as_bytes)) {
        let gap = padding(position);
        out.write_all(&[0; ALIGNMENT][..gap])?;
        out.write_all(bytes)?;
        position += gap + bytes.len();
    }
    Ok(())
}

/// The signature's line, if one stands at the end. Where the files end is only known from the
/// manifest, which must not be parsed before.
fn signature_line(map: &[u8], manifest_end: usize) -> Option<&[u8]> {
    let start = map.len().checked_sub(signature::LINE)?;
    let line = map
        .get(manifest_end..)?
        .last_chunk::<{ signature::LINE }>()?;
    (start.is_multiple_of(ALIGNMENT) && signature::is_line(line)).then_some(line)
}

/// How many zeros lead from `position` to the next multiple of [`ALIGNMENT`].
fn padding(position: usize) -> usize {
    (ALIGNMENT - position % ALIGNMENT) % ALIGNMENT
}

fn number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .rev()
        .fold(0, |value, byte| value << 8 | usize::from(*byte))
}

fn map(path: &Path, name: &str) -> Result<Arc<Mmap>, PackError> {
    let failed = |error| bytes::unreadable(name.to_owned(), error);
    let (file, metadata) = bytes::open(path, name)?;
    if metadata.len() < HEADER as u64 {
        // Too short to be told from any other file, and empty files cannot be mapped.
        let start = bytes::read_at_most(file, HEADER as u64).map_err(failed)?;
        return Err(if start.starts_with(MAGIC) {
            let reason = "the header is cut off".to_owned();
            PackError::InvalidArchive {
                file: name.to_owned(),
                reason,
            }
        } else {
            PackError::NotAPack {
                path: path.to_owned(),
            }
        });
    }
    // SAFETY: the map is private to this process's reading. A file that another process cuts or
    // rewrites while it is mapped is outside the contract of a pack, which is replaced by renaming
    // (see `write`); the map is dropped as soon as the model is built.
    let map = unsafe { Mmap::map(&file) }.map_err(failed)?;
    Ok(Arc::new(map))
}

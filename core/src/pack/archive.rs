//! The archive form: one uncompressed file.
//!
//! Little endian: `COLORIST`, u32 format, u32 length of the manifest, its SHA-256 (32 bytes), the
//! bytes of `pack.json`; then every file in the manifest's order, each at the next multiple of
//! [`ALIGNMENT`] with zeros before it; a signed archive has the signature's line there, too;
//! nothing after the last.

use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
    path::Path,
    sync::Arc,
};

use super::{
    Contents, FORMAT, MANIFEST, SIGNATURE,
    bytes::{self, Bytes},
    manifest::{MAX_MANIFEST, Manifest},
    signature::{self, Signature, Trust},
    verify::{self, Sum},
};
use crate::error::PackError;

const MAGIC: &[u8; 8] = b"COLORIST";

/// Magic, format, length, sum: bytes.
const HEADER: u64 = 8 + 4 + 4 + 32;

/// Files start at multiples of this, bytes: a cache line, and enough for any vector load.
const ALIGNMENT: u64 = 64;

pub(super) fn read(
    path: &Path,
    trust: &Trust,
    wanted: impl Fn(&Manifest, &str) -> bool,
) -> Result<Contents, PackError> {
    let mut archive = Archive::open(path)?;
    let header = archive.header(path)?;
    let format = number(&header[8..12]);
    if format as u64 != FORMAT {
        return Err(PackError::UnsupportedFormat {
            file: archive.name,
            found: format as u64,
            supported: FORMAT,
        });
    }
    let length = number(&header[12..16]) as u64;
    let mut position = HEADER.saturating_add(length);
    if length > MAX_MANIFEST {
        return Err(archive.invalid("the manifest is longer than 16 MiB"));
    }
    if position > archive.size {
        return Err(archive.invalid("the manifest is cut off"));
    }
    let (manifest_bytes, sum) = archive.take(MANIFEST, length)?;
    if sum != header[16..] {
        return Err(PackError::HashMismatch {
            file: MANIFEST.to_owned(),
        });
    }
    let line = archive.signature_line(position)?;
    let signature = trust.check(&manifest_bytes, line.as_deref())?;
    let manifest = Manifest::parse(&manifest_bytes)?;
    trust.check_version(&manifest.version)?;
    let mut files = Vec::new();
    for (file, info) in &manifest.files {
        let start = position.saturating_add(padding(position));
        let end = start.saturating_add(info.size);
        if end > archive.size {
            return Err(PackError::SizeMismatch {
                file: file.clone(),
                expected: info.size,
                found: archive.size.saturating_sub(start),
            });
        }
        let (gap, _) = archive.take(file, start - position)?;
        if gap.iter().any(|byte| *byte != 0) {
            return Err(archive.invalid("the padding between two files is not zero"));
        }
        position = end;
        if wanted(&manifest, file) {
            let (content, sum) = archive.take(file, info.size)?;
            verify::check(file, &sum, &info.sum)?;
            files.push((file.clone(), Bytes::Owned(Arc::new(content))));
        } else {
            archive.skip(position)?;
        }
    }
    if signature.is_some() {
        let (gap, _) = archive.take(SIGNATURE, padding(position))?;
        if gap.iter().any(|byte| *byte != 0) {
            return Err(archive.invalid("the padding before the signature is not zero"));
        }
        position = position
            .saturating_add(padding(position))
            .saturating_add(signature::LINE as u64);
    }
    if position != archive.size {
        return Err(archive.invalid("there are bytes after the last file"));
    }
    manifest.check()?;
    Ok(Contents {
        manifest,
        manifest_bytes: Bytes::Owned(Arc::new(manifest_bytes)),
        signature,
        files,
    })
}

/// An open archive. It is read, not mapped: what was verified cannot change afterwards, and a file
/// that somebody cuts off while it is mapped would end the process.
struct Archive {
    file: File,
    name: String,
    size: u64,
}

impl Archive {
    fn open(path: &Path) -> Result<Self, PackError> {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy().into_owned();
        let (file, metadata) = bytes::open(path, &name)?;
        let size = metadata.len();
        Ok(Self { file, name, size })
    }

    fn header(&mut self, path: &Path) -> Result<[u8; HEADER as usize], PackError> {
        let (start, _) =
            bytes::read_hashed(&mut self.file, HEADER).map_err(|error| self.unreadable(error))?;
        if !start.starts_with(MAGIC) {
            return Err(PackError::NotAPack {
                path: path.to_owned(),
            });
        }
        <[u8; HEADER as usize]>::try_from(start).map_err(|_| self.invalid("the header is cut off"))
    }

    /// The next bytes of the archive, which belong to this file, and their sum.
    fn take(&mut self, file: &str, size: u64) -> Result<(Vec<u8>, Sum), PackError> {
        let (bytes, sum) =
            bytes::read_hashed(&mut self.file, size).map_err(|error| self.unreadable(error))?;
        match bytes.len() as u64 {
            found if found == size => Ok((bytes, sum)),
            // It was longer when it was opened.
            found => Err(PackError::SizeMismatch {
                file: file.to_owned(),
                expected: size,
                found,
            }),
        }
    }

    /// The signature's line, if one stands at the end. Where the files end is only known from the
    /// manifest, which must not be parsed before. Goes on behind the manifest, which ends there.
    fn signature_line(&mut self, manifest_end: u64) -> Result<Option<Vec<u8>>, PackError> {
        let length = signature::LINE as u64;
        let Some(start) = self.size.checked_sub(length) else {
            return Ok(None);
        };
        if start < manifest_end || !start.is_multiple_of(ALIGNMENT) {
            return Ok(None);
        }
        self.skip(start)?;
        let (line, _) = self.take(SIGNATURE, length)?;
        self.skip(manifest_end)?;
        let whole = line.first_chunk().is_some_and(signature::is_line);
        Ok(whole.then_some(line))
    }

    fn skip(&mut self, position: u64) -> Result<(), PackError> {
        let skipped = self.file.seek(SeekFrom::Start(position));
        skipped.map(drop).map_err(|error| self.unreadable(error))
    }

    fn invalid(&self, reason: &str) -> PackError {
        PackError::InvalidArchive {
            file: self.name.clone(),
            reason: reason.to_owned(),
        }
    }

    fn unreadable(&self, error: io::Error) -> PackError {
        bytes::unreadable(self.name.clone(), error)
    }
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
    let mut position = HEADER + manifest.len() as u64;
    let line = signature.map(Signature::line);
    let files = files.iter().map(|(_, bytes)| &**bytes);
    for bytes in files.chain(line.as_deref().map(str::as_bytes)) {
        let gap = padding(position);
        out.write_all(&[0; ALIGNMENT as usize][..gap as usize])?;
        out.write_all(bytes)?;
        position += gap + bytes.len() as u64;
    }
    Ok(())
}

/// How many zeros lead from `position` to the next multiple of [`ALIGNMENT`].
fn padding(position: u64) -> u64 {
    (ALIGNMENT - position % ALIGNMENT) % ALIGNMENT
}

fn number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .rev()
        .fold(0, |value, byte| value << 8 | usize::from(*byte))
}

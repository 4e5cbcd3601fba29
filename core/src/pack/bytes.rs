//! A file's bytes, owned or mapped; reading with a known size, and replacing whole files.

use std::{
    fmt,
    fs::{self, File, Metadata},
    io::{self, BufWriter, Read},
    ops::{Deref, Range},
    path::Path,
    sync::Arc,
};

use memmap2::Mmap;
use sha2::{Digest, Sha256};

use super::verify::Sum;
use crate::error::PackError;

/// Bytes of a file. Owned ones stay in their `Vec`: an `Arc<[u8]>` would copy all of them.
#[derive(Clone)]
pub(crate) enum Bytes {
    Owned(Arc<Vec<u8>>),
    Mapped(Arc<Mmap>, Range<usize>),
    /// The first so many of owned bytes.
    First(Arc<Vec<u8>>, usize),
}

impl Bytes {
    /// The bytes before `end`, not copied; all when there are fewer.
    pub(crate) fn until(self, end: usize) -> Self {
        match self {
            Self::Owned(bytes) => Self::First(bytes, end),
            Self::First(bytes, before) => Self::First(bytes, before.min(end)),
            Self::Mapped(map, range) => {
                let end = range.start.saturating_add(end).min(range.end);
                Self::Mapped(map, range.start..end)
            }
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::First(bytes, end) => bytes.get(..*end).unwrap_or(bytes),
            // The range was checked when the value was made; a wrong one reads as empty.
            Self::Mapped(map, range) => map.get(range.clone()).unwrap_or_default(),
        }
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

/// The error for a file that cannot be opened or read.
pub(crate) fn unreadable(file: String, source: io::Error) -> PackError {
    match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => PackError::MissingFile { file },
        _ => PackError::Unreadable { file, source },
    }
}

/// Opens a regular file. Anything else is refused before it is opened, which could wait forever on
/// a pipe, and again afterwards, should it have been exchanged meanwhile.
pub(crate) fn open(path: &Path, name: &str) -> Result<(File, Metadata), PackError> {
    let failed = |error| unreadable(name.to_owned(), error);
    let regular = |metadata: Metadata| {
        if metadata.is_file() {
            return Ok(metadata);
        }
        let reason = "it is not a regular file";
        Err(failed(io::Error::new(io::ErrorKind::InvalidInput, reason)))
    };
    regular(fs::metadata(path).map_err(failed)?)?;
    let file = File::open(path).map_err(failed)?;
    let metadata = regular(file.metadata().map_err(failed)?)?;
    Ok((file, metadata))
}

/// How much is read before it is hashed: small enough to be still in the cache then, bytes.
const CHUNK: u64 = 256 << 10;

/// Reads a file of `size` bytes, without ever reading more than that from a longer one, and gives
/// its SHA-256.
pub(crate) fn read_sized(path: &Path, name: &str, size: u64) -> Result<(Vec<u8>, Sum), PackError> {
    let failed = |error| unreadable(name.to_owned(), error);
    let (mut file, metadata) = open(path, name)?;
    let mismatch = |found| PackError::SizeMismatch {
        file: name.to_owned(),
        expected: size,
        found,
    };
    if metadata.len() != size {
        return Err(mismatch(metadata.len()));
    }
    let (bytes, sum) = read_hashed(&mut file, size).map_err(failed)?;
    // One byte more would show a file that grew meanwhile.
    let more = file.read(&mut [0]).map_err(failed)?;
    match bytes.len() as u64 + more as u64 {
        found if found == size => Ok((bytes, sum)),
        found => Err(mismatch(found)),
    }
}

/// Reads `size` bytes, or what there is, and gives their SHA-256.
pub(crate) fn read_hashed(source: &mut impl Read, size: u64) -> io::Result<(Vec<u8>, Sum)> {
    // The size may be a sparse file's own, which claims more than there is memory.
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(usize::try_from(size).unwrap_or(usize::MAX))
        .map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut hasher = Sha256::new();
    while (bytes.len() as u64) < size {
        let before = bytes.len();
        let wanted = CHUNK.min(size - before as u64);
        if source.by_ref().take(wanted).read_to_end(&mut bytes)? == 0 {
            break;
        }
        hasher.update(&bytes[before..]);
    }
    Ok((bytes, hasher.finalize().into()))
}

/// Writes a file under another name and renames it: it appears whole or not at all.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), PackError> {
    // Beside the target, so that the rename stays on one file system and is atomic.
    let mut partial = path.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let written = File::create(&partial)
        .and_then(|file| {
            let mut out = BufWriter::new(file);
            write(&mut out)?;
            let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&partial, path));
    if written.is_err() {
        // The first error is the one worth reporting.
        let _ = fs::remove_file(&partial);
    }
    written.map_err(|source| PackError::Unwritable {
        file: path.display().to_string(),
        source,
    })
}

/// Reads up to `limit` + 1 bytes: the one more shows that there are too many.
pub(crate) fn read_at_most(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let capacity = file
        .metadata()
        .map_or(0, |metadata| metadata.len().min(limit) as usize);
    let mut bytes = Vec::with_capacity(capacity);
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

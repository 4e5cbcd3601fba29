//! What one start learns for the next: files in a folder of the app's cache.
//!
//! Anything here may vanish or be damaged at any time; then it is made anew. So nothing of it is an
//! error: a store that cannot be read or written costs time, not an answer.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use memmap2::Mmap;
use sha2::{Digest, Sha256};

use crate::pack::Bytes;

/// What an entry begins with; another version of the form has another one.
const MAGIC: &[u8; 32] = b"colorist store entry, version 1\n";

/// Where an entry's content begins: behind the magic and the content's SHA-256, bytes.
const HEADER: usize = MAGIC.len() + 32;

/// How many entries of a kind are kept. Those of packs and systems that are gone would stay forever.
const KEPT: usize = 8;

/// A folder of entries, each found by its kind and its key.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    /// A store in this folder, which is made when something is kept.
    pub(crate) fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// What was kept under this key, in memory of its own. An entry that is damaged is removed.
    pub(crate) fn get(&self, kind: &str, key: &[&[u8]]) -> Option<Bytes> {
        let path = self.path(kind, key);
        let bytes = fs::read(&path).ok()?;
        Self::whole(&path, Bytes::Owned(Arc::new(bytes)))
    }

    /// Like [`get`](Self::get), but mapped: pages that nobody reads take no memory, and those that
    /// are read can be taken back by the system. The folder is the app's own; whoever else could cut
    /// a file off while it is mapped would end the process.
    pub(crate) fn get_mapped(&self, kind: &str, key: &[&[u8]]) -> Option<Bytes> {
        let path = self.path(kind, key);
        let file = fs::File::open(&path).ok()?;
        // SAFETY: entries are replaced by renaming and removed, never written to or cut off; the
        // folder is the app's own, as `Options::cache` says.
        let map = unsafe { Mmap::map(&file) }.ok()?;
        let length = map.len();
        Self::whole(&path, Bytes::Mapped(Arc::new(map), 0..length))
    }

    /// The content of an entry, if it is what was put there.
    fn whole(path: &Path, entry: Bytes) -> Option<Bytes> {
        let whole = entry.strip_prefix(MAGIC).is_some_and(|rest| {
            rest.split_at_checked(HEADER - MAGIC.len())
                .is_some_and(|(sum, content)| sum == Sha256::digest(content).as_slice())
        });
        if !whole {
            let _ = fs::remove_file(path);
            return None;
        }
        Some(entry.from(HEADER))
    }

    /// Keeps these bytes under this key, whole or not at all.
    ///
    /// # Errors
    /// What the operating system said. The caller may go on: it has the bytes.
    pub(crate) fn put(&self, kind: &str, key: &[&[u8]], content: &[u8]) -> io::Result<()> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        fs::create_dir_all(&self.folder)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let draft = self
            .folder
            .join(format!("draft-{}-{number}", process::id()));
        let written = fs::File::create(&draft)
            .and_then(|mut file| {
                file.write_all(MAGIC)?;
                file.write_all(&Sha256::digest(content))?;
                file.write_all(content)
            })
            // Renamed in one step: another process sees the whole entry or none.
            .and_then(|()| fs::rename(&draft, self.path(kind, key)));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        self.forget_old(kind);
        written
    }

    /// Removes what was kept under this key.
    pub(crate) fn remove(&self, kind: &str, key: &[&[u8]]) {
        let _ = fs::remove_file(self.path(kind, key));
    }

    fn path(&self, kind: &str, key: &[&[u8]]) -> PathBuf {
        let mut hasher = Sha256::new();
        for part in key {
            // With its length, so that no two lists of parts are the same bytes.
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let sum = hasher.finalize();
        let name: String = sum
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        self.folder.join(format!("{kind}-{name}"))
    }

    /// Removes all but the newest entries of a kind.
    fn forget_old(&self, kind: &str) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        let ours = |path: &Path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.and_then(|name| name.rsplit_once('-'))
                .is_some_and(|(found, _)| found == kind)
        };
        let mut entries: Vec<(SystemTime, PathBuf)> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
            })
            .filter(|(_, path)| ours(path))
            .collect();
        entries.sort_unstable();
        let surplus = entries.len().saturating_sub(KEPT);
        for (_, path) in &entries[..surplus] {
            let _ = fs::remove_file(path);
        }
    }
}

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
    time::{Duration, SystemTime},
};

use memmap2::Mmap;
use sha2::{Digest, Sha256};

use crate::pack::Bytes;

/// What follows an entry's content, before its SHA-256; another version of the form has another one.
const MAGIC: &[u8; 32] = b"colorist store entry, version 1\n";

/// What follows an entry's content in all, bytes.
const TRAILER: usize = MAGIC.len() + 32;

/// How many entries of a kind are kept. Those of packs and systems that are gone would stay forever.
const KEPT: usize = 8;

/// The path of a file that is being written, which is removed unless it was renamed.
pub(crate) struct Draft(PathBuf);

impl Draft {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// What the names of drafts begin with; no kind of entry is called so.
const DRAFT: &str = "draft";

/// After how long nobody works on a draft any more.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// A folder of entries, each found by its kind and its key.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    /// A store in this folder, which is made when something is kept.
    pub(crate) fn new(folder: impl Into<PathBuf>) -> Self {
        // An app may name a folder relative to one that it leaves before the model is reloaded.
        let folder = folder.into();
        Self {
            folder: std::path::absolute(&folder).unwrap_or(folder),
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
        let length = entry.len().saturating_sub(TRAILER);
        let (content, trailer) = entry.split_at(length);
        if trailer != Self::trailer(content) {
            let _ = fs::remove_file(path);
            return None;
        }
        Some(entry.until(length))
    }

    fn trailer(content: &[u8]) -> [u8; TRAILER] {
        let mut trailer = [0; TRAILER];
        let (magic, sum) = trailer.split_at_mut(MAGIC.len());
        magic.copy_from_slice(MAGIC);
        sum.copy_from_slice(&Sha256::digest(content));
        trailer
    }

    /// Keeps these bytes under this key, whole or not at all.
    ///
    /// # Errors
    /// What the operating system said. The caller may go on: it has the bytes.
    pub(crate) fn put(&self, kind: &str, key: &[&[u8]], content: &[u8]) -> io::Result<()> {
        let draft = self.draft()?;
        fs::write(draft.path(), content)?;
        self.keep(kind, key, &draft)
    }

    /// Keeps what a draft holds under this key.
    ///
    /// # Errors
    /// What the operating system said.
    pub(crate) fn keep(&self, kind: &str, key: &[&[u8]], draft: &Draft) -> io::Result<()> {
        let mut file = fs::OpenOptions::new()
            .read(true)
            .append(true)
            .open(draft.path())?;
        let trailer = if file.metadata()?.len() == 0 {
            Self::trailer(&[])
        } else {
            // SAFETY: the draft has a name that nobody else uses.
            Self::trailer(&unsafe { Mmap::map(&file) }?)
        };
        file.write_all(&trailer)?;
        // Renamed in one step: another process sees the whole entry or none.
        let path = self.path(kind, key);
        fs::rename(draft.path(), &path)?;
        self.forget_old(kind, &path);
        Ok(())
    }

    /// A new file in the folder for others to write to; gone with the value.
    ///
    /// # Errors
    /// What the operating system said.
    pub(crate) fn draft(&self) -> io::Result<Draft> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        fs::create_dir_all(&self.folder)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // The time, too: processes in containers that share the folder may have the same number.
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = since.unwrap_or_default().as_nanos();
        let name = format!("{DRAFT}-{}-{now}-{number}", process::id());
        Ok(Draft(self.folder.join(name)))
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

    /// Removes all but the newest entries of a kind and the one that was just kept, and the drafts of
    /// processes that were ended before they could.
    fn forget_old(&self, kind: &str, kept: &Path) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        let is_of = |path: &Path, kind: &str| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.and_then(|name| name.split_once('-'))
                .is_some_and(|(found, _)| found == kind)
        };
        let (mut entries, drafts): (Vec<_>, Vec<_>) = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
            })
            .filter(|(_, path)| path != kept && (is_of(path, kind) || is_of(path, DRAFT)))
            .partition(|(_, path)| is_of(path, kind));
        entries.sort_unstable();
        let surplus = (entries.len() + 1).saturating_sub(KEPT);
        let abandoned =
            |(time, _): &&(SystemTime, PathBuf)| time.elapsed().is_ok_and(|age| age > ABANDONED);
        let abandoned = drafts.iter().filter(abandoned);
        for (_, path) in entries.iter().take(surplus).chain(abandoned) {
            let _ = fs::remove_file(path);
        }
    }
}

//! Archives such as AARs and jars, read whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use anyhow::{Context, Result};
use zip::{CompressionMethod, ZipArchive};

/// A zip file, read whole.
pub(crate) struct Archive {
    pub(crate) name: String,
    pub(crate) entries: BTreeMap<String, Entry>,
}

/// A file in it.
pub(crate) struct Entry {
    pub(crate) bytes: Vec<u8>,
    /// Whether it is not compressed.
    pub(crate) stored: bool,
}

impl Archive {
    /// Reads a file.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self::read(file, &name).with_context(|| format!("cannot read {}", path.display()))
    }

    /// Reads a file's bytes; the name is for messages.
    pub(crate) fn read(file: impl Read + Seek, name: &str) -> Result<Self> {
        let mut archive = ZipArchive::new(file)?;
        let mut entries = BTreeMap::new();
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index)?;
            if entry.is_dir() {
                continue;
            }
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            let stored = entry.compression() == CompressionMethod::Stored;
            entries.insert(entry.name()?.into_owned(), Entry { bytes, stored });
        }
        let name = name.to_owned();
        Ok(Self { name, entries })
    }

    /// The text of an entry, nothing when it is missing: that is reported by itself.
    pub(crate) fn text(&self, name: &str) -> String {
        let bytes = self.entries.get(name).map_or(&[][..], |entry| &entry.bytes);
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// The jar in it, empty when there is none.
    pub(crate) fn jar(&self) -> Result<Self> {
        match self.entries.get("classes.jar") {
            Some(jar) => Self::read(Cursor::new(&jar.bytes), "classes.jar"),
            None => Ok(Self {
                name: "classes.jar".to_owned(),
                entries: BTreeMap::new(),
            }),
        }
    }

    /// The classes in its jar, such as `dev/colorist/Edit`.
    pub(crate) fn classes(&self) -> Result<BTreeSet<String>> {
        let jar = self.jar()?;
        let names = jar.entries.keys();
        Ok(names
            .filter_map(|name| Some(name.strip_suffix(".class")?.to_owned()))
            .collect())
    }

    /// The same problems, said about this archive.
    pub(crate) fn report(&self, problems: Vec<String>) -> Vec<String> {
        let name = &self.name;
        problems
            .into_iter()
            .map(|problem| format!("{name}: {problem}"))
            .collect()
    }
}

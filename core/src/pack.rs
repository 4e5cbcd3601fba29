//! A pack: the student, its tokenizer and everything said about them, in a folder or in one
//! `.colorist` archive.
//!
//! Opening checks the signature if there is one, the size and the SHA-256 of every file that is
//! read before anything of it is parsed, then the format, then the catalog, and the slots against
//! it.

mod archive;
mod bytes;
mod folder;
mod manifest;
mod signature;
mod student;
mod verify;

use std::path::{Path, PathBuf};

use serde_json::Value;

pub use manifest::{Architecture, FileInfo, Manifest, Quantization, TokenizerInfo};
pub use signature::{PublicKey, SecretKey, Signature};
pub use student::{
    Class, Codec, Decode, Graph, Graphs, OptimumDecoder, Slot, Slots, StaticGraph, Text, Tolerance,
    ValueRule,
};

pub(crate) use bytes::Bytes;
pub(crate) use signature::Trust;

use crate::{
    calls::ToolCall,
    catalog::Catalog,
    error::{PackError, Result},
};

/// The pack format that this version reads and writes.
pub const FORMAT: u64 = 1;

/// The manifest's file name.
pub const MANIFEST: &str = "pack.json";

/// The file that holds the manifest's own SHA-256, in `sha256sum`'s format.
pub const CHECKSUM: &str = "pack.sha256";

/// The file that holds the manifest's signature, when somebody signed it.
pub const SIGNATURE: &str = "pack.sig";

/// The file with the goldens, when the pack has any.
pub const GOLDENS: &str = "goldens.jsonl";

/// The file name extension of the archive form.
pub const ARCHIVE_EXTENSION: &str = "colorist";

/// A verified pack with its files' bytes.
#[derive(Debug)]
pub struct Pack {
    source: Source,
    manifest: Manifest,
    manifest_bytes: Bytes,
    signature: Option<Signature>,
    files: Vec<(String, Bytes)>,
}

/// An intent with the calls that the student gave when the pack was built, for self-tests.
#[derive(Debug, Clone, PartialEq)]
pub struct Golden {
    /// What a person typed.
    pub intent: String,
    /// The calls that the pack's maker got; [`Edit::from_calls`](crate::Edit::from_calls) makes an
    /// edit of the photo editor's.
    pub calls: Vec<ToolCall>,
    /// The first logits of the graph's output; empty when not recorded.
    pub logits: Vec<f32>,
}

/// Where a pack's files are read from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Folder(PathBuf),
    Archive(PathBuf),
}

/// What a source holds, with every hash checked.
pub(crate) struct Contents {
    pub(crate) manifest: Manifest,
    pub(crate) manifest_bytes: Bytes,
    pub(crate) signature: Option<Signature>,
    pub(crate) files: Vec<(String, Bytes)>,
}

impl Pack {
    /// Opens and verifies a folder or a `.colorist` archive, whoever made it.
    ///
    /// # Errors
    /// A [`PackError`] that names the file and what to do.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path.as_ref(), &Trust::default())
    }

    /// Like [`open`](Self::open), for packs that one of these keys signed only.
    ///
    /// # Errors
    /// As [`open`](Self::open); without any key, every pack is [`PackError::Unsigned`].
    pub fn open_trusted(path: impl AsRef<Path>, keys: &[PublicKey]) -> Result<Self> {
        if keys.is_empty() {
            return Err(PackError::Unsigned.into());
        }
        let trust = Trust {
            keys: keys.to_vec(),
            oldest_version: None,
        };
        Self::open_with(path.as_ref(), &trust)
    }

    pub(crate) fn open_with(path: &Path, trust: &Trust) -> Result<Self> {
        let source = Source::locate(path)?;
        let Contents {
            manifest,
            manifest_bytes,
            signature,
            files,
        } = source.read(trust, |_, _| true)?;
        Ok(Self {
            source,
            manifest,
            manifest_bytes,
            signature,
            files,
        })
    }

    /// What the pack says about itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Who signed the pack; `None`: nobody. What is said here was verified.
    #[must_use]
    pub fn signature(&self) -> Option<&Signature> {
        self.signature.as_ref()
    }

    /// Signs the pack where it lies: `pack.sig` in its folder, or the end of its archive, which is
    /// written anew. A signature that was there is replaced; either file appears whole or not at
    /// all.
    ///
    /// # Errors
    /// [`PackError::Unwritable`].
    pub fn sign(&mut self, key: &SecretKey) -> Result<&Signature> {
        let signature = key.sign(&self.manifest_bytes);
        match &self.source {
            Source::Folder(folder) => folder::write_signature(folder, &signature),
            Source::Archive(path) => {
                archive::write(path, &self.manifest_bytes, &self.files, Some(&signature))
            }
        }?;
        Ok(self.signature.insert(signature))
    }

    /// The bytes of a file of the manifest, or of the manifest itself.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        if name == MANIFEST {
            return Some(&self.manifest_bytes);
        }
        self.files
            .iter()
            .find(|(file, _)| file == name)
            .map(|(_, bytes)| &**bytes)
    }

    /// The goldens, in the file's order; none when the pack has no [`GOLDENS`].
    ///
    /// # Errors
    /// [`PackError::InvalidGolden`] with the line.
    pub fn goldens(&self) -> Result<Vec<Golden>> {
        let bytes = self.file(GOLDENS).unwrap_or_default();
        Ok(goldens(&self.manifest.catalog, bytes)?)
    }

    /// Writes the pack as one archive, with its signature. The file appears whole or not at all.
    ///
    /// # Errors
    /// [`PackError::Unwritable`].
    pub fn write_archive(&self, path: impl AsRef<Path>) -> Result<()> {
        Ok(archive::write(
            path.as_ref(),
            &self.manifest_bytes,
            &self.files,
            self.signature.as_ref(),
        )?)
    }
}

impl Contents {
    /// The bytes of a file, which stay here.
    pub(crate) fn file(&self, name: &str) -> Result<Bytes, PackError> {
        let found = self.files.iter().find(|(file, _)| file == name);
        let (_, bytes) = found.ok_or_else(|| PackError::MissingFile {
            file: name.to_owned(),
        })?;
        Ok(bytes.clone())
    }

    /// The goldens; none when the pack has no [`GOLDENS`].
    pub(crate) fn goldens(&self) -> Result<Vec<Golden>, PackError> {
        match self.file(GOLDENS) {
            Ok(bytes) => goldens(&self.manifest.catalog, &bytes),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// Takes a file out, so that its memory is freed as soon as it was used.
    pub(crate) fn take(&mut self, name: &str) -> Result<Bytes, PackError> {
        let index = self.files.iter().position(|(file, _)| file == name);
        let index = index.ok_or_else(|| PackError::MissingFile {
            file: name.to_owned(),
        })?;
        Ok(self.files.swap_remove(index).1)
    }
}

impl Source {
    /// Tells the two forms apart.
    pub(crate) fn locate(path: &Path) -> Result<Self, PackError> {
        let file = || path.display().to_string();
        let metadata = std::fs::metadata(path).map_err(|error| bytes::unreadable(file(), error))?;
        // An app may hand in a path relative to a folder it leaves before the model is reloaded.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Ok(if metadata.is_dir() {
            Self::Folder(path)
        } else {
            Self::Archive(path)
        })
    }

    /// Reads and verifies the manifest and those of its files that are wanted.
    pub(crate) fn read(
        &self,
        trust: &Trust,
        wanted: impl Fn(&Manifest, &str) -> bool,
    ) -> Result<Contents, PackError> {
        match self {
            Self::Folder(path) => folder::read(path, trust, wanted),
            Self::Archive(path) => archive::read(path, trust, wanted),
        }
    }
}

fn goldens(catalog: &Catalog, bytes: &[u8]) -> Result<Vec<Golden>, PackError> {
    let mut goldens = Vec::new();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let golden = golden(catalog, line).ok_or_else(|| PackError::InvalidGolden {
            file: GOLDENS.to_owned(),
            line: index + 1,
        })?;
        goldens.push(golden);
    }
    Ok(goldens)
}

fn golden(catalog: &Catalog, line: &[u8]) -> Option<Golden> {
    let value: Value = serde_json::from_slice(line).ok()?;
    let logits = match value.get("logits") {
        None | Some(Value::Null) => Vec::new(),
        Some(logits) => serde_json::from_value(logits.clone()).ok()?,
    };
    Some(Golden {
        intent: value.get("intent")?.as_str()?.to_owned(),
        calls: catalog.calls_from_json(value.get("edit")?).ok()?,
        logits,
    })
}

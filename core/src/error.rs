//! Everything that can go wrong, as types.
//!
//! No error holds a word of an intent, neither in its fields nor in its `Display` or `Debug`, so
//! an app can log them all.

use std::{io, path::PathBuf};

use crate::{grammar::GrammarError, pack::PublicKey};

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The pack cannot be used: get it again, or get one for this version.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The intent was refused before the model saw it: ask for another text.
    #[error(transparent)]
    Intent(#[from] IntentError),
    /// ONNX Runtime is missing, unsuitable or failed.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// A JSON value is no edit.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// A student that decoded freely wrote something that is no edit.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The pack's tools are not the photo editor's, which are all that an
    /// [`Edit`](crate::Edit) can say: use [`call_tools`](crate::Colorist::call_tools).
    #[error("this pack's tools are {}; use call_tools", tools.join(", "))]
    OtherTools {
        /// The names of the pack's tools.
        tools: Vec<String>,
    },
    /// The request's [`CancelToken`](crate::CancelToken) was cancelled.
    #[error("the request was cancelled")]
    Cancelled,
    /// The request's deadline passed before there was an answer.
    #[error("the deadline passed before there was an answer")]
    DeadlineExceeded,
    /// The engine was closed.
    #[error("the engine is closed; open the pack again")]
    Closed,
    /// A blocking call was made from inside a `submit` callback, which runs on the engine's own
    /// thread and would wait for itself forever.
    #[error("a blocking call from a `submit` callback would wait for itself; use `submit` there")]
    CalledFromCallback,
    /// A defect: something in the engine panicked. The engine stays usable.
    #[error("internal error in {0}; please report it")]
    Internal(&'static str),
}

/// Why a pack cannot be used. Each case names the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// There is no such file in the pack, or no such pack.
    #[error("{file} is missing; get the pack again")]
    MissingFile {
        /// The file, or the whole path when the pack itself is missing.
        file: String,
    },
    /// The operating system refused to read a file.
    #[error("{file} cannot be read ({}); check its permissions and the disk", source.kind())]
    Unreadable {
        /// The file that was read.
        file: String,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// A file could not be written.
    #[error("{file} cannot be written ({}); check the folder's permissions and free space", source.kind())]
    Unwritable {
        /// The file that was written.
        file: String,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// A file has another length than the manifest says: cut off or exchanged.
    #[error("{file} has {found} bytes instead of {expected}; get the pack again")]
    SizeMismatch {
        /// The file of the pack.
        file: String,
        /// Its size in the manifest, bytes.
        expected: u64,
        /// Its size as found, bytes.
        found: u64,
    },
    /// A file's SHA-256 differs from the recorded one: damaged or exchanged.
    #[error("{file} is damaged: its SHA-256 differs from the recorded one; get the pack again")]
    HashMismatch {
        /// The file of the pack.
        file: String,
    },
    /// `pack.sha256` is not one line of `sha256sum` about `pack.json`.
    #[error("{file} is not one line `<sha256>  pack.json`; get the pack again")]
    InvalidChecksum {
        /// The checksum file.
        file: String,
    },
    /// The pack is of another format than this version reads.
    #[error(
        "{file} has format {found}, this version reads {supported}; update the app or take a pack of format {supported}"
    )]
    UnsupportedFormat {
        /// The file that states the format.
        file: String,
        /// The format found.
        found: u64,
        /// The format this version reads.
        supported: u64,
    },
    /// The pack's student writes its answer in a way that this version does not decode.
    #[error("pack.json: codec `{found}` is not supported, only `slots` and `text`; update the app")]
    UnsupportedCodec {
        /// The codec found.
        found: String,
    },
    /// `pack.json` is not what the format says.
    #[error("pack.json is invalid: {reason}; build the pack again")]
    InvalidManifest {
        /// What is wrong, in words.
        reason: String,
    },
    /// The catalog cannot be used, or the slots are not those of its tools.
    #[error("pack.json: the tools cannot be used: {reason}; build the pack again")]
    CatalogMismatch {
        /// What differs, in words.
        reason: String,
    },
    /// The pack's tokenizer cannot write the catalog's tools.
    #[error("pack.json: {0}")]
    Grammar(#[from] GrammarError),
    /// `tokenizer.json` is not a tokenizer that can be used.
    #[error("{file} is not a usable tokenizer: {reason}; build the pack again")]
    InvalidTokenizer {
        /// The tokenizer's file.
        file: String,
        /// What is wrong, in words.
        reason: String,
    },
    /// The ONNX graph cannot be loaded, or has other inputs or outputs than the manifest says.
    #[error("{file} is not the graph that pack.json describes: {reason}; build the pack again")]
    InvalidGraph {
        /// The graph's file.
        file: String,
        /// What is wrong, in words.
        reason: String,
    },
    /// A line of `goldens.jsonl` is not an intent with its edit.
    #[error("{file} line {line} is not a golden; build the pack again")]
    InvalidGolden {
        /// The goldens' file.
        file: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// The path is neither a pack's folder nor a `.colorist` archive.
    #[error("{} is neither a folder with pack.json nor a .colorist archive; check the path", path.display())]
    NotAPack {
        /// The path that was opened.
        path: PathBuf,
    },
    /// A `.colorist` archive is malformed.
    #[error("{file} is not a valid archive: {reason}; get the pack again")]
    InvalidArchive {
        /// The archive's file name.
        file: String,
        /// What is wrong, in words.
        reason: String,
    },
    /// The app trusts certain keys, and nobody signed the pack.
    #[error("the pack is not signed; get it from who signs it, or sign it: `colorist pack sign`")]
    Unsigned,
    /// The app trusts certain keys, and another one signed the pack.
    #[error(
        "the pack is signed by the key {key}, which this app does not trust; get the pack from who makes it for this app"
    )]
    UntrustedKey {
        /// The key that signed.
        key: PublicKey,
    },
    /// The signature does not belong to the manifest: one of them was damaged or exchanged.
    #[error("{file} is no signature of this pack.json; get the pack again")]
    BadSignature {
        /// The signature's file; in an archive the line at its end.
        file: String,
    },
    /// The pack's version is lower than the app allows, or one of both is no version.
    #[error(
        "the pack has version `{found}` and must have `{oldest}` or a later one, as MAJOR.MINOR.PATCH; get a newer pack"
    )]
    TooOld {
        /// The pack's version.
        found: String,
        /// The lowest version that the app allows.
        oldest: String,
    },
    /// A text is no public key.
    #[error(
        "a trusted key is no ed25519 public key of 64 hexadecimal digits; take the line that `colorist pack keygen` wrote beside the secret key"
    )]
    InvalidKey,
}

/// Why an intent was refused. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IntentError {
    /// Nothing but white space and control characters.
    #[error("the text is empty; say what the picture should look like")]
    Empty,
    /// Longer than the engine reads.
    #[error("the text has {bytes} bytes, more than {max}; shorten it")]
    TooLong {
        /// The text's length, bytes of UTF-8.
        bytes: usize,
        /// The longest that is read, bytes of UTF-8.
        max: usize,
    },
}

/// Why ONNX Runtime could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuntimeError {
    /// The library is in none of the places it is looked for.
    #[error(
        "ONNX Runtime was not found (looked at {}); run `cargo xtask ort` or set ORT_DYLIB_PATH to the library",
        list(searched)
    )]
    LibraryNotFound {
        /// The paths that were tried, in order.
        searched: Vec<PathBuf>,
    },
    /// The library was found but cannot serve, or the process has taken another one already.
    #[error("{} cannot serve as ONNX Runtime: {reason}", path.display())]
    LibraryUnsuitable {
        /// The library.
        path: PathBuf,
        /// What is wrong and what to do, in words.
        reason: String,
    },
    /// A session could not be set up, for a reason other than the pack.
    #[error("ONNX Runtime could not start: {reason}")]
    Session {
        /// What ONNX Runtime said.
        reason: String,
    },
    /// A run of the model failed.
    #[error("ONNX Runtime failed while running: {reason}")]
    Run {
        /// What ONNX Runtime said, or what is wrong with what it gave; it is given token ids only,
        /// so no text can be in it.
        reason: String,
    },
    /// The operating system gave no thread.
    #[error("a thread could not be started ({}); close other programs or try again", source.kind())]
    Thread {
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

/// Why a JSON value is no edit. Names the place, never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an edit: {place} {reason}")]
pub struct EditError {
    /// The place in the JSON, such as `adjust.exposure`.
    pub place: String,
    /// What is wrong there.
    pub reason: &'static str,
}

/// Where what a student wrote without a grammar stops being an edit. Never holds what it wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the student's line about {tool} is no edit from its token {position} on; decode with the grammar"
)]
pub struct OutputError {
    /// The tool's JSON name.
    pub tool: String,
    /// The first token that no edit has there, counted from 0; the line's length when it only ends
    /// too early.
    pub position: usize,
}

fn list(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    if names.is_empty() {
        "no path".to_owned()
    } else {
        names.join(", ")
    }
}

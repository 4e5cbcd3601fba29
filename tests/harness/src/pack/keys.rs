//! `colorist pack keygen`, `sign` and `verify`.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use colorist_core::pack::{PublicKey, SecretKey};
use colorist_core::{Error, Pack};

use crate::failure::Failure;
use crate::output;

/// What the line of a secret key starts with; its 64 digits follow.
const SECRET: &str = "ed25519-secret ";

/// The longest file that is read as a key, bytes.
const LONGEST: u64 = 4096;

/// Makes a pair of keys. Neither file may be there: whoever lost a secret key cannot sign for the
/// apps that trust it any more.
pub(super) fn generate(out: &Path) -> Result<(), Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::new(format!("the system gives no random numbers: {error}")))?;
    let public = SecretKey::from_bytes(&bytes).public();
    let beside = beside(out);
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    create(out, 0o600, &format!("{SECRET}{digits}\n"))?;
    if let Err(failure) = create(&beside, 0o644, &format!("ed25519 {public}\n")) {
        // Made a moment ago, and nobody has used it.
        let _ = fs::remove_file(out);
        return Err(failure);
    }
    output::print(&format!(
        "{}: the secret key, for you alone\n{}: the public key, for apps: {public}\n",
        out.display(),
        beside.display(),
    ))
}

/// Signs a pack where it lies.
pub(super) fn sign(pack: &Path, key: &Path) -> Result<(), Failure> {
    let key = secret(key)?;
    let mut opened = Pack::open(pack)?;
    opened.sign(&key)?;
    let verified = Pack::open_trusted(pack, &[key.public()])?;
    report(pack, &verified)
}

/// Opens a pack as an app that trusts these keys does.
pub(super) fn verify(pack: &Path, keys: &[PathBuf]) -> Result<(), Failure> {
    let keys: Vec<_> = keys
        .iter()
        .map(|key| public(key))
        .collect::<Result<_, _>>()?;
    report(pack, &Pack::open_trusted(pack, &keys)?)
}

fn report(path: &Path, pack: &Pack) -> Result<(), Failure> {
    let manifest = pack.manifest();
    let key = pack
        .signature()
        .map(|signature| signature.key().to_string());
    output::print(&format!(
        "{}: {} {}, signed by {}, verified\n",
        path.display(),
        manifest.name,
        manifest.version,
        key.unwrap_or_default(),
    ))
}

/// The public key's file: the secret one's name with `.pub`.
fn beside(secret: &Path) -> PathBuf {
    let mut name = secret.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

/// Writes a new file; the mode counts where there are modes.
fn create(path: &Path, mode: u32, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| {
        Failure::file("write", path, &error).help("a key is never overwritten: name another file")
    })
}

fn secret(path: &Path) -> Result<SecretKey, Failure> {
    let text = read(path)?;
    let digits = text.trim_end().strip_prefix(SECRET).unwrap_or_default();
    let bytes = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Option<Vec<u8>> = bytes.collect();
    let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
    // What the file says is not repeated: it may be a secret all the same.
    let bytes = bytes.ok_or_else(|| {
        Failure::new(format!("{} is no secret key", path.display()))
            .help("use the file that `colorist pack keygen --out FILE` wrote")
    })?;
    Ok(SecretKey::from_bytes(&bytes))
}

fn public(key: &Path) -> Result<PublicKey, Failure> {
    if let Some(Ok(key)) = key.to_str().map(PublicKey::parse) {
        return Ok(key);
    }
    let parsed = PublicKey::parse(&read(key)?);
    parsed.map_err(|error| Failure::from(Error::from(error)).about(&key.display().to_string()))
}

fn read(path: &Path) -> Result<String, Failure> {
    let failed = |error| Failure::file("read", path, &error);
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(LONGEST).read_to_string(&mut text))
        .map_err(failed)?;
    Ok(text)
}

//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::Builder;

use crate::failure::Failure;

/// Writes a file: first under another name in the same folder, then renamed, so that a failure
/// leaves whatever was there before.
pub(crate) fn write(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<&File>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::file("write", path, error);
    // A rename would replace a device such as /dev/null, and a folder is no file either.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(failed(&"there is something else than a file"));
    }
    let mut builder = Builder::new();
    builder.prefix(".colorist-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file; the user's mask takes from it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let partial = builder
        .tempfile_in(folder(path))
        .map_err(|error| failed(&reason(&error)))?;
    let mut writer = BufWriter::new(partial.as_file());
    content(&mut writer)?;
    writer.flush().map_err(|error| failed(&reason(&error)))?;
    drop(writer);
    partial
        .persist(path)
        .map_err(|error| failed(&reason(&error.error)))?;
    Ok(())
}

/// Refuses files to write that are also read, or that are one and the same.
pub(crate) fn distinct(read: &[&Path], written: &[&Path]) -> Result<(), Failure> {
    for (index, path) in written.iter().enumerate() {
        let place = place(path);
        if read.iter().any(|other| self::place(other) == place) {
            return Err(
                Failure::new(format!("{} would be overwritten", path.display()))
                    .help("write to another file than the one that is read"),
            );
        }
        if written[..index]
            .iter()
            .any(|other| self::place(other) == place)
        {
            return Err(
                Failure::new(format!("{} would be written twice", path.display()))
                    .help("give every output a name of its own"),
            );
        }
    }
    Ok(())
}

/// The extension in lowercase, without the dot; empty where there is none.
pub(crate) fn extension(path: &Path) -> String {
    path.extension()
        .map(|extension| extension.to_string_lossy().to_lowercase())
        .unwrap_or_default()
}

/// Where a file is or would be, however it is spelled.
fn place(path: &Path) -> PathBuf {
    if let Ok(place) = fs::canonicalize(path) {
        return place;
    }
    match (fs::canonicalize(folder(path)), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// The system's reason alone: the error's own text names the temporary file.
fn reason(error: &std::io::Error) -> String {
    error.raw_os_error().map_or_else(
        || error.to_string(),
        |code| std::io::Error::from_raw_os_error(code).to_string(),
    )
}

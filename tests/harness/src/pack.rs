//! `colorist pack`: a pack's folder as one archive.

use std::path::{Path, PathBuf};

use colorist_core::Pack;
use colorist_core::pack::ARCHIVE_EXTENSION;

use crate::cli::PackArgs;
use crate::failure::Failure;
use crate::output;

pub(crate) fn command(arguments: &PackArgs) -> Result<(), Failure> {
    let pack = Pack::open(&arguments.folder)?;
    let target = match &arguments.output {
        Some(path) => path.clone(),
        None => beside(&arguments.folder)?,
    };
    pack.write_archive(&target)?;
    // Opening checks every hash of what lies on the disk now.
    let written = Pack::open(&target)?;
    if written.manifest() != pack.manifest() {
        return Err(
            Failure::new(format!("{} is not what was written", target.display()))
                .help("try again, and check the disk"),
        );
    }
    let bytes = std::fs::metadata(&target)?.len();
    output::print(&format!(
        "{}: {:.1} MB, {} files, verified\n",
        target.display(),
        bytes as f64 / 1e6,
        written.manifest().files.len(),
    ))
}

/// The folder's name with the archive's extension; a dot in the name is part of it.
fn beside(folder: &Path) -> Result<PathBuf, Failure> {
    let whole = std::path::absolute(folder)?;
    let name = whole.file_name().ok_or_else(|| {
        Failure::new("the folder has no name to derive the archive's from").help("use --output")
    })?;
    let mut name = name.to_owned();
    name.push(".");
    name.push(ARCHIVE_EXTENSION);
    Ok(whole.with_file_name(name))
}

//! `colorist pack`: a pack's folder as one archive, and signed packs.

mod keys;

use std::path::{Path, PathBuf};

use colorist_core::Pack;
use colorist_core::pack::ARCHIVE_EXTENSION;

use crate::cli::{PackArgs, PackCommand};
use crate::failure::Failure;
use crate::output;

pub(crate) fn command(arguments: &PackArgs) -> Result<(), Failure> {
    match &arguments.command {
        Some(PackCommand::Keygen { out }) => keys::generate(out),
        Some(PackCommand::Sign { pack, key }) => keys::sign(pack, key),
        Some(PackCommand::Verify { pack, key }) => keys::verify(pack, key),
        None => {
            // The command line asks for a folder where it has no other command.
            let folder = arguments.folder.as_deref().unwrap_or(Path::new("."));
            write_archive(folder, arguments.output.as_deref())
        }
    }
}

fn write_archive(folder: &Path, output: Option<&Path>) -> Result<(), Failure> {
    let pack = Pack::open(folder)?;
    let target = match output {
        Some(path) => path.to_owned(),
        None => beside(folder)?,
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

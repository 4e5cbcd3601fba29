//! The pack that a command works with.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use colorist_core::{Catalog, Colorist, Options};

use crate::cli::Source;
use crate::failure::Failure;

/// The pack that the repository ships, below its root.
const DEFAULT: &str = "models/packs/colorist-small";

/// Opens the pack of `--pack`, of `COLORIST_PACK`, or the default one.
pub(crate) fn open(source: &Source) -> Result<Colorist, Failure> {
    Ok(Colorist::open(path(source)?, options(source))?)
}

/// Refuses tools that are not the photo editor's, where a picture or a look is asked for.
pub(crate) fn check_editor(catalog: &Catalog) -> Result<(), Failure> {
    if catalog.is_editor() {
        return Ok(());
    }
    let tools: Vec<&str> = catalog.tools.iter().map(|t| t.name.as_str()).collect();
    Err(Failure::new(format!(
        "this pack's tools are {}: there is no look for them",
        tools.join(", ")
    ))
    .help("take a pack with the photo editor's tools, or print the calls with `colorist edit`"))
}

/// How the engine runs.
pub(crate) fn options(source: &Source) -> Options {
    let mut options = Options::default()
        .with_low_memory(source.low_memory)
        .with_providers(source.provider.providers())
        .with_accept_slower(source.provider.accept_slower);
    if let Some(threads) = source.threads {
        options = options.with_threads(threads.into());
    }
    if let Some(cache) = &source.cache {
        options = options.with_cache(cache);
    }
    options
}

/// The arguments with which another process of this program runs in the same way, without the pack.
pub(crate) fn arguments(source: &Source) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = source.provider.arguments();
    if let Some(threads) = source.threads {
        arguments.extend(["--threads".into(), threads.to_string().into()]);
    }
    if let Some(cache) = &source.cache {
        arguments.extend(["--cache".into(), cache.into()]);
    }
    arguments.extend(source.low_memory.then(|| "--low-memory".into()));
    arguments
}

/// Where the pack is.
pub(crate) fn path(source: &Source) -> Result<PathBuf, Failure> {
    if let Some(path) = &source.pack {
        return Ok(path.clone());
    }
    if let Some(path) = env::var_os("COLORIST_PACK").filter(|path| !path.is_empty()) {
        return Ok(PathBuf::from(path));
    }
    let starts = [env::current_dir().ok(), env::current_exe().ok()];
    starts
        .iter()
        .flatten()
        .flat_map(|start| start.ancestors())
        .map(|folder| folder.join(DEFAULT))
        .find(|pack| is_pack(pack))
        .ok_or_else(|| {
            Failure::new(format!(
                "no pack: {DEFAULT} is neither above here nor above the program"
            ))
            .help("name one with --pack or COLORIST_PACK")
        })
}

fn is_pack(folder: &Path) -> bool {
    folder.join("pack.json").is_file()
}

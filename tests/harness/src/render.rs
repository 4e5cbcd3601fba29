//! `colorist render`: an edit on a picture, or as a table. `colorist edit` shows its edit with the
//! same options.

mod export;
mod split;

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::thread;

use colorist_core::{Catalog, Edit, Error, Look, Pack, Renderer};
use serde_json::Value;

use self::export::Kind;
use crate::cli::{RenderArgs, Source, TargetArgs};
use crate::failure::Failure;
use crate::{file, output, picture, source};

/// The longest edit that is read, bytes; a real one has less than two thousand.
const MAX_EDIT: u64 = 1 << 20;

pub(crate) fn command(arguments: &RenderArgs) -> Result<(), Failure> {
    check(&arguments.target, Some(&arguments.edit))?;
    let edit = read(&arguments.edit)?;
    let source = Source {
        pack: arguments.pack.clone(),
        ..Source::default()
    };
    let pack = Pack::open(source::path(&source)?)?;
    let catalog = &pack.manifest().catalog;
    source::check_editor(catalog)?;
    let edit = scaled(edit, arguments.strength, catalog)?;
    output::print(&show(&edit, catalog, &arguments.target)?)
}

/// Refuses what cannot be written, before any work is done.
pub(crate) fn check(target: &TargetArgs, edit: Option<&Path>) -> Result<(), Failure> {
    if let Some(out) = &target.out {
        picture::Format::of(out)?;
    }
    if let Some(lut) = &target.lut {
        Kind::of(lut)?;
    }
    let read: Vec<_> = target.image.as_deref().into_iter().chain(edit).collect();
    let written: Vec<_> = [&target.out, &target.lut]
        .into_iter()
        .filter_map(Option::as_deref)
        .collect();
    file::distinct(&read, &written)
}

/// Writes what is asked for; the answer says what was written, a line each.
pub(crate) fn show(edit: &Edit, catalog: &Catalog, target: &TargetArgs) -> Result<String, Failure> {
    let mut said = String::new();
    if target.image.is_none() && target.lut.is_none() {
        return Ok(said);
    }
    let look = Look::compile(edit, catalog)?;
    if let (Some(image), Some(out)) = (&target.image, &target.out) {
        let mut picture = picture::load(image)?;
        let before = target.split.then(|| picture.clone());
        let threads = thread::available_parallelism().map_or(1, usize::from);
        picture.render(&Renderer::new(&look).with_threads(threads))?;
        if let Some(before) = before {
            split::halves(&before, &mut picture);
        }
        picture.save(out)?;
        let what = match target.split {
            true => "the picture, its left half as it was",
            false => "the picture",
        };
        let _ = writeln!(said, "  {}: {what}", out.display());
    }
    if let Some(lut) = &target.lut {
        let kind = Kind::of(lut)?;
        export::write(kind, lut, edit, &look, catalog, target.lut_size.into())?;
        let _ = writeln!(said, "  {}: {}", lut.display(), kind.words());
    }
    Ok(said)
}

/// The edit at another strength, still within the sliders' ranges.
pub(crate) fn scaled(
    edit: Edit,
    strength: Option<f32>,
    catalog: &Catalog,
) -> Result<Edit, Failure> {
    let Some(strength) = strength else {
        return Ok(edit);
    };
    // Clamping drops an unknown filter, which is an error here.
    Look::compile(&edit, catalog)?;
    Ok(edit.scaled(strength).clamped(catalog))
}

/// Reads an edit in either form; other keys beside the tools are passed over.
pub(crate) fn read(path: &Path) -> Result<Edit, Failure> {
    let advice = "an edit is what `colorist edit --json` prints";
    let failed = |error: &dyn std::fmt::Display| Failure::file("read", path, error).help(advice);
    let mut text = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_EDIT + 1).read_to_end(&mut text))
        .map_err(|error| Failure::file("read", path, &error))?;
    if text.len() as u64 > MAX_EDIT {
        return Err(failed(&"the file is too long for an edit"));
    }
    let value: Value = serde_json::from_slice(&text).map_err(|error| {
        // The error's own text may repeat what stands there.
        let (line, column) = (error.line(), error.column());
        failed(&format!("it is no JSON (line {line}, column {column})"))
    })?;
    if value.is_object() && Edit::TOOLS.iter().all(|tool| value.get(tool).is_none()) {
        return Err(failed(&"it holds no edit"));
    }
    Edit::from_json(&value).map_err(|error| match error {
        Error::Edit(error) => failed(&error),
        other => Failure::from(other),
    })
}

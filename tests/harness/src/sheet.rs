//! `colorist sheet`: many intents on a few pictures, each under its words.

mod layout;
mod text;

use std::fs;
use std::path::Path;

use colorist_core::{Error, Look, Renderer};

use self::layout::{Cell, Layout};
use crate::cli::SheetArgs;
use crate::failure::Failure;
use crate::picture::{self, Picture};
use crate::{file, output, source};

/// The longest file of intents, bytes.
const MAX_INTENTS: u64 = 16 << 20;

pub(crate) fn command(arguments: &SheetArgs) -> Result<(), Failure> {
    picture::Format::of(&arguments.out)?;
    let read: Vec<&Path> = [arguments.intents.as_path()]
        .into_iter()
        .chain(arguments.image.iter().map(|path| path.as_path()))
        .collect();
    file::distinct(&read, &[&arguments.out])?;
    let text = intents(&arguments.intents)?;
    let lines: Vec<(usize, &str)> = (1..)
        .zip(text.lines().map(str::trim))
        .filter(|(_, line)| !line.is_empty())
        .collect();
    let path = arguments.intents.display();
    if lines.is_empty() {
        return Err(Failure::new(format!("{path} has no intents")).help("write one a line"));
    }

    let layout = Layout::new(arguments, lines.len() + arguments.image.len())?;
    let photos = arguments
        .image
        .iter()
        .map(|path| picture::load(path))
        .collect::<Result<Vec<_>, _>>()?;
    let layout = layout.for_pictures(&photos);
    let photos: Vec<_> = photos.iter().map(|photo| layout.fitted(photo)).collect();

    let colorist = source::open(&arguments.source)?;
    source::check_editor(colorist.catalog())?;
    let mut cells: Vec<Cell> = photos.iter().cloned().map(Cell::original).collect();
    let mut failed = 0;
    for ((number, intent), photo) in lines.iter().zip(photos.iter().cycle()) {
        match colorist.edit(intent) {
            Ok(prediction) => {
                let look = Look::compile(&prediction.edit, colorist.catalog())?;
                cells.push(Cell::edited(edited(photo, &look)?, intent));
            }
            // The error names no word of the intent.
            Err(error @ Error::Intent(_)) => {
                let text = error.to_string();
                anstream::eprintln!("error: {path} line {number}: {text}");
                cells.push(Cell::empty(format!("line {number} was refused")));
                failed += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
    layout.draw(&cells)?.save(&arguments.out)?;
    let (count, out) = (lines.len() - failed, arguments.out.display());
    let intents = if count == 1 { "intent" } else { "intents" };
    output::print(&format!("  {out}: {count} {intents}\n"))?;
    if failed == 0 {
        Ok(())
    } else {
        Err(Failure::Silent)
    }
}

fn edited(photo: &Picture, look: &Look) -> Result<Picture, Failure> {
    let mut picture = photo.clone();
    picture.render(&Renderer::new(look))?;
    Ok(picture)
}

fn intents(path: &Path) -> Result<String, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::file("read", path, error);
    // Not named: it could be an intent that was typed in its place.
    let length = fs::metadata(path)
        .map_err(|error| {
            Failure::new(format!("cannot read the file of intents: {error}"))
                .help("name a text file with an intent a line")
        })?
        .len();
    if length > MAX_INTENTS {
        return Err(failed(&"the file is longer than 16 MiB"));
    }
    let bytes = fs::read(path).map_err(|error| failed(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| failed(&"it is not UTF-8"))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

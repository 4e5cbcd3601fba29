//! A look as a file for other programs.

use std::io::Write as _;
use std::path::Path;

use colorist_core::{Catalog, Edit, Look};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

use crate::failure::Failure;
use crate::file;

/// What a table is written as.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Cube,
    Strip8,
    Strip16f,
    Cdl,
}

impl Kind {
    /// The kind that a file's extension names.
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        match file::extension(path).as_str() {
            "cube" => Ok(Self::Cube),
            "png" => Ok(Self::Strip8),
            "rgba16f" => Ok(Self::Strip16f),
            "cdl" => Ok(Self::Cdl),
            _ => Err(Failure::new(format!(
                "cannot tell the kind of table of {}",
                path.display()
            ))
            .help("let the table's name end in .cube, .png, .rgba16f or .cdl")),
        }
    }

    /// What it is.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Cube => "the colors as a table",
            Self::Strip8 => "the colors as a strip of 8-bit RGBA",
            Self::Strip16f => "the colors as a strip of half-float RGBA, little-endian",
            Self::Cdl => "the filter as an ASC CDL",
        }
    }
}

/// Writes the look; what the file cannot hold is said on standard error.
pub(super) fn write(
    kind: Kind,
    path: &Path,
    edit: &Edit,
    look: &Look,
    catalog: &Catalog,
    size: usize,
) -> Result<(), Failure> {
    if let Kind::Cdl = kind {
        return cdl(path, edit, catalog);
    }
    let lut = look.lut(size)?;
    let bytes = match kind {
        Kind::Cube => lut.to_cube("Colorist").into_bytes(),
        Kind::Strip16f => {
            let strip = lut.to_strip_rgba16f();
            strip.iter().flat_map(|value| value.to_le_bytes()).collect()
        }
        Kind::Strip8 | Kind::Cdl => {
            let mut png = Vec::new();
            let (width, height) = ((size * size) as u32, size as u32);
            // Without a color profile: these are numbers, and must not be converted.
            PngEncoder::new(&mut png)
                .write_image(
                    &lut.to_strip_rgba8(),
                    width,
                    height,
                    ExtendedColorType::Rgba8,
                )
                .map_err(|error| Failure::file("write", path, &error))?;
            png
        }
    };
    file::write(path, |out| Ok(out.write_all(&bytes)?))?;
    let amounts = [
        ("bloom", look.bloom()),
        ("sharpen", look.sharpen()),
        ("structure", look.structure()),
    ];
    let spatial = amounts.iter().filter(|(_, amount)| *amount != 0.0);
    missing(spatial.map(|(name, amount)| format!("{name} of {:+.0}", amount * 100.0)));
    Ok(())
}

fn cdl(path: &Path, edit: &Edit, catalog: &Catalog) -> Result<(), Failure> {
    let Some(filter) = &edit.filter else {
        return Err(
            Failure::new("the edit has no filter, and a CDL holds nothing else")
                .help("write a .cube instead"),
        );
    };
    let recipe = catalog.filter(&filter.name).and_then(|info| info.recipe);
    let recipe = recipe.ok_or_else(|| Failure::new("the pack has no recipe for the filter"))?;
    let cdl = recipe.to_cdl(&filter.name, filter.intensity)?;
    file::write(path, |out| Ok(out.write_all(cdl.xml.as_bytes())?))?;
    let adjust = edit.adjust.map(|_| "adjust".to_owned());
    let selective = edit.selective_adjust.map(|_| "selective adjust".to_owned());
    missing(adjust.into_iter().chain(selective));
    for gap in cdl.missing {
        anstream::eprintln!("note: {gap}");
    }
    Ok(())
}

/// Says what of the look is not in the file.
fn missing(parts: impl Iterator<Item = String>) {
    let parts: Vec<_> = parts.collect();
    if !parts.is_empty() {
        anstream::eprintln!("note: not in the file: {}", parts.join(", "));
    }
}

//! `colorist bench-look`: how long looks take on this machine, beside ffmpeg's `lut3d`.

mod frames;
mod peer;
mod table;

use std::hint::black_box;
use std::time::Instant;

use colorist_core::{
    Adjust, Catalog, ColorAdjust, Edit, Filter, Look, LookError, Pack, SelectiveAdjust,
};
use serde_json::{Value, json};

use crate::bench::stats::Stats;
use crate::cli::{BenchLookArgs, Source};
use crate::failure::Failure;
use crate::{output, source};

/// The points along each axis of the tables.
const SIZE: usize = 33;

/// Tables to make of each kind.
const TABLES: usize = 200;

/// Everything that was measured; times in milliseconds.
struct Report {
    pack: String,
    threads: usize,
    frames: usize,
    /// A table without and with a filter.
    tables: [Stats; 2],
    through: Vec<frames::Through>,
    /// The whole look with its spatial part on an 8-bit frame of 1080p.
    whole: Stats,
    /// ffmpeg's version, if there is one.
    ffmpeg: Option<String>,
}

pub(crate) fn command(arguments: &BenchLookArgs) -> Result<(), Failure> {
    let ffmpeg = peer::Ffmpeg::find(arguments.ffmpeg.as_deref())?;
    let pack = Pack::open(source::path(&Source {
        pack: arguments.pack.clone(),
        ..Source::default()
    })?)?;
    let catalog = &pack.manifest().catalog;
    source::check_editor(catalog)?;
    let (threads, count) = (arguments.threads.into(), arguments.frames.into());
    let everything = everything(catalog);
    let colors = Edit {
        adjust: everything.adjust.map(|adjust| Adjust {
            bloom: 0,
            sharpen: 0,
            structure: 0,
            ..adjust
        }),
        ..everything.clone()
    };
    let unfiltered = Edit {
        filter: None,
        ..colors.clone()
    };
    let tables = [tables(&unfiltered, catalog)?, tables(&colors, catalog)?];
    let look = compiled(&colors, catalog)?;
    let mut through = Vec::new();
    for kind in frames::KINDS {
        through.push(frames::through(
            kind,
            &look,
            threads,
            count,
            ffmpeg.as_ref(),
        )?);
    }
    let report = Report {
        pack: pack.manifest().name.clone(),
        threads,
        frames: count,
        tables,
        through,
        whole: frames::whole(&compiled(&everything, catalog)?, threads, count)?,
        ffmpeg: ffmpeg.map(|ffmpeg| ffmpeg.version),
    };
    if arguments.json {
        output::print_json(&report.to_json())
    } else {
        output::print(&table::table(&report))
    }
}

/// An edit that uses every slider, every color and, if the pack has a recipe, a filter.
fn everything(catalog: &Catalog) -> Edit {
    let mut value = 0;
    let mut next = || {
        value = (value + 13) % 40;
        value - 15
    };
    let filter = catalog.filters().iter().find(|info| info.recipe.is_some());
    Edit {
        adjust: Some(Adjust {
            bloom: 30,
            sharpen: 40,
            structure: 30,
            ..Adjust::default().map(|_, _| next())
        }),
        selective_adjust: Some(SelectiveAdjust::default().map(|_, _| ColorAdjust {
            saturation: 20,
            luminance: -10,
        })),
        filter: filter.map(|info| Filter {
            name: info.name.clone(),
            intensity: 70,
        }),
    }
}

fn compiled(edit: &Edit, catalog: &Catalog) -> Result<Look, Failure> {
    Look::compile(edit, catalog).map_err(|error| said(&error))
}

/// From the edit to its table.
fn tables(edit: &Edit, catalog: &Catalog) -> Result<Stats, Failure> {
    let mut times = Vec::with_capacity(TABLES);
    for _ in 0..TABLES {
        let start = Instant::now();
        let table = compiled(edit, catalog)?.lut(SIZE);
        times.push(milliseconds(start));
        black_box(table.map_err(|error| said(&error))?);
    }
    Ok(Stats::new(times))
}

fn said(error: &LookError) -> Failure {
    Failure::new(error.to_string())
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

impl Report {
    fn to_json(&self) -> Value {
        let [unfiltered, everything] = self.tables.map(Stats::to_json);
        json!({
            "pack": self.pack,
            "threads": self.threads,
            "frames": self.frames,
            "ffmpeg": self.ffmpeg,
            "tableMs": {"size": SIZE, "unfiltered": unfiltered, "everything": everything},
            "through": self.through.iter().map(frames::Through::to_json).collect::<Vec<_>>(),
            "wholeLookMs": self.whole.to_json(),
        })
    }
}

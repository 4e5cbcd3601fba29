//! `colorist report`: the page on which people judge the student, and the count of their answers.
//!
//! The questions are those of the paper's reality check (arXiv 2410.02952): is the student's result
//! relevant to the intent, and does it mimic the teacher's? The second one needs to know which
//! picture is the teacher's, so the pictures are labeled and nothing is blind.

mod alpha;
mod answers;
mod page;
mod sample;
mod score;
mod table;

use std::io::Write as _;
use std::iter;
use std::path::{Path, PathBuf};

use crate::cli::ReportArgs;
use crate::eval::rows;
use crate::failure::Failure;
use crate::{file, output, source};

pub(crate) fn command(arguments: &ReportArgs) -> Result<(), Failure> {
    match (&arguments.data, &arguments.out) {
        (Some(data), Some(out)) => make(arguments, data, out),
        // The command line allows this only with files to score.
        _ => score(arguments),
    }
}

/// Writes the page.
fn make(arguments: &ReportArgs, data: &Path, out: &Path) -> Result<(), Failure> {
    if !matches!(file::extension(out).as_str(), "html" | "htm") {
        return Err(
            Failure::new("the report is an HTML page, and --out names no .html file")
                .help("name one that ends with .html"),
        );
    }
    let read: Vec<&Path> = iter::once(data)
        .chain(arguments.image.iter().map(PathBuf::as_path))
        .collect();
    file::distinct(&read, &[out])?;
    let rows = rows::read(data, &rows::Tools::Editor)?;
    let wanted = arguments.samples as usize;
    let chosen = sample::choose(rows.len(), wanted, arguments.seed);
    let colorist = source::open(&arguments.source)?;
    source::check_editor(colorist.catalog())?;
    let side = arguments.side as usize;
    let photos = sample::photos(&arguments.image, side)?;
    let bar = output::progress(chosen.len() as u64);
    let mut samples = Vec::with_capacity(chosen.len());
    for (position, row) in chosen.into_iter().enumerate() {
        let photo = position % photos.len();
        samples.push(
            sample::render(&colorist, &rows[row], photo, &photos[photo])
                .map_err(|failure| failure.about(&format!("row {} of the data", row + 1)))?,
        );
        bar.inc(1);
    }
    bar.finish_and_clear();
    let used = photos.len().min(samples.len());
    let info = colorist.info();
    let student = format!("{} {}", info.name, info.version);
    let page = page::Page::new(&student, arguments.seed, &photos[..used], &samples)?;
    file::write(out, |to| {
        to.write_all(page.html.as_bytes())
            .map_err(|error| Failure::file("write", out, &error))
    })?;
    let fewer = match samples.len() {
        count if count < wanted => ", all that the data has",
        _ => "",
    };
    output::print(&format!(
        "{}: {}{fewer}, {}, {:.1} MB, report {}\n",
        out.display(),
        table::counted(samples.len(), "sample"),
        table::counted(used, "photo"),
        page.html.len() as f64 / 1e6,
        page.id,
    ))
}

/// Prints the count.
fn score(arguments: &ReportArgs) -> Result<(), Failure> {
    let exports = answers::read_all(&arguments.score)?;
    let score = score::Score::new(&exports);
    if arguments.json {
        output::print_json(&score.to_json())
    } else {
        output::print(&table::table(&score))
    }
}

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

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::cli::ReportArgs;
use crate::eval::rows;
use crate::failure::Failure;
use crate::{output, source};

pub(crate) fn command(arguments: &ReportArgs) -> Result<(), Failure> {
    match (&arguments.data, &arguments.out) {
        (Some(data), Some(out)) => make(arguments, data, out),
        // The command line allows this only with files to score.
        _ => score(arguments),
    }
}

/// Writes the page.
fn make(arguments: &ReportArgs, data: &Path, out: &Path) -> Result<(), Failure> {
    let extension = out.extension().and_then(|extension| extension.to_str());
    if !extension.is_some_and(|extension| matches!(extension, "html" | "htm")) {
        // Such a name could be that of the photo or of the data, too.
        return Err(
            Failure::new("the report is an HTML page, and --out names no .html file")
                .help("name one that ends with .html"),
        );
    }
    let rows = rows::read(data)?;
    let wanted = arguments.samples as usize;
    let chosen = sample::choose(rows.len(), wanted, arguments.seed);
    let colorist = source::open(&arguments.source)?;
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
    write(out, page.html.as_bytes())?;
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

/// Writes a file that is whole as soon as it has its name.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::file("write", path, error);
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Those of any new file: the umask takes its part away.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder
        .tempfile_in(folder)
        .map_err(|error| failure(&error))?;
    file.write_all(bytes).map_err(|error| failure(&error))?;
    file.persist(path).map_err(|error| failure(&error.error))?;
    Ok(())
}

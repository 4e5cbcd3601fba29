//! Arguments of `colorist report`.

use std::path::PathBuf;

use clap::Args;

use super::Source;

#[derive(Args)]
#[command(
    override_usage = "colorist report --data <FILE> --image <FILE>... --out <FILE> [OPTIONS]\n       \
                      colorist report --score <FILE>... [--json]",
    after_help = "The pictures are labeled: who judges whether the student mimics the teacher must \
                  know which picture is whose, so nothing is blind."
)]
pub(crate) struct ReportArgs {
    /// Rows in the teacher's format, one JSON object a line; best those the student never saw
    #[arg(long, value_name = "FILE", required_unless_present = "score")]
    pub(crate) data: Option<PathBuf>,
    /// A photo for the edits; give several, and the samples take turns with them
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "score")]
    pub(crate) image: Vec<PathBuf>,
    /// The page to write, one .html file that holds everything
    #[arg(long, value_name = "FILE", required_unless_present = "score")]
    pub(crate) out: Option<PathBuf>,
    /// Rows to draw; all of them where the data has fewer
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) samples: u32,
    /// The same number draws the same rows in the same order
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The longer side of the pictures, pixels
    #[arg(long, value_name = "PX", default_value_t = 640, value_parser = clap::value_parser!(u32).range(64..=2048))]
    pub(crate) side: u32,
    /// Count the answers in these files, which the page exports, instead of making a page
    #[arg(
        long,
        value_name = "FILE",
        num_args = 1..,
        conflicts_with_all = ["data", "image", "out", "samples", "seed", "side", "pack", "threads"]
    )]
    pub(crate) score: Vec<PathBuf>,
    /// Print the counts as one JSON object
    #[arg(long, conflicts_with = "data")]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) source: Source,
}

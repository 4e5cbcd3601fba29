//! Arguments of the commands that show or export a look.

use std::path::PathBuf;

use clap::Args;

use super::Source;

#[derive(Args)]
pub(crate) struct RenderArgs {
    /// The edit: JSON as `colorist edit --json` prints it
    #[arg(long, value_name = "FILE")]
    pub(crate) edit: PathBuf,
    #[command(flatten)]
    pub(crate) source: Source,
}

#[derive(Args)]
pub(crate) struct SheetArgs {
    /// The intents, one a line
    pub(crate) intents: PathBuf,
    #[command(flatten)]
    pub(crate) source: Source,
}

#[derive(Args)]
pub(crate) struct BenchLookArgs {
    /// The ffmpeg to compare with [default: the one that is installed, if any]
    #[arg(long, value_name = "PATH")]
    pub(crate) ffmpeg: Option<PathBuf>,
    /// Frames of each kind
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) frames: u16,
    /// Threads on one frame, here and in ffmpeg
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) threads: u16,
    /// A pack's folder or archive [default: $COLORIST_PACK, else models/packs/colorist-small]
    #[arg(long, value_name = "PATH")]
    pub(crate) pack: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

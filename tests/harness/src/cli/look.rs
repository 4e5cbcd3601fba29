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
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

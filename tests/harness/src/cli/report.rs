//! Arguments of `colorist report`.

use clap::Args;

use super::Source;

#[derive(Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) source: Source,
}

//! Arguments of `colorist video`.

use clap::Args;

use super::Source;

#[derive(Args)]
pub(crate) struct VideoArgs {
    #[command(flatten)]
    pub(crate) source: Source,
}

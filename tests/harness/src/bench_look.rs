//! `colorist bench-look`: how long looks take, beside ffmpeg.

use crate::cli::BenchLookArgs;
use crate::failure::Failure;

pub(crate) fn command(_arguments: &BenchLookArgs) -> Result<(), Failure> {
    Err(Failure::new("not built yet"))
}

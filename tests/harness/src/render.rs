//! `colorist render`: an edit on a picture, or as a LUT.

use crate::cli::RenderArgs;
use crate::failure::Failure;

pub(crate) fn command(_arguments: &RenderArgs) -> Result<(), Failure> {
    Err(Failure::new("not built yet"))
}

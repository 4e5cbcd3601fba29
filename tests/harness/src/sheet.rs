//! `colorist sheet`: many intents on one picture.

use crate::cli::SheetArgs;
use crate::failure::Failure;

pub(crate) fn command(_arguments: &SheetArgs) -> Result<(), Failure> {
    Err(Failure::new("not built yet"))
}

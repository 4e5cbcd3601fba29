//! `colorist report`: the page for human judges, and their score.

use crate::cli::ReportArgs;
use crate::failure::Failure;

pub(crate) fn command(_arguments: &ReportArgs) -> Result<(), Failure> {
    Err(Failure::new("not built yet"))
}

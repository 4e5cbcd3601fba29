//! `colorist video`: an intent on a video, through ffmpeg.

use crate::cli::VideoArgs;
use crate::failure::Failure;

pub(crate) fn command(_arguments: &VideoArgs) -> Result<(), Failure> {
    Err(Failure::new("not built yet"))
}

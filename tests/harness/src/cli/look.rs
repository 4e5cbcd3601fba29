//! Arguments of the commands that show or export a look.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::Source;

/// What a look is applied to, or written as.
#[derive(Args)]
pub(crate) struct TargetArgs {
    /// Apply the look to this picture: JPEG, PNG, TIFF or WebP of up to 100 megapixels
    #[arg(long, value_name = "FILE", requires = "out")]
    pub(crate) image: Option<PathBuf>,
    /// The picture to write: .png, .jpg, .tiff or .webp
    #[arg(long, value_name = "FILE", requires = "image")]
    pub(crate) out: Option<PathBuf>,
    /// Leave the left half of the picture as it was
    #[arg(long, requires = "image")]
    pub(crate) split: bool,
    /// Write the look's colors as a table: .cube, .png or .rgba16f (strips); or its filter: .cdl
    #[arg(long, value_name = "FILE")]
    pub(crate) lut: Option<PathBuf>,
    /// Points along each axis of the table
    #[arg(long, value_name = "N", requires = "lut", default_value_t = 33, value_parser = clap::value_parser!(u8).range(2..=65))]
    pub(crate) lut_size: u8,
}

#[derive(Args)]
#[command(group = ArgGroup::new("target").args(["image", "lut"]).required(true).multiple(true))]
pub(crate) struct RenderArgs {
    /// The edit: JSON as `colorist edit --json` prints it
    #[arg(long, value_name = "FILE")]
    pub(crate) edit: PathBuf,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// Scale the edit: 0.5 is half of it
    #[arg(long, value_name = "FACTOR", value_parser = super::strength)]
    pub(crate) strength: Option<f32>,
    /// The pack that knows the filters [default: $COLORIST_PACK, else models/packs/colorist-small]
    #[arg(long, value_name = "PATH")]
    pub(crate) pack: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct SheetArgs {
    /// The intents, one a line; empty lines are passed over
    pub(crate) intents: PathBuf,
    /// The picture; given several times, the intents take the pictures in turn
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) image: Vec<PathBuf>,
    /// The sheet to write: .png, .jpg, .tiff or .webp
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Pictures in a row [default: one a picture given, or what makes the sheet about square]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=50))]
    pub(crate) columns: Option<u16>,
    /// Width of a picture on the sheet, pixels
    #[arg(long, value_name = "PX", default_value_t = 320, value_parser = clap::value_parser!(u16).range(64..=2048))]
    pub(crate) cell: u16,
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

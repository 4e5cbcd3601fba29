//! The command line.

mod look;
mod pack;
mod provider;
mod report;
mod video;

use std::convert::Infallible;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::look::{BenchLookArgs, RenderArgs, SheetArgs, TargetArgs};
pub(crate) use self::pack::{PackArgs, PackCommand};
pub(crate) use self::provider::ProviderArgs;
pub(crate) use self::report::ReportArgs;
pub(crate) use self::video::VideoArgs;

/// Words become photo edits, on this machine.
#[derive(Parser)]
#[command(name = "colorist", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Turn an intent into the parameters of the pack's tools
    Edit(EditArgs),
    /// Show the tokens that a text student writes, and how it came to them
    Write(WriteArgs),
    /// Apply an edit to a picture, or write it as a LUT
    Render(RenderArgs),
    /// Apply many intents to pictures, and put the results on one sheet
    Sheet(SheetArgs),
    /// Apply an intent to a video
    Video(VideoArgs),
    /// Make a page on which people judge the student, and count their answers
    Report(ReportArgs),
    /// Score a pack, or somebody's predictions, on rows in the teacher's format
    Eval(EvalArgs),
    /// Say what a pack is, and whether it is whole
    Inspect(InspectArgs),
    /// Time a pack on this machine
    Bench(BenchArgs),
    /// Time looks on this machine, beside ffmpeg
    BenchLook(BenchLookArgs),
    /// Measure memory and start of each profile on this machine
    Profiles(ProfilesArgs),
    /// Make many edits and watch the memory
    Soak(SoakArgs),
    /// Write a pack's folder into one archive; sign packs, and verify signatures
    Pack(PackArgs),
}

/// Which pack, and how it runs.
#[derive(Args, Default)]
pub(crate) struct Source {
    /// A pack's folder or archive [default: $COLORIST_PACK, else models/packs/colorist-small]
    #[arg(long, value_name = "PATH")]
    pub(crate) pack: Option<PathBuf>,
    /// Threads of one inference
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) threads: Option<u16>,
    /// Keep here what makes the next start faster; made when it is not there
    #[arg(long, value_name = "FOLDER")]
    pub(crate) cache: Option<PathBuf>,
    /// Take less memory and more time
    #[arg(long)]
    pub(crate) low_memory: bool,
    #[command(flatten)]
    pub(crate) provider: ProviderArgs,
}

#[derive(Args)]
pub(crate) struct EditArgs {
    /// What a person would type
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl", value_parser = intent)]
    pub(crate) intent: Vec<String>,
    /// Print one JSON object
    #[arg(long, conflicts_with = "jsonl")]
    pub(crate) json: bool,
    /// Read an intent a line from standard input, write a JSON object a line
    #[arg(long, conflicts_with_all = ["image", "lut"])]
    pub(crate) jsonl: bool,
    /// Scale the edit: 0.5 is half of it
    #[arg(long, value_name = "FACTOR", value_parser = strength)]
    pub(crate) strength: Option<f32>,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// Say on standard error how much memory the process held at most
    #[arg(long)]
    pub(crate) memory: bool,
    #[command(flatten)]
    pub(crate) source: Source,
}

#[derive(Args)]
pub(crate) struct WriteArgs {
    /// What a person would type [default: an intent a line from standard input]
    #[arg(value_parser = intent)]
    pub(crate) intent: Vec<String>,
    /// How to choose the tokens
    #[arg(long, value_enum, default_value_t = Decoding::Constrained)]
    pub(crate) decoding: Decoding,
    /// Answer each intent this many times
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) repeat: u32,
    /// Say on standard error how much memory the process held at most
    #[arg(long)]
    pub(crate) memory: bool,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// The ways to choose a text student's tokens.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Decoding {
    /// Under the grammar, forced tokens together, the tools side by side
    Constrained,
    /// The same tokens, one a pass, one tool after the other
    StepByStep,
    /// Without a grammar; what is no edit is an error
    Free,
    /// Without a grammar, and not read as an edit
    Unread,
}

#[derive(Args)]
pub(crate) struct EvalArgs {
    /// Rows in the teacher's format, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) data: PathBuf,
    /// Score these predictions instead of a pack: lines with the intent and the tools
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pack", "threads", "cache", "low_memory", "providers"])]
    pub(crate) predictions: Option<PathBuf>,
    /// Whose tools the predictions are [default: the photo editor's]
    #[arg(long, value_name = "FILE", requires = "predictions")]
    pub(crate) catalog: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) source: Source,
}

#[derive(Args)]
pub(crate) struct InspectArgs {
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) source: Source,
}

#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Edits to time, after a warm-up
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) edits: u32,
    /// Fresh processes to time for the cold start
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) cold: u32,
    /// Time the same graph in this Python too (with onnxruntime, tokenizers and numpy)
    #[arg(long, value_name = "PATH")]
    pub(crate) python: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) source: Source,
}

#[derive(Args)]
pub(crate) struct ProfilesArgs {
    /// Fresh processes for each profile, of which the medians are taken
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) processes: u32,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Measure this process, as one profile
    #[arg(long, hide = true, requires = "json")]
    pub(crate) one: bool,
    #[command(flatten)]
    pub(crate) source: Source,
}

#[derive(Args)]
pub(crate) struct SoakArgs {
    /// Edits to make
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1001..))]
    pub(crate) edits: u32,
    /// Among trims, unloadings, cancels and reopenings, with every answer compared with the goldens
    #[arg(long)]
    pub(crate) mixed: bool,
    /// Where the choices of `--mixed` begin
    #[arg(long, value_name = "N", default_value_t = 1, requires = "mixed")]
    pub(crate) seed: u64,
    /// Fail when the memory grew by more than this many MB after the first 1,000 edits, or with
    /// `--mixed` from the first quarter to the last
    #[arg(long, value_name = "MB")]
    pub(crate) limit: Option<f64>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Stands before an intent that starts with a hyphen; no real argument can hold it.
pub(crate) const HYPHEN: &str = "\0";

/// The intent without the mark.
fn intent(text: &str) -> Result<String, Infallible> {
    Ok(text.strip_prefix(HYPHEN).unwrap_or(text).to_owned())
}

fn strength(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(factor) if (0.0..=10.0).contains(&factor) => Ok(factor),
        _ => Err("a number from 0 to 10 is expected".to_owned()),
    }
}

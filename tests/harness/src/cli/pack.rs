//! The arguments of `colorist pack`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct PackArgs {
    #[command(subcommand)]
    pub(crate) command: Option<PackCommand>,
    /// The pack's folder
    #[arg(required = true)]
    pub(crate) folder: Option<PathBuf>,
    /// The archive to write [default: the folder's name with .colorist]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum PackCommand {
    /// Make a secret key, which signs packs, and the public key that apps trust
    Keygen {
        /// The secret key's file; the public key is written beside it, with .pub
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Sign a folder or an archive where it lies
    Sign {
        /// The pack's folder or archive
        pack: PathBuf,
        /// The secret key's file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Say whether one of these keys signed a pack, and whether it is whole
    Verify {
        /// The pack's folder or archive
        pack: PathBuf,
        /// A public key's file, or its 64 digits; may be given several times
        #[arg(long, value_name = "KEY", required = true)]
        key: Vec<PathBuf>,
    },
}

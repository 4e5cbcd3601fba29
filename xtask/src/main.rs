//! The project's commands, as `cargo xtask COMMAND`.
//!
//! - `ort` supplies the native library of ONNX Runtime,
//! - `demo` shows one edit in the terminal,
//! - `test` runs every check there is,
//! - `model` trains and packs the default student.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "commands talk to people"
)]

mod cargo;
mod demo;
mod model;
mod ort;
mod paths;
mod platform;
mod python;
mod test;
mod tools;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::platform::Platform;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's commands")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Supply ONNX Runtime's native library in the cache folder
    Ort {
        /// The platform to fetch for, this one by default
        #[arg(long, value_enum)]
        platform: Option<Platform>,
    },
    /// Turn words into an edit with the default pack
    Demo {
        /// What a person would type
        #[arg(default_value = "golden hour")]
        intent: String,
    },
    /// Run every check, or only the named steps
    Test {
        /// Steps to run, all by default (see --list)
        steps: Vec<String>,
        /// List the steps and stop
        #[arg(long)]
        list: bool,
    },
    /// Train the default student and write its pack
    Model {
        /// Handed on to the training pipeline
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    for (name, path) in paths::absolute_variables()? {
        // SAFETY: no other thread exists yet that could read the environment.
        unsafe { std::env::set_var(name, path) };
    }
    match command {
        Command::Ort { platform } => ort::command(platform),
        Command::Demo { intent } => demo::command(&intent),
        Command::Test { steps, list } => test::command(&steps, list),
        Command::Model { arguments } => model::command(&arguments),
    }
}

//! The project's commands, as `cargo xtask COMMAND`.
//!
//! - `ort` supplies the native library of ONNX Runtime,
//! - `demo` shows one edit in the terminal,
//! - `bindings` generates the Kotlin and Swift below the SDKs,
//! - `kotlin` and `swift` run those languages' own tools on the SDKs,
//! - `arm` runs the core's tests on 64-bit ARM,
//! - `android` and `ios` build what apps on those systems get,
//! - `fuzz` runs libFuzzer on one of the targets of `tests/fuzz`,
//! - `test` runs every check there is,
//! - `model` trains and packs the default student,
//! - `peers` times Colorist beside other ways to run the same model.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "commands talk to people"
)]

mod android;
mod archive;
mod arm;
mod bindings;
mod cargo;
mod demo;
mod fuzz;
mod ios;
mod kotlin;
mod mobile;
mod model;
mod native;
mod npu;
mod offline;
mod ort;
mod page;
mod paths;
mod peers;
mod platform;
mod privacy;
mod python;
mod root;
mod swift;
mod test;
mod tools;

use std::ffi::OsString;
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
    /// Generate the Kotlin and Swift bindings
    Bindings {
        /// Only say whether the committed files are up to date
        #[arg(long)]
        check: bool,
    },
    /// Run Maven in android/, with the native library built
    Kotlin {
        /// Build the native library optimized, to measure with it
        #[arg(long)]
        release: bool,
        /// Handed on to Maven, such as `verify`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run Swift on the package, with the native library built
    Swift {
        /// Handed on to Swift, such as `test`; `-c release` optimizes the native library, too
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run the core's tests on 64-bit ARM, under QEMU
    Arm {
        /// The processor as QEMU calls it, such as `cortex-a76`; all that are tested by default
        #[arg(long)]
        processor: Option<String>,
        /// Handed on to `cargo test`, such as `--lib --tests`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Build the native libraries and the AARs for Android
    Android {
        /// Only prove, without the NDK, that they would be right
        #[arg(long)]
        check: bool,
    },
    /// Become another program that has no network
    #[command(hide = true)]
    Offline {
        /// What happens to who asks for a socket of the network
        #[arg(long, value_enum)]
        answer: offline::Answer,
        /// The program and its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        words: Vec<OsString>,
    },
    /// Build the XCFramework for iOS and macOS
    Ios,
    /// Run libFuzzer on a target of tests/fuzz
    Fuzz {
        /// The target, such as `intent`
        target: String,
        /// Handed on to libFuzzer, such as `-runs=1000000` or an input's file
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Time Colorist beside other ways to run the same T5
    Peers {
        /// Handed on to the benchmark, such as `--rounds 5` or `--help`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
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
        Command::Bindings { check } => bindings::command(check),
        Command::Kotlin { release, arguments } => kotlin::command(release, &arguments),
        Command::Swift { arguments } => swift::command(&arguments),
        Command::Arm {
            processor,
            arguments,
        } => arm::command(processor.as_deref(), &arguments),
        Command::Android { check } => android::command(check),
        Command::Offline { answer, words } => offline::command(answer, &words),
        Command::Fuzz { target, arguments } => {
            fuzz::command(&target, &arguments).map(|()| ExitCode::SUCCESS)
        }
        Command::Ios => ios::command(),
        Command::Model { arguments } => model::command(&arguments),
        Command::Peers { arguments } => peers::command(&arguments),
    }
}

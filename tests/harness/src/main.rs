//! `colorist`: the SDK on the desktop, for trying it, scoring it and timing it.
//!
//! Exit codes: 0 when all went well, 2 for a wrong command line, 1 for everything else. Errors go to
//! standard error as `error: ...` and `help: ...`; they never repeat what the user typed.

mod bench;
mod bench_look;
mod cli;
mod edit;
mod eval;
mod failure;
mod file;
mod inspect;
mod memory;
mod output;
mod pack;
mod picture;
mod profiles;
mod render;
mod report;
mod sheet;
mod soak;
mod source;
mod usage;
mod video;
mod write;

use std::process::ExitCode;

use crate::cli::Command;

fn main() -> ExitCode {
    usage::quiet_panics();
    // ONNX Runtime 1.28, which is pinned, has no telemetry; a newer one that `ORT_DYLIB_PATH` names
    // would, and reads this.
    // SAFETY: no other thread exists yet that could read the environment.
    unsafe { std::env::set_var("ORT_DISABLE_TELEMETRY", "1") };

    let cli = match usage::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let outcome = match cli.command {
        Command::Edit(arguments) => edit::command(&arguments),
        Command::Write(arguments) => write::command(&arguments),
        Command::Render(arguments) => render::command(&arguments),
        Command::Sheet(arguments) => sheet::command(&arguments),
        Command::Video(arguments) => video::command(&arguments),
        Command::Report(arguments) => report::command(&arguments),
        Command::BenchLook(arguments) => bench_look::command(&arguments),
        Command::Eval(arguments) => eval::command(&arguments),
        Command::Inspect(arguments) => inspect::command(&arguments),
        Command::Bench(arguments) => bench::command(&arguments),
        Command::Profiles(arguments) => profiles::command(&arguments),
        Command::Soak(arguments) => soak::command(&arguments),
        Command::Pack(arguments) => pack::command(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

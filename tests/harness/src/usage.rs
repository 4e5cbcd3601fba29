//! What is said about a wrong command line, and about a panic.
//!
//! clap's own messages and the text of a panic may repeat what the user typed; nothing here does.

use std::ffi::{OsStr, OsString};
use std::panic;
use std::process::ExitCode;

use clap::error::{Error, ErrorKind};
use clap::{CommandFactory, Parser};

use crate::cli::{Cli, Command, HYPHEN};
use crate::failure::Failure;

/// The exit code of a wrong command line.
const WRONG: u8 = 2;

/// The command line, or the exit code once help, the version or what is wrong was said.
pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Cli, ExitCode> {
    let arguments = marked(arguments);
    let parsed = Cli::try_parse_from(&arguments).and_then(complete);
    parsed.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // A reader that went away has seen enough of it.
            let _ = error.print();
            u8::try_from(error.exit_code()).unwrap_or(WRONG).into()
        }
        _ => {
            let command = arguments.get(1).map(OsString::as_os_str);
            let _ = Failure::new(words(&error)).help(usage(command)).report();
            ExitCode::from(WRONG)
        }
    })
}

/// What clap cannot check: the intent of `colorist video` stands before two files, or not at all.
fn complete(cli: Cli) -> Result<Cli, Error> {
    match &cli.command {
        Command::Video(video) if !video.is_complete() => {
            Err(Cli::command().error(ErrorKind::WrongNumberOfValues, ""))
        }
        _ => Ok(cli),
    }
}

/// From now on a panic says where it happened, and nothing else.
pub(crate) fn quiet_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |place| {
            format!(" ({}, line {})", place.file(), place.line())
        });
        let _ = Failure::new(format!("the program has a bug{place}"))
            .help("report this line")
            .report();
    }));
}

/// Marks intents like `-20 exposure` as values: no option starts with a hyphen and a digit.
///
/// clap's `allow_hyphen_values` would take every option after the first word for a word, too.
fn marked(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    if arguments
        .get(1)
        .is_some_and(|command| command == "edit" || command == "video")
    {
        for argument in arguments.iter_mut().skip(2) {
            let text = argument.to_str().unwrap_or_default();
            if let [b'-', b'0'..=b'9' | b'.' | b' ', ..] = text.as_bytes() {
                let mut value = OsString::from(HYPHEN);
                value.push(&argument);
                *argument = value;
            }
        }
    }
    arguments
}

/// The kind of the error. The error's own text names the argument.
fn words(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::InvalidSubcommand => "there is no such command",
        ErrorKind::UnknownArgument => "an option does not exist, or there is an argument too many",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "an option has a wrong value",
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::TooManyValues => {
            "an option has too many values or too few"
        }
        ErrorKind::WrongNumberOfValues => "there are too many arguments or too few",
        ErrorKind::ArgumentConflict => "two of the arguments exclude each other",
        ErrorKind::MissingRequiredArgument => "an argument is missing",
        ErrorKind::MissingSubcommand => "the command is missing",
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8",
        _ => "the command line is wrong",
    }
}

/// How the command is used; the whole program where the word names none.
fn usage(command: Option<&OsStr>) -> String {
    let mut cli = Cli::command();
    cli.build();
    let known = command.and_then(OsStr::to_str);
    let usage = match known.and_then(|name| cli.find_subcommand_mut(name)) {
        Some(command) => command.render_usage(),
        None => cli.render_usage(),
    };
    usage.to_string().replacen("Usage:", "usage:", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_edit(argument: &str) -> Vec<OsString> {
        marked(
            ["colorist", "edit", argument]
                .map(OsString::from)
                .into_iter(),
        )
        .split_off(2)
    }

    #[test]
    fn only_what_can_be_no_option_is_marked() {
        for intent in ["-20 exposure", "-5", "- warm", "-.5 of it"] {
            assert_eq!(after_edit(intent), [format!("{HYPHEN}{intent}").as_str()]);
        }
        for other in ["--json", "-h", "--", "-", "", "20 exposure", "--pack=/a b"] {
            assert_eq!(after_edit(other), [other]);
        }
    }

    #[test]
    fn the_usage_is_that_of_the_command() {
        assert!(usage(Some(OsStr::new("edit"))).starts_with("usage: colorist edit "));
        assert_eq!(usage(Some(OsStr::new("golden"))), usage(None));
    }
}

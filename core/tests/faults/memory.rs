//! Too little memory: an error with a type, or the allocator's abort; never anything worse.

use std::{os::unix::process::ExitStatusExt, process::Command};

use colorist_core::{Colorist, Error, Options};

use crate::{child, support::pack_path};

/// How a process with this much address space ended: with an answer, an error, or an abort.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Aborted,
    Error,
    Answer,
}

fn end(test: &str, megabytes: u64) -> Option<End> {
    let limited = |command: &mut Command| {
        child::limit(command, libc::RLIMIT_AS, megabytes << 20);
    };
    let output = child::run(test, limited)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let end = match output.status.signal() {
        // Rust's allocator, and C++'s terminate where ONNX Runtime cannot throw any further.
        Some(libc::SIGABRT) => End::Aborted,
        None if text.contains("an answer") => End::Answer,
        None if text.contains("an error") => End::Error,
        _ => panic!("{megabytes} MB: {}\n{text}\n{errors}", output.status),
    };
    println!("{megabytes} MB: {end:?} {errors}");
    Some(end)
}

#[test]
fn too_little_memory_is_an_error_or_the_abort_of_the_allocator() {
    let test = "memory::too_little_memory_is_an_error_or_the_abort_of_the_allocator";
    let mut ends = Vec::new();
    for megabytes in [40, 60, 80, 100, 120, 140, 160, 200, 240, 300, 400, 2000] {
        match end(test, megabytes) {
            Some(end) => ends.push(end),
            None => return work(),
        }
    }
    assert_eq!(ends.last(), Some(&End::Answer), "{ends:?}");
    assert!(ends.contains(&End::Error), "{ends:?}");
}

/// What the limited process does.
fn work() {
    match Colorist::open(pack_path(), Options::default()) {
        Ok(engine) => match engine.edit("golden hour") {
            Ok(_) => println!("an answer"),
            Err(error) => report(&error),
        },
        Err(error) => report(&error),
    }
}

fn report(error: &Error) {
    assert!(!matches!(error, Error::Internal(_)), "{error}");
    println!("an error: {error}");
}

//! Nothing here talks to a network: by what is linked, and by what the kernel sees.
//!
//! Run by `cargo xtask test network`; it needs strace and python3 on Linux.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use object::{Object, read::NameOrOrdinal};

/// Ways into the network that a C library or the operating system offers.
///
/// Only what opens, names or finds a peer. `socketpair` and `sendmsg` are not among them: the
/// standard library starts child processes with them, and neither reaches beyond this machine
/// without one of these.
const NETWORK: [&str; 13] = [
    "socket",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    "getaddrinfo",
    "gethostbyname",
    "getnameinfo",
    "res_query",
    "curl_easy_perform",
    "SSL_connect",
    "WSAStartup",
];

/// The library that the program loads.
fn library() -> PathBuf {
    match std::env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty()) {
        Some(path) => path.into(),
        None => colorist_core::runtime::cached_library().unwrap(),
    }
}

/// The network symbols that a program or library takes from others.
fn network_imports(file: &Path) -> BTreeSet<String> {
    let bytes = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let names: BTreeSet<String> = object::File::parse(&*bytes)
        .unwrap()
        .imports()
        .unwrap()
        .filter_map(|import| match import.unwrap().name() {
            NameOrOrdinal::Name(name) => Some(String::from_utf8_lossy(name).into_owned()),
            _ => None,
        })
        .collect();
    assert!(
        !names.is_empty(),
        "{} imports nothing at all?",
        file.display()
    );
    names
        .into_iter()
        .filter(|name| NETWORK.contains(&name.trim_start_matches('_')))
        .collect()
}

#[test]
fn neither_the_program_nor_the_runtime_imports_a_network_symbol() {
    for file in [Path::new(env!("CARGO_BIN_EXE_colorist")), &library()] {
        assert_eq!(network_imports(file), BTreeSet::new(), "{}", file.display());
    }
}

#[test]
fn a_program_that_connects_would_be_found() {
    // Never connects: nobody has this port's address at hand. It only has to be linked in.
    if std::env::args().count() == usize::MAX {
        drop(TcpStream::connect(("localhost", 1)));
    }
    let found = network_imports(&std::env::current_exe().unwrap());
    assert!(
        found.contains("connect") && found.contains("getaddrinfo"),
        "{found:?}"
    );
}

#[cfg(target_os = "linux")]
mod kernel {
    use std::process::{Command, Stdio};

    use super::*;

    /// The network calls of a whole run, threads and children included.
    fn network_calls(test: &str, program: &str, arguments: &[&str]) -> Vec<String> {
        let log = common::folder(test).join("calls");
        let status = Command::new("strace")
            .args([
                "-f",
                "-qq",
                "-e",
                "trace=network",
                "-e",
                "signal=none",
                "-o",
            ])
            .arg(&log)
            .arg(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .unwrap_or_else(|error| panic!("strace: {error}; install strace to run this test"));
        assert!(status.success(), "strace {program}: {status}");
        fs::read_to_string(log)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn an_edit_makes_no_network_call() {
        let program = env!("CARGO_BIN_EXE_colorist");
        for arguments in [
            &["edit", "golden hour"][..],
            &["edit", "--json", "warmer"],
            &["inspect"],
        ] {
            assert_eq!(
                network_calls("strace-edit", program, arguments),
                Vec::<String>::new()
            );
        }
    }

    #[test]
    fn a_socket_would_be_seen() {
        let code = "import socket; socket.socket().close()";
        let calls = network_calls("strace-python", "python3", &["-c", code]);
        assert!(
            calls.iter().any(|call| call.contains("socket(")),
            "{calls:?}"
        );
    }
}

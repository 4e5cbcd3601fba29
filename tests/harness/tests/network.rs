//! Nothing here talks to a network: by what is linked, and by what the kernel sees.
//!
//! On Linux the whole program runs under a seccomp filter that kills it at the first network call.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

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
    use std::io;
    use std::os::unix::process::{CommandExt, ExitStatusExt};
    use std::process::{Command, ExitStatus, Stdio};

    const FORBIDDEN: [libc::c_long; 9] = [
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_accept4,
        libc::SYS_sendto,
        libc::SYS_sendmsg,
        libc::SYS_recvmsg,
    ];

    /// The program seccomp runs on each system call: kill the process at a network call.
    fn filter() -> Vec<libc::sock_filter> {
        let op = |code: u32, k: u32, jump: u8| libc::sock_filter {
            code: code as u16,
            jt: jump,
            jf: 0,
            k,
        };
        let load = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
        let equal = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
        let answer = libc::BPF_RET | libc::BPF_K;
        let count = FORBIDDEN.len();
        // The call's number is the first field of what seccomp shows.
        let mut program = vec![op(load, 0, 0)];
        for (i, call) in FORBIDDEN.iter().enumerate() {
            program.push(op(equal, *call as u32, (count - i) as u8));
        }
        program.push(op(answer, libc::SECCOMP_RET_ALLOW, 0));
        program.push(op(answer, libc::SECCOMP_RET_KILL_PROCESS, 0));
        program
    }

    /// Runs a program, its threads and its children under the filter; `first` before it.
    fn without_network(
        mut command: Command,
        first: impl Fn() + Send + Sync + 'static,
    ) -> ExitStatus {
        let mut filter = filter();
        let install = move || {
            let rules = libc::sock_fprog {
                len: filter.len() as u16,
                filter: filter.as_mut_ptr(),
            };
            // SAFETY: `rules` and what it points to live through the call; both calls are
            // async-signal-safe.
            let done = unsafe {
                libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
                    && libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &rules) == 0
            };
            if !done {
                return Err(io::Error::last_os_error());
            }
            first();
            Ok(())
        };
        command.stdin(Stdio::null()).stdout(Stdio::null());
        // SAFETY: between fork and exec the closure only makes system calls.
        unsafe { command.pre_exec(install) };
        command.status().unwrap()
    }

    #[test]
    fn a_whole_run_makes_no_network_call() {
        let program = env!("CARGO_BIN_EXE_colorist");
        for arguments in [
            &["edit", "golden hour"][..],
            &["edit", "--json", "warmer"],
            &["inspect"],
        ] {
            let mut command = Command::new(program);
            command.args(arguments);
            let status = without_network(command, || ());
            assert!(status.success(), "{arguments:?}: {status}");
        }
    }

    #[test]
    fn a_socket_would_be_the_end() {
        let status = without_network(Command::new("true"), || ());
        assert!(status.success(), "without the socket it runs: {status}");
        // In the child, before it becomes the program: no library stands in between.
        // SAFETY: a system call with plain numbers, async-signal-safe.
        let status = without_network(Command::new("true"), || unsafe {
            libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0);
        });
        assert_eq!(status.signal(), Some(libc::SIGSYS), "{status}");
    }
}

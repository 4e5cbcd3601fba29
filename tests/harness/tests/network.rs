//! A whole run talks to nobody, not even on this machine: the strictest of the checks for a network.
//!
//! On Linux the program runs under a seccomp filter that kills it at the first call about a socket.
//! `cargo xtask test` runs all tests under a filter that leaves them sockets on this machine only
//! (`xtask/src/offline.rs`), and looks at the symbols of all that ships (`xtask/src/privacy.rs`).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

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
fn without_network(mut command: Command, first: impl Fn() + Send + Sync + 'static) -> ExitStatus {
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

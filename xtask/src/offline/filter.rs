//! The filter, as the program that the kernel runs before each system call.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::Answer;

/// The calls' numbers are those of one architecture (`linux/audit.h`).
#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xc000_00b7;

/// Where x86-64 has a second set of numbers for the same calls (x32).
const SECOND_SET: u32 = 0x4000_0000;

/// Offsets in what the kernel shows of a call (`struct seccomp_data`): its number, the
/// architecture, the lower half of the first argument.
const NUMBER: u32 = 0;
const ARCHITECTURE_AT: u32 = 4;
const FIRST_ARGUMENT: u32 = 16;

/// A jump's distance that stands for the answer at the end.
const DENY: u8 = u8::MAX;

/// Puts a command under the filter.
pub(super) fn install(command: &mut Command, answer: Answer) {
    let mut filter = program(answer);
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
        if done {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    };
    // SAFETY: between fork and exec the closure only makes system calls.
    unsafe { command.pre_exec(install) };
}

fn program(answer: Answer) -> Vec<libc::sock_filter> {
    let op = |code: u32, k: u32, jt: u8, jf: u8| libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    };
    let load = |offset| op(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset, 0, 0);
    let equal = |k, jt, jf| op(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, k, jt, jf);
    let at_least = |k, jt, jf| op(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, k, jt, jf);
    let end = |k| op(libc::BPF_RET | libc::BPF_K, k, 0, 0);
    let denied = match answer {
        Answer::Kill => libc::SECCOMP_RET_KILL_PROCESS,
        Answer::Refuse => libc::SECCOMP_RET_ERRNO | libc::EAFNOSUPPORT as u32,
    };
    let mut program = vec![
        load(ARCHITECTURE_AT),
        equal(ARCHITECTURE, 0, DENY),
        load(NUMBER),
        at_least(SECOND_SET, DENY, 0),
        equal(libc::SYS_io_uring_setup as u32, DENY, 0),
        equal(libc::SYS_socket as u32, 1, 0),
        end(libc::SECCOMP_RET_ALLOW),
        load(FIRST_ARGUMENT),
        equal(libc::AF_UNIX as u32, 0, DENY),
        end(libc::SECCOMP_RET_ALLOW),
        end(denied),
    ];
    let last = program.len() - 1;
    for (index, op) in program.iter_mut().enumerate() {
        for jump in [&mut op.jt, &mut op.jf] {
            if *jump == DENY {
                *jump = (last - index - 1) as u8;
            }
        }
    }
    program
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    /// Runs `call` under the filter, in a child before it becomes a program: no library stands in
    /// between. The exit status is 0 when the call gave no error.
    fn under(answer: Answer, call: impl Fn() -> i64 + Send + Sync + 'static) -> ExitStatus {
        let mut command = Command::new("true");
        install(&mut command, answer);
        // SAFETY: `call` makes one system call; `_exit` is async-signal-safe.
        unsafe {
            command.pre_exec(move || {
                if call() < 0 {
                    libc::_exit(io::Error::last_os_error().raw_os_error().unwrap_or(1));
                }
                Ok(())
            });
        }
        command.status().unwrap()
    }

    fn socket(family: i32) -> impl Fn() -> i64 + Send + Sync + 'static {
        // SAFETY: a system call with plain numbers.
        move || i64::from(unsafe { libc::socket(family, libc::SOCK_DGRAM, 0) })
    }

    /// Whether this process was started under a filter.
    fn is_filtered() -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        status.lines().any(|line| line == "Seccomp:\t2")
    }

    #[test]
    fn a_socket_of_the_network_is_the_end() {
        for family in [
            libc::AF_INET,
            libc::AF_INET6,
            libc::AF_NETLINK,
            libc::AF_PACKET,
            libc::AF_VSOCK,
        ] {
            let killed = under(Answer::Kill, socket(family));
            assert_eq!(killed.signal(), Some(libc::SIGSYS), "{family}: {killed}");
            let refused = under(Answer::Refuse, socket(family));
            let end = (refused.code(), refused.signal());
            // Of two filters the stricter one answers, and the checks run this test under one.
            let expected = match is_filtered() {
                false => (Some(libc::EAFNOSUPPORT), None),
                true => (None, Some(libc::SIGSYS)),
            };
            assert_eq!(end, expected, "{family}: {refused}");
        }
    }

    #[test]
    fn an_io_uring_is_the_end() {
        // SAFETY: a system call that fails for want of a structure.
        let call = || unsafe { libc::syscall(libc::SYS_io_uring_setup, 1, 0) };
        assert_eq!(under(Answer::Kill, call).signal(), Some(libc::SIGSYS));
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn another_number_of_the_same_call_is_the_end() {
        let number = libc::SYS_socket | i64::from(SECOND_SET);
        // SAFETY: a system call with plain numbers.
        let call = move || unsafe { libc::syscall(number, libc::AF_INET, libc::SOCK_DGRAM, 0) };
        assert_eq!(under(Answer::Kill, call).signal(), Some(libc::SIGSYS));
    }

    #[test]
    fn everything_else_goes_on() {
        for answer in [Answer::Kill, Answer::Refuse] {
            let status = under(answer, socket(libc::AF_UNIX));
            assert!(status.success(), "{answer:?}: {status}");
        }
    }

    #[test]
    fn children_are_under_it_too() {
        let mut command = Command::new("sh");
        command.args(["-c", "grep -q '^Seccomp:.2' /proc/self/status"]);
        install(&mut command, Answer::Kill);
        assert!(command.status().unwrap().success());
    }
}

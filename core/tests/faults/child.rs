//! Tests that need a process of their own, since what they do to it would hurt the others.

use std::{
    env,
    io::Error,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const VARIABLE: &str = "COLORIST_FAULT";

/// Runs a test once more in a process of its own and gives what came of it; `None` in that process,
/// which then does the work.
pub(crate) fn run(test: &str, prepare: impl FnOnce(&mut Command)) -> Option<Output> {
    if env::var_os(VARIABLE).is_some_and(|name| name == test) {
        return None;
    }
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(VARIABLE, test);
    prepare(&mut command);
    Some(command.output().unwrap())
}

/// Fails unless the process ended well and really ran the test.
pub(crate) fn ended_well(output: &Output) {
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let passed = output.status.success() && text.contains("1 passed");
    assert!(passed, "{}\n{text}\n{errors}", output.status);
}

/// Limits the process to be started, such as with `libc::RLIMIT_AS`.
pub(crate) fn limit(command: &mut Command, resource: libc::__rlimit_resource_t, bytes: u64) {
    let limit = libc::rlimit {
        rlim_cur: bytes,
        rlim_max: bytes,
    };
    let set = move || {
        // SAFETY: it reads the structure, which outlives the call, and allocates nothing.
        match unsafe { libc::setrlimit(resource, &raw const limit) } {
            0 => Ok(()),
            _ => Err(Error::last_os_error()),
        }
    };
    // SAFETY: between fork and exec only an async-signal-safe function is called.
    unsafe { command.pre_exec(set) };
}

/// Compiles a shared library from a C source.
pub(crate) fn library(folder: &Path, name: &str, source: &str) -> PathBuf {
    let (code, library) = (folder.join(name).with_extension("c"), folder.join(name));
    std::fs::write(&code, source).unwrap();
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let status = Command::new(compiler)
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &code])
        .status()
        .expect("a C compiler");
    assert!(status.success());
    library
}

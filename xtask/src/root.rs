//! A Debian 13 in a folder of the cache, with the tools that this machine's system does not have.
//!
//! Commands run inside of it in a mount namespace of their own: what is mounted there is gone with
//! the last process, however it ended.

mod make;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::tools::Missing;

/// Run in a new mount namespace, with: root, working folder, CA bundle or nothing, folders to
/// share, `--`, command. `/tmp` is the root's own, for all who are inside: Swift's locks are there.
const ENTER: &str = r#"
set -e
root=$1 work=$2 bundle=$3
shift 3
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
for file in /etc/resolv.conf /etc/hosts; do
    [ ! -e "$file" ] || mount --bind -o ro "$file" "$root$file"
done
[ -z "$bundle" ] || mount --bind -o ro "$bundle" "$root/etc/ssl/certs/ca-certificates.crt"
while [ "$1" != -- ]; do
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    shift
done
shift
exec chroot "$root" env -C "$work" "$@"
"#;

/// Compiles Rust's library along, which Debian has the sources of only.
pub(crate) const LIBRARY: &str = "-Zbuild-std=std,panic_unwind";
/// What Debian's Rust builds is for looking at, and for tests: the optimizer of what apps get would take
/// three times as long. All builds share it, and with it what runs while building.
const QUICK: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_STRIP", "symbols"),
];

/// The finished root.
pub(crate) struct Root {
    folder: PathBuf,
}

impl Root {
    /// The root in the cache folder; makes it when it is not there.
    pub(crate) fn ensure() -> Result<Self> {
        permitted()?;
        Ok(Self {
            folder: make::ensure()?,
        })
    }

    /// A program that runs inside, in the folder `work`, and sees `shared` at the same places.
    ///
    /// It gets a fresh environment, with this machine's proxies and certificates in it.
    pub(crate) fn command(&self, program: &str, work: &Path, shared: &[PathBuf]) -> Command {
        let mut command = enter(&self.folder, work, &bundle(), shared);
        command.arg(program);
        command
    }

    /// Debian's Cargo in the folder of the project, for the subcommand, optimized a little.
    ///
    /// Debian has Rust's sources for phones, not its library: that is compiled along, which stable
    /// Rust only does when told that it is a bootstrap.
    pub(crate) fn cargo(&self, subcommand: &str) -> Result<Command> {
        let mut command = self.command("cargo", &paths::root(), &shared()?);
        command
            .env("CARGO_HOME", cargo_home()?)
            .env("RUSTC_BOOTSTRAP", "1")
            .envs(QUICK)
            .args([subcommand, "--locked", "--release", "--target-dir"])
            .arg(builds()?);
        Ok(command)
    }
}

/// Where the builds with Debian's Rust are, all together: what runs on this machine is then built
/// once for all targets. Not in the cache: Cargo takes another checkout's tests for this one's, and
/// those look for their packs there.
pub(crate) fn builds() -> Result<PathBuf> {
    Ok(paths::target()?.join("cross"))
}

/// What such builds have to see: the project, the cache, and what Cargo fetched.
pub(crate) fn shared() -> Result<[PathBuf; 4]> {
    let registry = cargo_home()?.join("registry");
    paths::make(&registry)?;
    paths::make(&builds()?)?;
    Ok([paths::root(), paths::cache()?, registry, builds()?])
}

/// Where Cargo keeps what it fetched.
fn cargo_home() -> Result<PathBuf> {
    paths::variable("CARGO_HOME")
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .context("no home folder: set CARGO_HOME")
}

/// Whether this machine lets this process have a root.
fn permitted() -> Result<()> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!(Missing(
            "the Debian root exists for Linux on x86-64 only".into()
        ));
    }
    let id = Command::new("id").arg("-u").output();
    if !id.is_ok_and(|id| id.stdout.trim_ascii() == b"0") {
        bail!(Missing(
            "only root can make and enter the Debian root".into()
        ));
    }
    let mut probe = unshare();
    match probe.arg("true").output() {
        Err(error) => bail!(Missing(format!(
            "cannot start unshare ({error}): install the package util-linux"
        ))),
        Ok(output) if !output.status.success() => bail!(Missing(format!(
            "this machine does not permit mount namespaces, which the Debian root needs ({}); in a \
             container, allow them (Docker: --privileged)",
            String::from_utf8_lossy(&output.stderr).trim()
        ))),
        Ok(_) => Ok(()),
    }
}

fn enter(root: &Path, work: &Path, bundle: &Path, shared: &[PathBuf]) -> Command {
    let mut command = unshare();
    fresh(&mut command)
        .args(["sh", "-c", ENTER, "sh"])
        .args([root, work, bundle])
        .args(shared)
        // Where a link on the way leads, which is to be found inside as well.
        .args(shared.iter().filter_map(|path| path.canonicalize().ok()))
        .arg("--");
    command
}

fn unshare() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private"]);
    command
}

/// Takes this process's environment away, but for the proxies and the project's own variables.
fn fresh(command: &mut Command) -> &mut Command {
    let kept = env::vars_os().filter(|(name, _)| {
        let name = name.to_string_lossy();
        name.to_ascii_lowercase().ends_with("_proxy")
            || name.starts_with("COLORIST_")
            || ["CI", "NO_COLOR", "TERM"].contains(&name.as_ref())
    });
    command
        .env_clear()
        .envs(kept)
        .env("HOME", "/root")
        .env("LANG", "C.UTF-8")
        .env(
            "PATH",
            "/usr/libexec/swift/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        )
}

/// The certificates that this machine trusts, or an empty path.
fn bundle() -> PathBuf {
    paths::variable("SSL_CERT_FILE")
        .unwrap_or_else(|| "/etc/ssl/certs/ca-certificates.crt".into())
        .canonicalize()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn what_runs_inside_gets_a_fresh_environment() {
        // Cargo sets this one for every test.
        assert!(env::var_os("CARGO_MANIFEST_DIR").is_some());
        let output = fresh(&mut Command::new("env")).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("HOME=/root\n"), "{text}");
        assert!(!text.contains("CARGO_MANIFEST_DIR"), "{text}");
    }
}

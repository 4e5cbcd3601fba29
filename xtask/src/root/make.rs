//! How the Debian root is made.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{enter, fresh, unshare};
use crate::paths;
use crate::tools::Missing;

/// The folder's name; counted up when the recipe below changes.
const NAME: &str = "trixie-1";
const SUITE: &str = "trixie";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Swift; and Rust with its sources, a C compiler and an emulator for 64-bit ARM.
const PACKAGES: &[&str] = &[
    "swiftlang",
    "libc6-dev",
    "libstdc++-14-dev",
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "libstd-rust-web-dev:arm64",
    "gcc-aarch64-linux-gnu",
    "libc6-dev:arm64",
    "libstdc++6:arm64",
    "qemu-user",
];

/// Fewer files: no manuals, and nothing of Swift that only editors and debuggers use.
const DPKG: &str = "\
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/libexec/swift/bin/*lldb*
path-exclude=/usr/libexec/swift/bin/clangd
path-exclude=/usr/libexec/swift/bin/docc
path-exclude=/usr/libexec/swift/bin/sourcekit-lsp
path-exclude=/usr/libexec/swift/lib/liblldb*
";

const INSTALL: &str = r#"
set -e
dpkg --add-architecture arm64
apt-get update -q
apt-get install -y -q --no-install-recommends "$@"
apt-get clean
rm -rf /var/lib/apt/lists/*
"#;

/// The folder of the finished root in the cache; makes it when it is not there.
pub(super) fn ensure() -> Result<PathBuf> {
    let cache = paths::cache()?;
    let folder = cache.join(NAME);
    let stamp = Path::new("complete");
    if folder.join(stamp).is_file() {
        return Ok(folder);
    }
    paths::make(&cache)?;
    let lock = lock(&cache.join(format!("{NAME}.lock")))?;
    // Another process may have finished it meanwhile.
    if folder.join(stamp).is_file() {
        return Ok(folder);
    }
    installed()?;
    eprintln!(
        "making a Debian 13 with Swift in {}, once: 1 GB to fetch, 4 GB on disk",
        folder.display()
    );
    let log = cache.join(format!("{NAME}.log"));
    let work = cache.join(format!("{NAME}.tmp"));
    // Half-made ones; nothing is mounted below them.
    remove(&work)?;
    remove(&folder)?;
    install(&work, &log, &lock)
        .with_context(|| format!("{}the whole log: {}\n", tail(&log), log.display()))?;
    fs::write(work.join(stamp), "")?;
    fs::rename(&work, &folder).context("cannot move the finished root to its place")?;
    Ok(folder)
}

/// Waits until no other process makes a root.
fn lock(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    let lock = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    if lock.try_lock().is_err() {
        eprintln!("waiting for another process that makes a Debian root");
        lock.lock().context("cannot lock the Debian root")?;
    }
    Ok(lock)
}

/// Whether what makes a root is there.
fn installed() -> Result<()> {
    // Older versions of debootstrap do not know the suite.
    let script = Path::new("/usr/share/debootstrap/scripts").join(SUITE);
    for file in [&*script, Path::new(KEYRING)] {
        if !file.is_file() {
            bail!(Missing(format!(
                "{} is missing: apt-get install debootstrap debian-archive-keyring",
                file.display()
            )));
        }
    }
    Ok(())
}

fn install(root: &Path, log: &Path, lock: &File) -> Result<()> {
    let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let logged = |command: &mut Command, what: &str| -> Result<()> {
        let status = command
            // Empty, and so it stays locked until the last program has ended, even if this process
            // is killed before.
            .stdin(lock.try_clone()?)
            .stdout(output.try_clone()?)
            .stderr(output.try_clone()?)
            .status()?;
        if !status.success() {
            bail!("{what}: {status}");
        }
        Ok(())
    };
    // It mounts on its own: in a namespace, so that nothing stays mounted when it is interrupted.
    let mut debootstrap = unshare();
    fresh(&mut debootstrap)
        .args(["debootstrap", "--variant=minbase"])
        .arg("--include=ca-certificates")
        .arg(format!("--keyring={KEYRING}"))
        .arg(SUITE)
        .arg(root);
    logged(&mut debootstrap, "debootstrap failed")?;

    fs::write(root.join("etc/apt/apt.conf.d/90colorist"), apt()?)?;
    fs::write(root.join("etc/dpkg/dpkg.cfg.d/90colorist"), DPKG)?;
    for name in ["etc/resolv.conf", "etc/hosts"] {
        // Mounted over; it may be a link that leads nowhere here.
        let _ = fs::remove_file(root.join(name));
        fs::write(root.join(name), "")?;
    }
    let mut packages = enter(root, Path::new("/"), Path::new(""), &[]);
    packages
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["sh", "-c", INSTALL, "sh"])
        .args(PACKAGES);
    logged(&mut packages, "the packages could not be installed")
}

/// How this machine's apt fetches: its proxies, and what it knows of its mirror's dates.
fn apt() -> Result<String> {
    let output = Command::new("apt-config")
        .args(["dump", "Acquire"])
        .output()
        .context("cannot start apt-config")?;
    let host = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(host + "Acquire::Languages \"none\";\nAcquire::Retries \"3\";\n")
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// The last lines of a log.
fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..]
        .iter()
        .map(|line| format!("{line}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;

    #[test]
    fn the_end_of_a_log_is_shown() {
        let log = env::temp_dir().join(format!("colorist-log-{}", std::process::id()));
        let lines: String = (1..=30).map(|line| format!("line {line}\n")).collect();
        fs::write(&log, lines).unwrap();
        let end = tail(&log);
        fs::remove_file(&log).unwrap();
        assert!(end.starts_with("line 11\n") && end.ends_with("line 30\n"));
        assert_eq!(tail(&log), "");
    }
}

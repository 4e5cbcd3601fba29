//! `cargo xtask bindings`: the Kotlin and Swift that UniFFI generates, and whether the committed
//! files are those.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{fs, io};

use anyhow::{Context, Result, bail};

use crate::cargo::{cargo, run};
use crate::{native, paths};

/// Where the generated files are committed.
const COMMITTED: &str = "bindings/generated";
const CONFIG: &str = "bindings/uniffi.toml";

/// UniFFI's own module map names modules that only Apple's compilers have, and no library to link.
const MODULE_MAP: &str = r#"module CColorist {
    header "CColorist.h"
    link "colorist_ffi"
    export *
}
"#;

/// Contents by their path below one folder.
type Files = BTreeMap<PathBuf, Vec<u8>>;

pub(crate) fn command(check: bool) -> Result<ExitCode> {
    if check {
        self::check()?;
        println!("{COMMITTED} is what UniFFI generates");
        return Ok(ExitCode::SUCCESS);
    }
    let folder = paths::root().join(COMMITTED);
    let generated = generate()?;
    let changes = changes(&generated, &read(&folder)?);
    // Only what changed is written: the other files stay as old as what was built from them.
    for change in &changes {
        let path = folder.join(&change.path);
        match generated.get(&change.path) {
            Some(content) => write(&path, content)?,
            None => fs::remove_file(&path)
                .with_context(|| format!("cannot remove {}", path.display()))?,
        }
        println!("{change}");
    }
    println!("{} files changed in {COMMITTED}", changes.len());
    Ok(ExitCode::SUCCESS)
}

/// Fails when the committed files are not the generated ones.
pub(crate) fn check() -> Result<()> {
    let committed = read(&paths::root().join(COMMITTED))?;
    let changes = changes(&generate()?, &committed);
    if !changes.is_empty() {
        let list: String = changes.iter().map(|change| format!("\n{change}")).collect();
        bail!(
            "{COMMITTED} is not what UniFFI generates from bindings/src; \
             run `cargo xtask bindings` and commit the result{list}"
        );
    }
    Ok(())
}

fn generate() -> Result<Files> {
    let library = native::library(false)?;
    let generator = generator()?;
    let work = paths::target()?.join(format!("bindings-{}", std::process::id()));
    let outcome = generate_in(&work, &generator, &library);
    // The outcome matters more than a folder left behind.
    let _ = fs::remove_dir_all(&work);
    outcome
}

fn generate_in(work: &Path, generator: &Path, library: &Path) -> Result<Files> {
    for language in ["kotlin", "swift"] {
        run(Command::new(generator)
            .current_dir(paths::root())
            .args(["generate", "--no-format", "--config", CONFIG])
            .args(["--language", language, "--out-dir"])
            .args([&work.join(language), library]))
        .with_context(|| format!("UniFFI could not generate {language}"))?;
    }
    Ok(read(work)?.into_iter().map(place).collect())
}

/// Swift's package manager wants one folder a module, and the module map by its fixed name.
fn place((path, content): (PathBuf, Vec<u8>)) -> (PathBuf, Vec<u8>) {
    let swift = Path::new("swift");
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("swift") => (swift.join("ColoristFFI/ColoristFFI.swift"), content),
        Some("h") => (swift.join("CColorist/CColorist.h"), content),
        Some("modulemap") => (
            swift.join("CColorist/module.modulemap"),
            MODULE_MAP.as_bytes().to_vec(),
        ),
        _ => (path, content),
    }
}

/// UniFFI's generator, built once into the cache folder: it takes minutes, and rarely changes.
fn generator() -> Result<PathBuf> {
    let target = paths::cache()?.join("bindgen");
    paths::make(&target)?;
    run(cargo(&["build", "--package", "colorist-bindgen"])
        // It runs for a fraction of a second.
        .args(["--config", "profile.dev.opt-level=0"])
        .args(["--config", "profile.dev.package.\"*\".opt-level=0"])
        .args(["--config", "profile.dev.debug=false"])
        .arg("--target-dir")
        .arg(&target))
    .context("cannot build UniFFI's generator")?;
    let program = format!("debug/uniffi-bindgen{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join(program))
}

/// One file that is not as generated.
#[derive(Debug, PartialEq)]
struct Change {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug, PartialEq)]
enum Kind {
    Differs,
    Missing,
    Extra,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Differs => "differs",
            Kind::Missing => "missing",
            Kind::Extra => "extra",
        };
        write!(f, "{kind:8} {COMMITTED}/{}", self.path.display())
    }
}

fn changes(generated: &Files, committed: &Files) -> Vec<Change> {
    let wanted = generated.iter().filter_map(|(path, content)| {
        let kind = match committed.get(path) {
            None => Kind::Missing,
            Some(found) if found != content => Kind::Differs,
            Some(_) => return None,
        };
        Some((path, kind))
    });
    let extra = committed
        .keys()
        .filter(|path| !generated.contains_key(*path))
        .map(|path| (path, Kind::Extra));
    wanted
        .chain(extra)
        .map(|(path, kind)| Change {
            path: path.clone(),
            kind,
        })
        .collect()
}

/// Every file below a folder; none when there is no folder.
fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let entries = match fs::read_dir(&next) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.with_context(|| format!("cannot read {}", next.display()))?,
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let content =
                    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                files.insert(path.strip_prefix(folder)?.to_path_buf(), content);
            }
        }
    }
    Ok(files)
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(all: &[(&str, &str)]) -> Files {
        all.iter()
            .map(|(path, content)| (PathBuf::from(path), content.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn every_kind_of_drift_is_named() {
        let generated = files(&[("a.kt", "1"), ("b.kt", "2"), ("c.kt", "3")]);
        assert_eq!(changes(&generated, &generated), []);
        let committed = files(&[("a.kt", "1"), ("b.kt", "edited"), ("old.kt", "4")]);
        let said: Vec<_> = changes(&generated, &committed)
            .iter()
            .map(Change::to_string)
            .collect();
        assert_eq!(
            said,
            [
                "differs  bindings/generated/b.kt",
                "missing  bindings/generated/c.kt",
                "extra    bindings/generated/old.kt",
            ]
        );
    }

    #[test]
    fn a_folder_is_read_to_its_depths() {
        let folder = std::env::temp_dir().join(format!("colorist-read-{}", std::process::id()));
        write(&folder.join("a/b/c.kt"), b"1").unwrap();
        write(&folder.join("d.h"), b"2").unwrap();
        let found = read(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, files(&[("a/b/c.kt", "1"), ("d.h", "2")]));
        assert!(read(&folder).unwrap().is_empty());
    }

    #[test]
    fn swift_gets_a_folder_for_each_module() {
        let generated = files(&[
            ("kotlin/dev/colorist/internal/colorist_ffi.kt", "k"),
            ("swift/CColorist.h", "h"),
            ("swift/CColorist.modulemap", "use \"Darwin\""),
            ("swift/ColoristFFI.swift", "s"),
        ]);
        let placed: Files = generated.into_iter().map(place).collect();
        let expected = files(&[
            ("kotlin/dev/colorist/internal/colorist_ffi.kt", "k"),
            ("swift/CColorist/CColorist.h", "h"),
            ("swift/CColorist/module.modulemap", MODULE_MAP),
            ("swift/ColoristFFI/ColoristFFI.swift", "s"),
        ]);
        assert_eq!(placed, expected);
    }
}

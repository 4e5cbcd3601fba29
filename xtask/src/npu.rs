//! The student on Qualcomm's NPU, which QNN's libraries for x86-64 Linux emulate.
//!
//! The libraries are Qualcomm's, under its own license: they are fetched to test with, and nothing of
//! this project contains or redistributes them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::cargo::{build, run};
use crate::platform::Platform;
use crate::tools::Missing;
use crate::{ort, paths, python};

const REQUIREMENT: &str = "onnxruntime-qnn==2.7.0";
const PYTHON: &str = "3.11";
const TAG: &str = "manylinux_2_35_x86_64";
const SHA256: &str = "c56c01562b8534fe8980cfea4601408d950c065f8251fb862ce82101c52c9849";

/// ONNX Runtime's part and the emulator, and the folder of the C++ library that the latter loads.
const PROVIDER: &str = "onnxruntime_qnn/libonnxruntime_providers_qnn.so";
const BACKEND: &str = "onnxruntime_qnn/libQnnHtp.so";
const SUPPORT: &str = "onnxruntime_qnn.libs/";

/// Gives a small pack a graph for NPUs and runs its goldens there.
pub(crate) fn test() -> Result<()> {
    let libraries = libraries()?;
    ort::ensure_host()?;
    let program = build()?.join(format!("colorist{}", std::env::consts::EXE_SUFFIX));
    let root = paths::root();
    let pack = paths::target()?.join("npu").join("sticker-pack");
    run(Command::new(python::environment("models")?)
        .args([
            "-m",
            "colorist_models",
            "export",
            "--target",
            "npu",
            "--from",
        ])
        .arg(root.join("tests/golden/sticker-pack"))
        .arg("--data")
        .arg(root.join("models/examples/stickers"))
        .arg("--out")
        .arg(&pack)
        .env("PYTHONPATH", root.join("models")))?;
    let output = Command::new(program)
        .args([
            "inspect",
            "--json",
            "--accept-slower",
            "--provider",
            "qnn",
            "--pack",
        ])
        .arg(&pack)
        .arg("--qnn-library")
        .arg(libraries.join(PROVIDER))
        .arg("--qnn-backend")
        .arg(libraries.join(BACKEND))
        .output()
        .context("cannot start the program")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}", said.trim());
    // QNN's libraries write to the standard output too, before the report or behind it.
    let told = String::from_utf8_lossy(&output.stdout);
    let report = told.find("{\n").and_then(|at| told.get(at..));
    let report: Value = serde_json::Deserializer::from_str(report.unwrap_or_default())
        .into_iter()
        .next()
        .and_then(Result::ok)
        .context("`inspect` wrote no report")?;
    check(&report["providers"])
}

/// The provider was taken, which it is when no node was left to the CPU and the goldens came out.
fn check(providers: &Value) -> Result<()> {
    if providers["running"] != "QNN" {
        bail!("the NPU was not used: {providers}");
    }
    println!("{providers}");
    Ok(())
}

/// The folder of the unpacked wheel in the cache.
fn libraries() -> Result<PathBuf> {
    if Platform::host().ok() != Some(Platform::LinuxX86_64) {
        bail!(Missing(
            "Qualcomm's NPU is emulated on Linux x86-64 only".into()
        ));
    }
    let folder = paths::cache()?.join(REQUIREMENT.replace("==", "-"));
    if folder.join(BACKEND).is_file() {
        return Ok(folder);
    }
    let parent = folder.parent().context("the cache folder has no parent")?;
    let work = parent.join(format!("fetch-qnn-{}", std::process::id()));
    paths::make(&work)?;
    let outcome = fetch(&work, &folder);
    // The outcome matters more than a folder left behind.
    let _ = fs::remove_dir_all(&work);
    outcome?;
    Ok(folder)
}

/// Only what is loaded is unpacked: 115 of 250 MB.
fn fetch(work: &Path, folder: &Path) -> Result<()> {
    eprintln!("fetching {REQUIREMENT}");
    let wheel = ort::download(REQUIREMENT, PYTHON, TAG, SHA256, work)?;
    let mut archive = zip::ZipArchive::new(File::open(wheel)?)?;
    let unpacked = work.join("unpacked");
    for index in 0..archive.len() {
        let mut member = archive.by_index(index)?;
        let name = member
            .enclosed_name()
            .context("the wheel has an odd name")?;
        let wanted = [PROVIDER, BACKEND].map(Path::new).contains(&name.as_path());
        if member.is_dir() || !(wanted || name.starts_with(SUPPORT)) {
            continue;
        }
        let target = unpacked.join(name);
        paths::make(target.parent().context("a name without a folder")?)?;
        std::io::copy(&mut member, &mut File::create(&target)?)
            .context("cannot unpack the wheel")?;
    }
    // Renamed in one step: another process sees all the libraries or none.
    fs::rename(&unpacked, folder)
        .with_context(|| format!("cannot move the libraries to {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_run_on_the_npu_will_do() {
        assert!(check(&json!({"running": "QNN", "others": []})).is_ok());
        let cpu = json!({"running": "CPU", "others": [{"name": "QNN", "why": "other"}]});
        assert!(check(&cpu).unwrap_err().to_string().contains("other"));
    }
}

//! `cargo xtask ios`: the XCFramework that the Swift package uses on Apple's platforms.
//!
//! Each slice is one static library with ONNX Runtime in it, so that an app has nothing else to add.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::cargo::{cargo, run};
use crate::tools::Missing;
use crate::{paths, platform};

/// Names ONNX Runtime's XCFramework, as ort's build script calls it.
const RUNTIME: &str = "ORT_IOS_XCFWK_PATH";
pub(crate) const LIBRARY: &str = "libcolorist_ffi.a";
/// Rust's names of iPhones and of their simulator on Apple silicon.
pub(crate) const DEVICE: &str = "aarch64-apple-ios";
pub(crate) const SIMULATOR: &str = "aarch64-apple-ios-sim";
/// Cargo's arguments for a linked ONNX Runtime.
pub(crate) const FEATURES: [&str; 3] = ["--no-default-features", "--features", "ort-link"];

/// One library of the XCFramework.
struct Slice {
    /// Rust's name of the target.
    target: &'static str,
    /// Apple's name of the processor.
    architecture: &'static str,
    /// Its folder in ONNX Runtime's XCFramework, which depends on what else that serves.
    folders: &'static [&'static str],
    /// The variable and the oldest system that libraries are built for.
    deployment: (&'static str, &'static str),
}

/// By this name ort's build script looks for one library to link.
const LINKED: &str = "libonnxruntime.a";

/// The oldest iOS, as in Package.swift.
pub(crate) const OLDEST: &str = "16.0";
const IOS: (&str, &str) = ("IPHONEOS_DEPLOYMENT_TARGET", OLDEST);
/// As in Package.swift.
const MACOS: (&str, &str) = ("MACOSX_DEPLOYMENT_TARGET", "13.4");

/// Apple's own processors. ONNX Runtime's XCFramework has no simulator for Intel that ort would
/// link by itself, and Xcode 26 is the last one that runs there.
const SLICES: [Slice; 3] = [
    Slice {
        target: DEVICE,
        architecture: "arm64",
        folders: &["ios-arm64"],
        deployment: IOS,
    },
    Slice {
        target: SIMULATOR,
        architecture: "arm64",
        folders: &["ios-arm64_x86_64-simulator", "ios-arm64-simulator"],
        deployment: IOS,
    },
    Slice {
        target: "aarch64-apple-darwin",
        architecture: "arm64",
        folders: &["macos-arm64_x86_64", "macos-arm64"],
        deployment: MACOS,
    },
];

pub(crate) fn command() -> Result<ExitCode> {
    if !cfg!(target_os = "macos") {
        bail!(Missing(
            "only macOS can build for iOS: it takes Xcode's tools".into()
        ));
    }
    let runtime = runtime(paths::variable(RUNTIME).as_deref())?;
    let folder = paths::root().join("target/ios");
    let product = folder.join("CColorist.xcframework");
    // Xcode's tool refuses to write over one.
    if product.exists() {
        fs::remove_dir_all(&product)?;
    }
    let headers = folder.join("headers");
    headers_into(&headers.join("CColorist"))?;
    let mut libraries = Vec::new();
    for slice in &SLICES {
        let link = folder.join("onnxruntime").join(slice.target);
        fs::create_dir_all(&link)?;
        take(slice, &slice.archive(&runtime)?, &link)?;
        run(&mut build(slice, &link)).with_context(|| {
            let target = slice.target;
            format!("cannot build for {target}; if it is missing: rustup target add {target}")
        })?;
        libraries.push(built(slice));
    }
    run(&mut assemble(&libraries, &headers, &product))?;
    let archive = folder.join("CColorist.xcframework.zip");
    run(Command::new("ditto")
        .args(["-c", "-k", "--keepParent"])
        .args([&product, &archive]))?;
    println!("{}", product.display());
    println!(
        "for Package.swift, once {} can be downloaded:",
        archive.display()
    );
    run(Command::new("swift")
        .args(["package", "compute-checksum"])
        .arg(&archive))?;
    Ok(ExitCode::SUCCESS)
}

/// ONNX Runtime's XCFramework, from the variable's value.
fn runtime(value: Option<&Path>) -> Result<PathBuf> {
    let version = platform::VERSION;
    let get = format!(
        "set {RUNTIME} to the onnxruntime.xcframework of version {version}, which is in the archive \
         that the pod onnxruntime-c {version} names as its source"
    );
    let Some(value) = value else {
        bail!(Missing(format!("no ONNX Runtime to link: {get}")));
    };
    if !value.join("Info.plist").is_file() {
        bail!("{} is no XCFramework: {get}", value.display());
    }
    Ok(value.to_path_buf())
}

impl Slice {
    /// ONNX Runtime's static library for it.
    fn archive(&self, runtime: &Path) -> Result<PathBuf> {
        self.folders
            .iter()
            .map(|folder| {
                runtime
                    .join(folder)
                    .join("onnxruntime.framework/onnxruntime")
            })
            .find(|file| file.is_file())
            .with_context(|| {
                let folders = self.folders.join(" or ");
                format!("{} has no {folders} for {}", runtime.display(), self.target)
            })
    }
}

/// Puts ONNX Runtime's library for the slice into the folder to link from.
fn take(slice: &Slice, archive: &Path, link: &Path) -> Result<()> {
    let said = Command::new("lipo").arg("-info").arg(archive).output();
    let said = said.context("cannot start lipo, a tool of Xcode's")?.stdout;
    // `-thin` refuses a file that is for one processor only.
    if String::from_utf8_lossy(&said).starts_with("Non-fat") {
        fs::copy(archive, link.join(LINKED))
            .with_context(|| format!("cannot copy {}", archive.display()))?;
        return Ok(());
    }
    run(&mut thin(slice, archive, link))
}

/// Takes one processor's part out of a library for several.
fn thin(slice: &Slice, archive: &Path, link: &Path) -> Command {
    let mut command = Command::new("lipo");
    command
        .arg(archive)
        .args(["-thin", slice.architecture, "-output"])
        .arg(link.join(LINKED));
    command
}

fn build(slice: &Slice, link: &Path) -> Command {
    let mut command = cargo(&["rustc", "--locked", "--package", "colorist-ffi", "--lib"]);
    command
        .args(FEATURES)
        .args(["--profile", "mobile", "--crate-type", "staticlib"])
        .args(["--target", slice.target, "--target-dir"])
        .arg(target())
        .env("ORT_LIB_PATH", link)
        // It would be preferred, and then only be named, not taken in.
        .env_remove(RUNTIME)
        .env(slice.deployment.0, slice.deployment.1);
    command
}

fn target() -> PathBuf {
    paths::root().join("target")
}

fn built(slice: &Slice) -> PathBuf {
    target().join(slice.target).join("mobile").join(LIBRARY)
}

fn assemble(libraries: &[PathBuf], headers: &Path, product: &Path) -> Command {
    let mut arguments: Vec<OsString> = vec!["-create-xcframework".into()];
    for library in libraries {
        let pair = [
            "-library".as_ref(),
            library.as_os_str(),
            "-headers".as_ref(),
            headers.as_os_str(),
        ];
        arguments.extend(pair.map(OsString::from));
    }
    let mut command = Command::new("xcodebuild");
    command.args(arguments).arg("-output").arg(product);
    command
}

/// Copies the C module. It gets a folder of its own: two frameworks may not both have a module map
/// at the top.
fn headers_into(folder: &Path) -> Result<()> {
    let generated = paths::root().join("bindings/generated/swift/CColorist");
    fs::create_dir_all(folder)?;
    fs::copy(generated.join("CColorist.h"), folder.join("CColorist.h"))?;
    let map = fs::read_to_string(generated.join("module.modulemap"))?;
    fs::write(folder.join("module.modulemap"), apple(&map)?)?;
    Ok(())
}

/// The module map with what ONNX Runtime needs on Apple's platforms, instead of our library, which
/// the XCFramework brings.
fn apple(map: &str) -> Result<String> {
    let ours = "link \"colorist_ffi\"";
    if !map.contains(ours) {
        bail!("the generated module map does not say {ours}");
    }
    let theirs = "link \"c++\"\n    link framework \"Foundation\"\n    link framework \"CoreML\"";
    Ok(map.replace(ours, theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(command: &Command) -> String {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }

    #[test]
    fn each_slice_is_built_with_its_own_runtime_in_it() {
        for slice in &SLICES {
            let link = Path::new("/link").join(slice.target);
            let command = build(slice, &link);
            let line = line(&command);
            assert!(
                line.contains("--no-default-features --features ort-link"),
                "{line}"
            );
            assert!(
                line.contains(&format!("--target {} ", slice.target)),
                "{line}"
            );
            assert!(line.contains("--crate-type staticlib"), "{line}");
            let variables: Vec<_> = command.get_envs().collect();
            assert!(variables.contains(&("ORT_LIB_PATH".as_ref(), Some(link.as_os_str()))));
            assert!(variables.contains(&(RUNTIME.as_ref(), None)));
        }
    }

    #[test]
    fn the_framework_has_the_headers_with_every_library() {
        let libraries: Vec<_> = SLICES.iter().map(built).collect();
        let command = assemble(&libraries, Path::new("/h"), Path::new("/out"));
        let line = line(&command);
        assert!(
            line.starts_with("xcodebuild -create-xcframework -library /"),
            "{line}"
        );
        assert_eq!(line.matches("libcolorist_ffi.a -headers /h").count(), 3);
        assert!(line.ends_with("-output /out"), "{line}");
    }

    #[test]
    fn what_is_missing_is_named_with_the_cure() {
        let message = runtime(None).unwrap_err();
        assert!(message.is::<Missing>());
        assert!(message.to_string().contains(platform::VERSION), "{message}");
        let nowhere = runtime(Some(Path::new("/nowhere")))
            .unwrap_err()
            .to_string();
        assert!(nowhere.contains("/nowhere is no XCFramework"), "{nowhere}");
        let slice = SLICES[1].archive(Path::new("/x")).unwrap_err().to_string();
        assert!(
            slice.contains("ios-arm64_x86_64-simulator or ios-arm64-simulator"),
            "{slice}"
        );
        if !cfg!(target_os = "macos") {
            assert!(command().unwrap_err().is::<Missing>());
        }
    }

    #[test]
    fn the_simulator_is_found_under_either_name() {
        let folder = std::env::temp_dir().join(format!("colorist-ios-{}", std::process::id()));
        let framework = folder.join("ios-arm64-simulator/onnxruntime.framework");
        fs::create_dir_all(&framework).unwrap();
        fs::write(framework.join("onnxruntime"), "").unwrap();
        fs::write(folder.join("Info.plist"), "").unwrap();
        let found = runtime(Some(&folder)).and_then(|runtime| SLICES[1].archive(&runtime));
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found.unwrap(), framework.join("onnxruntime"));
    }

    #[test]
    fn the_module_map_names_what_the_runtime_needs() {
        let folder = std::env::temp_dir().join(format!("colorist-map-{}", std::process::id()));
        headers_into(&folder).unwrap();
        let map = fs::read_to_string(folder.join("module.modulemap")).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert!(map.contains("module CColorist") && map.contains("link framework \"CoreML\""));
        assert!(!map.contains("colorist_ffi"), "{map}");
        assert!(apple("module Other {}").is_err());
    }
}

//! The library for iPhones without a Mac: compiled in full, linked against stubs.
//!
//! LLVM's linker makes an image out of the static library as Xcode would of an app that calls
//! everything: all functions of the generated header are its exports, what they do not reach is left
//! out. This proves that every object is for 64-bit ARM and iOS, that no exported function is missing,
//! and that all it takes from the system and from ONNX Runtime is in the list of `darwin` (the linker
//! knows nothing else). The image runs nowhere.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::darwin;
use crate::cargo::run_as;
use crate::root::{self, Root};
use crate::{ios, paths};

/// What was built.
pub(super) struct Built {
    /// What the XCFramework gets, less ONNX Runtime.
    pub(super) library: PathBuf,
    /// What an app gains.
    pub(super) image: PathBuf,
}

/// Builds the static library and links it.
pub(super) fn build(root: &Root) -> Result<Built> {
    let builds = root::builds()?;
    let mut command = root.cargo("rustc")?;
    command
        .args(["--package", "colorist-ffi", "--lib"])
        .args(ios::FEATURES)
        .args(["--crate-type", "staticlib", "--target", ios::DEVICE])
        .arg(root::LIBRARY)
        // ONNX Runtime is only named: there is none to take in.
        .env("ORT_LIB_PATH", &builds)
        .env("ORT_PREFER_DYNAMIC_LINK", "1");
    run_as("cargo rustc", &mut command)?;
    let library = builds.join(ios::DEVICE).join("release").join(ios::LIBRARY);
    let image = link(root, &library)?;
    Ok(Built { library, image })
}

fn link(root: &Root, library: &Path) -> Result<PathBuf> {
    let folder = root::builds()?.join("apple");
    paths::make(&folder)?;
    let write = |name: &str, text: &str| {
        fs::write(folder.join(name), text)
            .with_context(|| format!("cannot write {name} in {}", folder.display()))
    };
    for (name, symbols) in darwin::LIBRARIES {
        write(&format!("lib{name}.tbd"), &darwin::stub(name, symbols))?;
    }
    let header = paths::root().join("bindings/generated/swift/CColorist/CColorist.h");
    write("exports", &exports(&fs::read_to_string(header)?)?)?;
    let image = folder.join("linked.dylib");
    let mut command = root.command("ld64.lld", &folder, &root::shared()?);
    command
        .args(["-arch", "arm64", "-platform_version", "ios"])
        .args([ios::OLDEST, ios::OLDEST])
        .args([
            "-dylib",
            "-dead_strip",
            "-x",
            "-fixup_chains",
            "-fatal_warnings",
        ])
        .args(["-exported_symbols_list", "exports", "-o"])
        .arg(&image)
        .arg("-force_load")
        .arg(library)
        .args(["-L."])
        .args(darwin::LIBRARIES.map(|(name, _)| format!("-l{name}")));
    run_as("ld64.lld", &mut command).context(
        "the library does not link for iOS; a symbol that is undefined is one that \
         xtask/src/mobile/darwin.rs does not list",
    )?;
    Ok(image)
}

/// The functions of the generated header, as the linker calls them.
fn exports(header: &str) -> Result<String> {
    let names: String = header
        .lines()
        .filter(|line| !line.starts_with("typedef"))
        .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next())
        .filter(|name| name.contains("colorist_ffi"))
        .map(|name| format!("_{name}\n"))
        .collect();
    if names.is_empty() {
        bail!("the generated header declares no function");
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_of_the_header_are_the_exports() {
        let header = "typedef void (*Callback)(uint64_t);\n\
             void*_Nonnull uniffi_colorist_ffi_fn_clone(void*_Nonnull ptr\n);\n\
             uint64_t uniffi_colorist_ffi_fn_edit(uint64_t ptr\n);\n";
        let expected = "_uniffi_colorist_ffi_fn_clone\n_uniffi_colorist_ffi_fn_edit\n";
        assert_eq!(exports(header).unwrap(), expected);
        assert!(exports("struct Buffer {\n};\n").is_err());
    }
}

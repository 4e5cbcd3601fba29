//! Looks into finished AARs as an app and a device would, and says what each part weighs.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail};
use roxmltree::Document;

use super::abi::{Abi, LIBRARY};
use super::elf::Elf;
use super::{API, pom, proof, rules};
use crate::archive::{Archive, Entry};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What every AAR of ours holds.
const COMMON: [&str; 5] = [
    "AndroidManifest.xml",
    "LICENSE",
    "META-INF/com/android/build/gradle/aar-metadata.properties",
    "R.txt",
    "classes.jar",
];
const ASSET: &str = "assets/colorist-small.colorist";
/// A function that every library of UniFFI exports, with ours in its name.
const EXPORT: &str = "ffi_colorist_ffi_uniffi_contract_version";

/// Which build is looked into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// What apps get
    Release,
    /// The one for tests, around the library of `proof`
    Proof,
}

/// Checks the AARs in a folder, with those that they depend on in its folder `dependencies`.
///
/// Gives what the parts weigh, as lines for people; fails with everything that is wrong.
pub(super) fn check(folder: &Path, expected: Expected) -> Result<Vec<String>> {
    let suffix = match expected {
        Expected::Release => "",
        Expected::Proof => "-layout-proof",
    };
    let open = |name: &str| Archive::open(&folder.join(name));
    let sdk = open(&format!("colorist-android-{VERSION}{suffix}.aar"))?;
    let pack = open(&format!("colorist-small-{VERSION}{suffix}.aar"))?;
    let jna = open("dependencies/jna.aar")?;
    let runtime = folder.join("dependencies/onnxruntime-android.aar");
    // Only who builds for devices must be able to fetch it.
    let runtime = match expected {
        Expected::Proof if !runtime.exists() => None,
        _ => Some(Archive::open(&runtime)?),
    };
    let published = folder.join("published/pom.xml");
    let published = std::fs::read_to_string(&published)
        .with_context(|| format!("cannot read {}", published.display()))?;

    let mut classes = sdk.classes()?;
    classes.append(&mut jna.classes()?);
    let problems = [
        sdk.report(sdk_problems(&sdk, expected)?),
        sdk.report(rules::problems(&sdk.text("proguard.txt"), &classes)),
        sdk.report(pom::problems(&published, VERSION)?),
        pack.report(pack_problems(&pack)),
        jna.report(libraries(&jna, expected, "libjnidispatch.so")),
        runtime.as_ref().map_or_else(Vec::new, |runtime| {
            runtime.report(libraries(runtime, expected, "libonnxruntime.so"))
        }),
    ]
    .concat();
    if !problems.is_empty() {
        bail!(
            "the AARs are not fit for apps:\n- {}",
            problems.join("\n- ")
        );
    }
    let all = [Some(&sdk), Some(&pack), Some(&jna), runtime.as_ref()];
    let sizes = all
        .into_iter()
        .flatten()
        .flat_map(|one| sizes(one, expected));
    Ok(sizes.collect())
}

fn sdk_problems(sdk: &Archive, expected: Expected) -> Result<Vec<String>> {
    let own = abis(expected).map(|abi| format!("jni/{}/{LIBRARY}", abi.folder()));
    let wanted = own.chain(["proguard.txt".to_owned()]);
    let mut problems = entries(sdk, wanted);
    problems.append(&mut manifest(&sdk.text(COMMON[0]), "dev.colorist"));
    let classes = sdk.classes()?;
    for class in ["dev/colorist/Colorist", "dev/colorist/internal/UniffiLib"] {
        if !classes.contains(class) {
            problems.push(format!("classes.jar has no {class}"));
        }
    }
    problems.append(&mut libraries(sdk, expected, LIBRARY));
    for abi in abis(expected) {
        let name = format!("jni/{}/{LIBRARY}", abi.folder());
        let Some(Ok(elf)) = sdk.entries.get(&name).map(|entry| Elf::read(&entry.bytes)) else {
            continue; // Reported above.
        };
        if !elf.exports.contains(EXPORT) {
            problems.push(format!("{name} does not export {EXPORT}"));
        }
        let soname = match expected {
            Expected::Release => LIBRARY,
            Expected::Proof => proof::SONAME,
        };
        if elf.soname.as_deref() != Some(soname) {
            problems.push(format!(
                "{name} calls itself {:?}, not {soname}",
                elf.soname
            ));
        }
    }
    Ok(problems)
}

fn pack_problems(pack: &Archive) -> Vec<String> {
    let mut problems = entries(pack, [ASSET.to_owned()].into_iter());
    problems.append(&mut manifest(
        &pack.text(COMMON[0]),
        "dev.colorist.pack.small",
    ));
    if pack.entries.get(ASSET).is_some_and(|entry| !entry.stored) {
        problems.push(format!("{ASSET} is compressed"));
    }
    problems
}

/// The ABIs that a build is for.
fn abis(expected: Expected) -> impl Iterator<Item = Abi> {
    let all = match expected {
        Expected::Release => &Abi::ALL[..],
        Expected::Proof => &[Abi::Arm64],
    };
    all.iter().copied()
}

/// What is wrong with the libraries for our ABIs; one of that name must be there.
fn libraries(archive: &Archive, expected: Expected, required: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for abi in abis(expected) {
        let folder = format!("jni/{}/", abi.folder());
        let all: Vec<_> = archive
            .entries
            .iter()
            .filter_map(|(name, entry)| Some((name.strip_prefix(&folder)?, entry)))
            .collect();
        let names: Vec<_> = all.iter().map(|(name, _)| *name).collect();
        if !names.contains(&required) {
            problems.push(format!("{folder}{required} is missing"));
        }
        for (name, entry) in all {
            match Elf::read(&entry.bytes) {
                Ok(elf) => problems.extend(
                    elf.problems(abi, &names)
                        .into_iter()
                        .map(|problem| format!("{folder}{name}: {problem}")),
                ),
                Err(error) => problems.push(format!("{folder}{name}: {error:#}")),
            }
        }
    }
    problems
}

/// Whether an AAR holds these entries beside the common ones, and nothing else.
fn entries(archive: &Archive, more: impl Iterator<Item = String>) -> Vec<String> {
    let wanted: BTreeSet<_> = COMMON.map(String::from).into_iter().chain(more).collect();
    let found: BTreeSet<_> = archive.entries.keys().cloned().collect();
    let missing = wanted
        .difference(&found)
        .map(|name| format!("{name} is missing"));
    let extra = found
        .difference(&wanted)
        .map(|name| format!("{name} should not be there"));
    missing.chain(extra).collect()
}

/// A manifest may name the oldest API level, and ask for nothing.
fn manifest(text: &str, package: &str) -> Vec<String> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => return vec![format!("the manifest is not XML: {error}")],
    };
    let root = document.root_element();
    let mut problems = Vec::new();
    if root.attribute("package") != Some(package) {
        problems.push(format!("the manifest is not that of {package}"));
    }
    let level = API.to_string();
    let mut levels = 0;
    for element in root.descendants().skip(1).filter(|node| node.is_element()) {
        let minimum = element
            .attributes()
            .find(|attribute| attribute.name() == "minSdkVersion");
        if element.tag_name().name() != "uses-sdk" {
            let name = element.tag_name().name();
            problems.push(format!("the manifest asks apps for more: <{name}>"));
        } else if minimum.is_some_and(|minimum| minimum.value() == level) {
            levels += 1;
        }
    }
    if levels != 1 {
        problems.push(format!("the manifest does not say minSdkVersion {API}"));
    }
    problems
}

/// What an app takes from it, and how much that weighs.
fn sizes(archive: &Archive, expected: Expected) -> Vec<String> {
    let taken = |name: &str| {
        let ours = |abi: Abi| name.starts_with(&format!("jni/{}/", abi.folder()));
        !name.starts_with("jni/") || abis(expected).any(ours)
    };
    let heavy = |(name, entry): &(&String, &Entry)| entry.bytes.len() >= 20_000 && taken(name);
    let line = |(name, entry): (&String, &Entry)| {
        let megabytes = entry.bytes.len() as f64 / 1e6;
        format!("{megabytes:9.3} MB  {}: {name}", archive.name)
    };
    archive.entries.iter().filter(heavy).map(line).collect()
}

#[cfg(test)]
mod tests;

//! What the packages declare to the systems that install them.

use std::fs;

use anyhow::{Context, Result, bail};
use roxmltree::{Document, Node, ParsingOptions};

use crate::archive::Archive;
use crate::paths;

/// The manifest that Apple asks for, as Package.swift names it.
const RESOURCE: &str = "Resources/PrivacyInfo.xcprivacy";

/// Elements of an Android manifest that give an app nothing it could be asked about.
const HARMLESS: [&str; 3] = ["manifest", "uses-sdk", "application"];

/// The privacy manifest for iOS: no tracking, nothing collected, and part of the package.
pub(super) fn ios() -> Result<()> {
    let package = paths::root().join("Package.swift");
    if !fs::read_to_string(&package)?.contains(&format!(".copy(\"{RESOURCE}\")")) {
        bail!("Package.swift does not copy {RESOURCE}");
    }
    let file = paths::root().join("ios/Sources/Colorist").join(RESOURCE);
    let text =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let problems = privacy_manifest(&text)?;
    if !problems.is_empty() {
        bail!("{RESOURCE}: {}", problems.join("; "));
    }
    Ok(())
}

fn privacy_manifest(text: &str) -> Result<Vec<String>> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options)?;
    let value = |key: &str| -> Option<Node<'_, '_>> {
        let dictionary = document.root_element().first_element_child()?;
        let mut children = dictionary.children().filter(Node::is_element);
        children.find(|node| node.has_tag_name("key") && node.text() == Some(key))?;
        children.next()
    };
    let empty =
        |node: Node<'_, '_>| node.has_tag_name("array") && node.first_element_child().is_none();
    let mut problems = Vec::new();
    if !value("NSPrivacyTracking").is_some_and(|node| node.has_tag_name("false")) {
        problems.push("NSPrivacyTracking is not false".to_owned());
    }
    for key in ["NSPrivacyTrackingDomains", "NSPrivacyCollectedDataTypes"] {
        if !value(key).is_some_and(empty) {
            problems.push(format!("{key} is not an empty array"));
        }
    }
    Ok(problems)
}

/// What an AAR's manifest asks of the app that takes it in: permissions, services and the like.
pub(super) fn android(aar: &Archive) -> Vec<String> {
    let text = aar.text("AndroidManifest.xml");
    match Document::parse(&text) {
        Ok(document) => document
            .descendants()
            .filter(Node::is_element)
            .map(|node| node.tag_name().name())
            .filter(|name| !HARMLESS.contains(name))
            .map(|name| format!("the manifest has <{name}>"))
            .collect(),
        Err(error) => vec![format!("the manifest is not XML: {error}")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tracking_and_collected_data_are_found() {
        let text = |tracking: &str, collected: &str| {
            format!(
                "<!DOCTYPE plist><plist><dict><key>NSPrivacyTracking</key><{tracking}/>\
                 <key>NSPrivacyTrackingDomains</key><array/>\
                 <key>NSPrivacyCollectedDataTypes</key>{collected}</dict></plist>"
            )
        };
        let problems = |tracking, collected| privacy_manifest(&text(tracking, collected)).unwrap();
        assert_eq!(problems("false", "<array/>"), [""; 0]);
        assert_eq!(problems("true", "<array/>").len(), 1);
        assert_eq!(problems("false", "<array><dict/></array>").len(), 1);
        assert_eq!(privacy_manifest("<plist><dict/></plist>").unwrap().len(), 3);
        assert!(privacy_manifest("no plist").is_err());
    }

    #[test]
    fn the_manifest_in_the_package_says_so() {
        ios().unwrap();
    }
}

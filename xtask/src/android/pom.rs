//! What a published pom.xml tells an app to fetch.

use anyhow::{Context, Result};
use roxmltree::{Document, Node};

use crate::platform;

/// `group:artifact:type:scope` of what the AAR depends on, in alphabetical order.
const DEPENDENCIES: [&str; 5] = [
    "com.microsoft.onnxruntime:onnxruntime-android:aar:runtime",
    "dev.colorist:colorist-small:aar:runtime",
    "net.java.dev.jna:jna:aar:runtime",
    "org.jetbrains.kotlin:kotlin-stdlib:jar:compile",
    "org.jetbrains.kotlinx:kotlinx-coroutines-android:jar:compile",
];

/// What is wrong with the AAR's pom, in words.
pub(super) fn problems(text: &str, version: &str) -> Result<Vec<String>> {
    let document = Document::parse(text).context("it is not XML")?;
    let project = document.root_element();
    let mut problems = Vec::new();
    let mut found = Vec::new();
    let dependencies = child(project, "dependencies");
    for dependency in dependencies
        .iter()
        .flat_map(|all| all.children().filter(Node::is_element))
    {
        let of = |name| content(dependency, name);
        let kind = of("type").unwrap_or("jar");
        let group = of("groupId").unwrap_or_default();
        let artifact = of("artifactId").unwrap_or_default();
        let scope = of("scope").unwrap_or("compile");
        found.push(format!("{group}:{artifact}:{kind}:{scope}"));
        let expected = match artifact {
            "onnxruntime-android" => Some(platform::VERSION),
            "colorist-small" => Some(version),
            _ => None,
        };
        let actual = of("version").unwrap_or_default();
        if expected.is_some_and(|expected| expected != actual)
            || !actual.starts_with(|first: char| first.is_ascii_digit())
        {
            problems.push(format!("{artifact} has the version {actual:?}"));
        }
    }
    found.sort();
    if found != DEPENDENCIES {
        problems.push(format!(
            "the dependencies are {found:?}, not {DEPENDENCIES:?}"
        ));
    }
    let own = ["packaging", "version"].map(|name| content(project, name));
    if own != [Some("aar"), Some(version)] {
        problems.push(format!("it describes {own:?}"));
    }
    if child(project, "parent").is_some() {
        problems.push("it has a parent, which is not published".into());
    }
    Ok(problems)
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children()
        .find(|child| child.tag_name().name() == name)
}

fn content<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name)?.text().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pom() -> String {
        let file = super::super::sdk().join("src/main/aar/pom.xml");
        std::fs::read_to_string(file)
            .unwrap()
            .replace("@project.groupId@", "dev.colorist")
            .replace("@project.version@", "9.8.7")
            .replace("@onnxruntime.version@", platform::VERSION)
            .replace(".version@", "@")
            .replace("@kotlin.stdlib@", "2.0")
            .replace("@coroutines@", "1.0")
            .replace("@jna@", "5.0")
    }

    #[test]
    fn the_pom_that_ships_is_right() {
        assert_eq!(problems(&pom(), "9.8.7").unwrap(), [""; 0]);
    }

    #[test]
    fn what_an_app_would_miss_is_found() {
        let first = |text: &str| problems(text, "9.8.7").unwrap().remove(0);
        let scope = pom().replacen("runtime", "test", 1);
        assert!(first(&scope).contains("jna:aar:test"));
        let version = pom().replace(platform::VERSION, "1.29.0");
        assert!(first(&version).contains("onnxruntime-android has the version \"1.29.0\""));
        let unfilled = pom().replace(">5.0<", ">@jna.version@<");
        assert!(first(&unfilled).contains("@jna.version@"));
        let packaging = pom().replace(">aar</packaging>", ">jar</packaging>");
        assert!(first(&packaging).contains("\"jar\""));
        let parent = pom().replace("<dependencies>", "<parent/><dependencies>");
        assert!(first(&parent).contains("parent"));
        assert!(problems("<project", "9.8.7").is_err());
    }
}

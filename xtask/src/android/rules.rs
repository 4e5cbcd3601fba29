//! The rules for R8 in an AAR: that they name what exists.

use std::collections::BTreeSet;

/// Rules without which a minified app breaks.
const REQUIRED: [&str; 4] = [
    "-keep class dev.colorist.internal.** { *; }",
    "-keep class com.sun.jna.* { *; }",
    // R8's full mode: a rule for members alone does not keep the class.
    "-keep class * extends com.sun.jna.* { *; }",
    "-dontwarn java.awt.**",
];

/// What is wrong with rules, beside the classes that the app gets (`dev/colorist/Edit`).
pub(super) fn problems(rules: &str, classes: &BTreeSet<String>) -> Vec<String> {
    let lines: Vec<_> = rules.lines().map(str::trim).collect();
    let missing = REQUIRED
        .iter()
        .filter(|rule| !lines.contains(rule))
        .map(|rule| format!("the rule is missing: {rule}"));
    let idle = lines
        .iter()
        .filter_map(|line| kept(line))
        .filter(|pattern| !classes.iter().any(|class| matches(pattern, class)))
        .map(|pattern| format!("a rule keeps {pattern}, and no class has that name"));
    missing.chain(idle).collect()
}

/// The class that a line keeps, as a pattern.
fn kept(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("-keep")?;
    let (_, rest) = rest.split_once("class ")?;
    let rest = rest.strip_prefix("* extends ").unwrap_or(rest);
    rest.split(' ').next()
}

/// Whether R8's pattern, `*` within a package and `**` across, names the class.
fn matches(pattern: &str, class: &str) -> bool {
    let class = class.replace('/', ".");
    if let Some(package) = pattern.strip_suffix("**") {
        return class.starts_with(package);
    }
    match pattern.strip_suffix('*') {
        Some(package) => class
            .strip_prefix(package)
            .is_some_and(|name| !name.contains('.')),
        None => class == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> BTreeSet<String> {
        ["dev/colorist/internal/UniffiLib", "com/sun/jna/Structure"]
            .map(String::from)
            .into()
    }

    #[test]
    fn rules_must_be_there_and_name_what_exists() {
        let rules = REQUIRED.join("\n");
        assert_eq!(problems(&rules, &classes()), [""; 0]);
        let without = rules.replace(REQUIRED[2], "# gone");
        assert!(problems(&without, &classes())[0].contains("* extends com.sun.jna.*"));
        let idle = format!("{rules}\n-keepclassmembers class com.sun.jnb.* {{ *; }}");
        assert!(problems(&idle, &classes())[0].contains("com.sun.jnb.*"));
    }

    #[test]
    fn one_star_stays_in_its_package() {
        assert!(matches("com.sun.jna.*", "com/sun/jna/Structure"));
        assert!(!matches("com.sun.*", "com/sun/jna/Structure"));
        assert!(matches("com.sun.**", "com/sun/jna/Structure"));
        assert!(!matches("com.sun.jna.Struct", "com/sun/jna/Structure"));
    }

    #[test]
    fn the_rules_that_ship_are_the_required_ones() {
        let file = super::super::sdk().join("consumer-rules.pro");
        let rules = std::fs::read_to_string(file).unwrap();
        let mut all = classes();
        all.insert("com/sun/jna/ptr/ByReference".into());
        assert_eq!(problems(&rules, &all), [""; 0]);
    }
}

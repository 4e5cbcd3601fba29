//! Which panics end a run.

use std::panic;

/// Lets panics of these crates pass, which the core has to catch and report as an error of its own;
/// libFuzzer's hook ends the run at every panic, caught or not.
///
/// A panic that the core does not catch still ends the run, for it comes back to libFuzzer or is
/// reported as [`Error::Internal`](colorist_core::Error::Internal).
pub fn allow(crates: &'static [&'static str]) {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let file = info.location().map_or("", |location| location.file());
        // A crate's sources lie in a folder NAME-VERSION.
        let is_theirs = |name: &&str| {
            file.split(['/', '\\'])
                .any(|part| part.strip_prefix(*name).is_some_and(is_version))
        };
        if !crates.iter().any(|name| is_theirs(&name)) {
            hook(info);
        }
    }));
}

fn is_version(rest: &str) -> bool {
    let mut characters = rest.chars();
    characters.next() == Some('-') && characters.next().is_some_and(|c| c.is_ascii_digit())
}

//! Java classes, and what of the network they name.

use crate::archive::Archive;

/// Packages and classes that reach into the network, or ask how it is.
const NETWORK: [&str; 7] = [
    "java/net/",
    "javax/net/",
    "java/rmi/",
    "java/nio/channels/SocketChannel",
    "java/nio/channels/AsynchronousSocketChannel",
    "android/net/",
    "android/webkit/",
];

/// JNA takes its library out of its own jar by a URL of the class loader; on Android it does not even
/// that, since the library lies in the APK. It names nothing that makes a connection.
const JNA: (&str, [&str; 4]) = (
    "com/sun/jna/Native.class",
    [
        "java/net/URI",
        "java/net/URISyntaxException",
        "java/net/URL",
        "java/net/URLClassLoader",
    ],
);

/// The classes of a jar that name a class of the network.
pub(super) fn problems(jar: &Archive) -> Vec<String> {
    let classes = jar
        .entries
        .iter()
        .filter(|(name, _)| name.ends_with(".class"));
    let found = classes.flat_map(|(name, entry)| {
        let named = named(&entry.bytes).into_iter();
        let problem = named.filter(move |class| name != JNA.0 || !JNA.1.contains(&class.as_str()));
        problem.map(move |class| format!("{name} uses {class}"))
    });
    found.collect()
}

/// The classes of the network that a class file names: its constants are plain text in it.
fn named(class: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for package in NETWORK {
        for at in positions(class, package.as_bytes()) {
            let rest = &class[at..];
            let end = rest
                .iter()
                .position(|byte| !(byte.is_ascii_alphanumeric() || b"/$_".contains(byte)));
            let name = String::from_utf8_lossy(&rest[..end.unwrap_or(rest.len())]).into_owned();
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

fn positions<'a>(bytes: &'a [u8], part: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let windows = bytes.windows(part.len()).enumerate();
    windows.filter_map(move |(at, window)| (window == part).then_some(at))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn jar(classes: &[(&str, &str)]) -> Archive {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in classes {
            let options = SimpleFileOptions::default();
            writer.start_file(*name, options).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        Archive::read(writer.finish().unwrap(), "test.jar").unwrap()
    }

    #[test]
    fn a_class_that_opens_a_connection_is_found() {
        let bad = "\u{1}\u{0}java/net/HttpURLConnection\u{1}Ljava/net/URL;";
        let found = problems(&jar(&[("a/B.class", bad), ("a/C.class", "java/io/File")]));
        assert_eq!(
            found,
            [
                "a/B.class uses java/net/HttpURLConnection",
                "a/B.class uses java/net/URL"
            ]
        );
    }

    #[test]
    fn only_jna_may_name_a_url_and_no_more() {
        let urls = "java/net/URL java/net/URI";
        assert_eq!(problems(&jar(&[(JNA.0, urls)])), [""; 0]);
        assert_eq!(problems(&jar(&[(JNA.0, "java/net/Socket")])).len(), 1);
        assert_eq!(problems(&jar(&[("a/B.class", urls)])).len(), 2);
    }
}

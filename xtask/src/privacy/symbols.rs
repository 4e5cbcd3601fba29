//! The network's symbols, and who takes them from the system.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail};
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSymbol};

/// Ways into the network that a C library or the operating system offers: what opens, names or finds
/// a peer, on Linux, Android, Apple's systems and Windows.
///
/// `socketpair` and `sendmsg` are not among them: the standard library starts child processes with
/// them, and neither reaches beyond this machine without one of these.
const NETWORK: [&str; 30] = [
    // Sockets.
    "socket",
    "connect",
    "connectx",
    "bind",
    "listen",
    "accept",
    "accept4",
    "io_uring_setup",
    // Names.
    "getaddrinfo",
    "getaddrinfo_a",
    "android_getaddrinfofornet",
    "gethostbyname",
    "gethostbyname2",
    "gethostbyname_r",
    "getnameinfo",
    "res_query",
    "res_nquery",
    "res_search",
    "android_res_nquery",
    "DNSServiceGetAddrInfo",
    // Libraries.
    "curl_easy_perform",
    "SSL_connect",
    "nw_connection_create",
    "CFHTTPMessageCreateRequest",
    "CFReadStreamCreateForHTTPRequest",
    "CFStreamCreatePairWithSocketToHost",
    "OBJC_CLASS_$_NSURLSession",
    "OBJC_CLASS_$_NSURLConnection",
    "WSAStartup",
    "WinHttpOpen",
];

/// Those of some names that are ways into the network.
pub(crate) fn network(names: &BTreeSet<String>) -> Vec<&str> {
    let found = names.iter().filter(|name| {
        let plain = name.trim_start_matches('_');
        // Apple's variants, such as `connect$NOCANCEL`.
        let variant_of = plain.split('$').next().unwrap_or(plain);
        NETWORK.contains(&plain) || NETWORK.contains(&variant_of)
    });
    found.map(String::as_str).collect()
}

/// What a program or a library takes from others: ELF, Mach-O, or a static library of either.
///
/// # Errors
/// When it is neither, or takes nothing at all, which says that it was not understood.
pub(crate) fn imports(file: &Path) -> Result<BTreeSet<String>> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let names = read(&bytes).with_context(|| format!("cannot read {}", file.display()))?;
    if names.is_empty() {
        bail!("{} imports nothing at all", file.display());
    }
    Ok(names)
}

fn read(bytes: &[u8]) -> Result<BTreeSet<String>> {
    if !bytes.starts_with(b"!<arch>\n") {
        return Ok(symbols(bytes)?.0);
    }
    let (mut wanted, mut defined) = (BTreeSet::new(), BTreeSet::new());
    for member in ArchiveFile::parse(bytes)?.members() {
        let member = member?;
        let name = String::from_utf8_lossy(member.name()).into_owned();
        let (imports, exports) = symbols(member.data(bytes)?).with_context(|| name)?;
        wanted.extend(imports);
        defined.extend(exports);
    }
    Ok(&wanted - &defined)
}

/// What an object file takes, and what it gives.
fn symbols(bytes: &[u8]) -> Result<(BTreeSet<String>, BTreeSet<String>)> {
    let file = object::File::parse(bytes)?;
    let (mut wanted, mut defined) = (BTreeSet::new(), BTreeSet::new());
    for symbol in file.symbols().chain(file.dynamic_symbols()) {
        let name = symbol.name_bytes().context("a symbol has no name")?;
        let name = String::from_utf8_lossy(name).into_owned();
        if !symbol.is_undefined() {
            defined.insert(name);
        } else if !name.is_empty() {
            wanted.insert(name);
        }
    }
    Ok((wanted, defined))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_program_that_connects_is_found() {
        // Never connects: it only has to be linked in.
        if std::env::args().count() == usize::MAX {
            drop(std::net::TcpStream::connect(("localhost", 1)));
        }
        let names = imports(&std::env::current_exe().unwrap()).unwrap();
        let found = network(&names);
        assert!(
            found.contains(&"connect") && found.contains(&"getaddrinfo"),
            "{found:?}"
        );
    }

    #[test]
    fn a_symbol_is_found_however_a_system_spells_it() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let all = names(&["_connect", "connect$NOCANCEL", "_OBJC_CLASS_$_NSURLSession"]);
        assert_eq!(network(&all).len(), 3);
        let none = names(&["connection", "socketpair", "sem_bind", "memcpy"]);
        assert_eq!(network(&none), [""; 0]);
    }

    #[test]
    fn what_is_no_library_is_an_error() {
        assert!(read(b"").is_err());
        assert!(read(b"!<arch>\nand then nothing that is one").is_err());
    }
}

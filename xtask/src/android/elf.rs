//! What a native library says about itself.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use object::elf::{DT_NEEDED, DT_SONAME, FileHeader32, FileHeader64};
use object::read::elf::{ElfFile, FileHeader};
use object::{Architecture, Endianness, FileKind, Object, ObjectSegment, ObjectSymbol};

use super::abi::{Abi, PAGE};
use crate::privacy::symbols;

/// Libraries that every device has and lets apps use.
const SYSTEM: [&str; 5] = [
    "libandroid.so",
    "libc.so",
    "libdl.so",
    "liblog.so",
    "libm.so",
];

/// A shared library.
pub(super) struct Elf {
    architecture: Architecture,
    /// The alignment of each segment that is loaded, bytes.
    alignments: Vec<u64>,
    imports: BTreeSet<String>,
    pub(super) exports: BTreeSet<String>,
    needed: Vec<String>,
    pub(super) soname: Option<String>,
}

impl Elf {
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        match FileKind::parse(bytes)? {
            FileKind::Elf32 => Self::parse::<FileHeader32<Endianness>>(bytes),
            FileKind::Elf64 => Self::parse::<FileHeader64<Endianness>>(bytes),
            other => bail!("it is {other:?} and not ELF"),
        }
    }

    fn parse<H: FileHeader<Endian = Endianness>>(bytes: &[u8]) -> Result<Self> {
        let file = ElfFile::<H>::parse(bytes)?;
        let dynamic = file.elf_dynamic_table()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut needed = Vec::new();
        let mut soname = None;
        for entry in &dynamic {
            match entry.tag {
                DT_NEEDED => needed.push(text(dynamic.string(entry)?)),
                DT_SONAME => soname = Some(text(dynamic.string(entry)?)),
                _ => {}
            }
        }
        let mut imports = BTreeSet::new();
        let mut exports = BTreeSet::new();
        for symbol in file.dynamic_symbols() {
            let name = text(symbol.name_bytes().context("a symbol has no name")?);
            if symbol.is_undefined() {
                imports.insert(name);
            } else {
                exports.insert(name);
            }
        }
        Ok(Self {
            architecture: file.architecture(),
            alignments: file.segments().map(|segment| segment.align()).collect(),
            imports,
            exports,
            needed,
            soname,
        })
    }

    /// What keeps the library from serving an app on that ABI, in words.
    ///
    /// `beside` are libraries that it may need and that come with the app.
    pub(super) fn problems(&self, abi: Abi, beside: &[&str]) -> Vec<String> {
        let mut problems = Vec::new();
        if self.architecture != abi.architecture() {
            problems.push(format!("it is for {:?}", self.architecture));
        }
        if self.alignments.is_empty() || self.alignments.iter().any(|align| align % PAGE != 0) {
            problems.push(format!(
                "its segments are aligned to {:?} bytes, and Android's pages may have {PAGE}",
                self.alignments
            ));
        }
        let network = symbols::network(&self.imports);
        if !network.is_empty() {
            problems.push(format!("it can reach a network: it imports {network:?}"));
        }
        for needed in &self.needed {
            if !SYSTEM.contains(&needed.as_str()) && !beside.contains(&needed.as_str()) {
                problems.push(format!("it needs {needed}, which a device may not have"));
            }
        }
        problems
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// This test program: a library's format, with everything a library for phones must not have.
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    #[test]
    fn a_library_that_cannot_serve_is_told_why() {
        // It is never called; it only has to be linked in.
        if std::env::args().count() == usize::MAX {
            drop(std::net::TcpStream::connect(("localhost", 1)));
        }
        let bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let elf = Elf::read(&bytes).unwrap();
        assert!(elf.imports.contains("malloc"));
        let all = elf.problems(Abi::Arm64, &[]).join("\n");
        for part in ["it is for X86_64", "16384", "\"connect\"", "libc.so.6"] {
            assert!(all.contains(part), "{part} is not in {all}");
        }
        let rest = elf.problems(Abi::X86_64, &["libc.so.6", "libgcc_s.so.1", "libm.so.6"]);
        assert!(!rest.join("\n").contains("needs libc"), "{rest:?}");
    }

    #[test]
    fn what_is_no_library_is_an_error() {
        assert!(Elf::read(b"").is_err());
        assert!(Elf::read(b"MZ and so on, for a while, until there is enough").is_err());
    }
}

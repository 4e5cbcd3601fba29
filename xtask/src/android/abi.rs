//! The ABIs that the AAR serves, and how its library is linked.

use object::Architecture;

/// The native library's file name.
pub(super) const LIBRARY: &str = "libcolorist_ffi.so";

/// The page size that devices with Android 15 may have, bytes.
pub(super) const PAGE: u64 = 16 * 1024;

/// The ABIs that ONNX Runtime's AAR has, less 32-bit x86, which no phone and no current emulator
/// image uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Abi {
    /// Every current phone
    Arm64,
    /// Old and cheap phones
    Arm32,
    /// Emulators, Chromebooks
    X86_64,
}

impl Abi {
    pub(super) const ALL: [Self; 3] = [Self::Arm64, Self::Arm32, Self::X86_64];

    /// The name of its folder in an AAR, which is also cargo-ndk's.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64-v8a",
            Self::Arm32 => "armeabi-v7a",
            Self::X86_64 => "x86_64",
        }
    }

    /// Rust's name.
    pub(super) fn target(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-linux-android",
            Self::Arm32 => "armv7-linux-androideabi",
            Self::X86_64 => "x86_64-linux-android",
        }
    }

    pub(super) fn architecture(self) -> Architecture {
        match self {
            Self::Arm64 => Architecture::Aarch64,
            Self::Arm32 => Architecture::Arm,
            Self::X86_64 => Architecture::X86_64,
        }
    }
}

/// rustc's arguments for every build of the library.
pub(super) fn link_arguments(soname: &str) -> Vec<String> {
    [
        format!("-Wl,-z,max-page-size={PAGE}"),
        format!("-Wl,-soname,{soname}"),
        // What no library offers is an error here, and not on the phone.
        "-Wl,-z,defs".to_owned(),
    ]
    .into_iter()
    .flat_map(|argument| ["-C".to_owned(), format!("link-arg={argument}")])
    .collect()
}

//! The platforms that ONNX Runtime's wheels exist for, and their pinned hashes.

use std::fmt;

use anyhow::{Result, bail};
use clap::ValueEnum;

/// The version that the project is built and tested against.
///
/// The newest one whose Linux library imports no network symbol and carries no telemetry.
pub(crate) const VERSION: &str = "1.28.0";

/// A platform with a wheel of this version on PyPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Platform {
    /// Linux on x86-64, glibc 2.27 or newer
    LinuxX86_64,
    /// Linux on 64-bit ARM, glibc 2.27 or newer
    LinuxAarch64,
    /// macOS 14 or newer on Apple silicon
    MacosAarch64,
    /// Windows on x86-64
    WindowsX86_64,
    /// Windows on 64-bit ARM
    WindowsAarch64,
}

/// What to ask pip for, and what must come back.
pub(crate) struct Wheel {
    /// pip's name of the platform.
    pub(crate) tag: &'static str,
    /// The wheel's hash, in lowercase hexadecimal.
    pub(crate) sha256: &'static str,
    /// The library's path inside the wheel.
    pub(crate) member: &'static str,
    /// The library's name in the cache folder.
    pub(crate) library: &'static str,
}

/// The one Python version whose wheels are pinned. The wheel is unpacked and never installed, and the
/// library in it is the same for all, so it need not be the version that runs here.
pub(crate) const PYTHON: &str = "3.12";

impl Platform {
    /// The platform that this program was built for.
    pub(crate) fn host() -> Result<Self> {
        Ok(match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", "x86_64") => Self::LinuxX86_64,
            ("linux", "aarch64") => Self::LinuxAarch64,
            ("macos", "aarch64") => Self::MacosAarch64,
            ("windows", "x86_64") => Self::WindowsX86_64,
            ("windows", "aarch64") => Self::WindowsAarch64,
            (os, arch) => bail!(
                "PyPI has no wheel of onnxruntime {VERSION} for {os} on {arch}; \
                 set ORT_DYLIB_PATH to a library of version {VERSION} that you built"
            ),
        })
    }

    /// What PyPI serves for it.
    pub(crate) fn wheel(self) -> Wheel {
        match self {
            Self::LinuxX86_64 => Wheel {
                tag: "manylinux_2_27_x86_64",
                sha256: "0a83bdb70d143cede762b677789bf2a7acca54b3fb82565601d5c30695aa933c",
                member: "onnxruntime/capi/libonnxruntime.so.1.28.0",
                library: "libonnxruntime.so",
            },
            Self::LinuxAarch64 => Wheel {
                tag: "manylinux_2_27_aarch64",
                sha256: "4e81a23df16e7acb9d51b06d30cc098e49315ef9180f97bc2221d167b4b04d9c",
                member: "onnxruntime/capi/libonnxruntime.so.1.28.0",
                library: "libonnxruntime.so",
            },
            Self::MacosAarch64 => Wheel {
                tag: "macosx_14_0_arm64",
                sha256: "26ff0fdd06efb6c155bae95387a09db1a2be89c7a03e4d0bffd5a171cc2826da",
                member: "onnxruntime/capi/libonnxruntime.1.28.0.dylib",
                library: "libonnxruntime.dylib",
            },
            Self::WindowsX86_64 => Wheel {
                tag: "win_amd64",
                sha256: "c35064f9b3c43c81c5d5d282091401d0f1ff22796d93ccade4ea2ece5e137ab8",
                member: "onnxruntime/capi/onnxruntime.dll",
                library: "onnxruntime.dll",
            },
            Self::WindowsAarch64 => Wheel {
                tag: "win_arm64",
                sha256: "e02feeb0165c5f13b4cc954738078d59b90128516ac12b671ee24a530242bf02",
                member: "onnxruntime/capi/onnxruntime.dll",
                library: "onnxruntime.dll",
            },
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LinuxX86_64 => "linux-x86-64",
            Self::LinuxAarch64 => "linux-aarch64",
            Self::MacosAarch64 => "macos-aarch64",
            Self::WindowsX86_64 => "windows-x86-64",
            Self::WindowsAarch64 => "windows-aarch64",
        })
    }
}

//! Whether a library can be ONNX Runtime, before `ort` takes it: it would panic at some that cannot,
//! and the system's loader kills the process at a file that was cut off.

use std::path::Path;

use libloading::Library;

/// Whether the system's loader would kill the process at this file, a library's.
pub(super) fn is_cut_off(path: &Path) -> bool {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    return path.is_file() && !elf::is_whole(path).unwrap_or_default();
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let _ = path;
        false
    }
}

/// Opens a library and tells its version, such as `1.28.0`. It stays open as long as the handle.
///
/// # Errors
/// Why it cannot serve.
pub(super) fn open(path: &Path) -> Result<(Library, String), String> {
    if is_cut_off(path) {
        return Err("the file is cut off".to_owned());
    }
    // SAFETY: opening a library runs its initializers; whoever named it wants it to be run.
    let library = unsafe { Library::new(path) }.map_err(|error| error.to_string())?;
    // SAFETY: the symbol has this type in every version of onnxruntime_c_api.h.
    let base = unsafe {
        library.get::<unsafe extern "system" fn() -> *const ort::sys::OrtApiBase>(b"OrtGetApiBase")
    };
    let base = base.map_err(|error| error.to_string())?;
    // SAFETY: the function takes nothing and gives a pointer to static data, or null.
    let base = unsafe { base() };
    // SAFETY: the data is static, so the reference cannot dangle while the library is open.
    let Some(functions) = (unsafe { base.as_ref() }) else {
        return Err("it offers no API".to_owned());
    };
    // SAFETY: `base` is what the library gave.
    let version = unsafe { super::environment::version(base) };
    let wanted = ort::sys::ORT_API_VERSION;
    // SAFETY: the function takes a number and gives a pointer to static data, or null.
    if unsafe { (functions.GetApi)(wanted) }.is_null() {
        return Err(format!(
            "it is version {version}, which does not offer API {wanted}"
        ));
    }
    Ok((library, version))
}

/// The format of libraries on Linux and Android (System V ABI, chapters 4 and 5).
#[cfg(any(target_os = "linux", target_os = "android"))]
mod elf {
    use std::{fs::File, io, os::unix::fs::FileExt, path::Path};

    /// The type of a program header whose part of the file is mapped.
    const LOAD: u64 = 1;

    /// Whether all that would be mapped is there. What is no library of this byte order is left to
    /// the loader to refuse.
    pub(super) fn is_whole(path: &Path) -> io::Result<bool> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut header = [0; 64];
        // The header of 32 bits is shorter, and so may a whole file be.
        let read = file.read_at(&mut header, 0)?;
        if !header.starts_with(b"\x7fELF") || header[5] != 1 || read < 52 {
            return Ok(!header.starts_with(b"\x7fELF") || read >= 52);
        }
        // Where a number stands, and its size: for 64 bits, else for 32.
        let wide = header[4] == 2;
        let pick = |wider, narrow| if wide { wider } else { narrow };
        let table = number(&header, pick((32, 8), (28, 4)));
        let size = number(&header, pick((54, 2), (42, 2)));
        let count = number(&header, pick((56, 2), (44, 2)));
        for index in 0..count {
            let mut entry = [0; 56];
            let entry = &mut entry[..if wide { 56 } else { 32 }];
            file.read_exact_at(entry, table.saturating_add(index * size))?;
            let start = number(entry, pick((8, 8), (4, 4)));
            let end = start.saturating_add(number(entry, pick((32, 8), (16, 4))));
            if number(entry, (0, 4)) == LOAD && end > length {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A little-endian number.
    fn number(bytes: &[u8], (at, size): (usize, usize)) -> u64 {
        let bytes = bytes[at..at + size].iter().rev();
        bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

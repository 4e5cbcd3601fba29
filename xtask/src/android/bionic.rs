//! What the library may take from Android: an explicit list, so that whatever is new has to be
//! put here by a person.
//!
//! Every function is in Android's libraries since API 24 or longer. None of them opens a connection
//! or finds a peer. What the library asks for only weakly, and does without where it is missing, is
//! not listed; `aar` looks at that, too.

use sha2::{Digest, Sha256};

/// Android's libraries, and what of them may be used.
pub(super) const LIBRARIES: &[(&str, &str)] =
    &[("c", LIBC), ("dl", LIBDL), ("log", ""), ("m", LIBM)];

const LIBC: &str = "
    __errno __system_property_get abort getauxval getenv getpid prctl syscall sysconf strerror_r
    calloc free malloc posix_memalign realloc
    memcmp memcpy memmove memset strlen
    mmap mmap64 munmap
    close closedir dirfd fstat fstatat getcwd lseek64 mkdir open opendir poll pread64 read readdir
    readlink realpath rename stat unlink write writev
    clock_gettime sched_getaffinity sched_yield
    pthread_attr_destroy pthread_attr_init pthread_attr_setstacksize
    pthread_create pthread_detach pthread_join
    pthread_getspecific pthread_key_create pthread_key_delete pthread_setspecific
";

const LIBDL: &str = "dl_iterate_phdr dlclose dlerror dlopen dlsym";

const LIBM: &str = "
    atan2f cbrt cbrtf cos cosf exp exp2 exp2f expf fma fmaf fmod fmodf hypotf
    log log10f log2 log2f logf pow powf sin sincos sincosf sinf tanf tanhf
";

/// The compiler's unwinder. The NDK links it in; it is not one of the device's libraries.
pub(super) const UNWINDER: &str = "
    _Unwind_Backtrace _Unwind_DeleteException _Unwind_RaiseException _Unwind_Resume
    _Unwind_FindEnclosingFunction _Unwind_GetCFA _Unwind_GetDataRelBase _Unwind_GetIP
    _Unwind_GetIPInfo _Unwind_GetLanguageSpecificData _Unwind_GetRegionStart
    _Unwind_GetTextRelBase _Unwind_SetGR _Unwind_SetIP
";

/// A name for the list as it is now. Cargo does not look into libraries, so that of their folder has
/// to change with them.
pub(super) fn hash() -> String {
    let names = LIBRARIES
        .iter()
        .flat_map(|(name, symbols)| [*name, *symbols]);
    let all: String = names.chain([UNWINDER]).collect();
    let hash = Sha256::digest(all);
    hash.iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// An assembler's source of functions that do nothing.
pub(super) fn stub(names: &str) -> String {
    names
        .split_whitespace()
        .map(|name| format!(".globl {name}\n.type {name},%function\n{name}:\n.long 0\n"))
        .collect()
}

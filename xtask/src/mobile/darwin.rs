//! What the library may take on Apple's systems: an explicit list, so that whatever is new has to be
//! put here by a person. None of it opens a connection or finds a peer.

/// Libraries that an app links, and what of them may be used.
pub(super) const LIBRARIES: [(&str, &str); 2] =
    [("System", SYSTEM), ("onnxruntime", "OrtGetApiBase")];

const SYSTEM: &str = "
    __error abort getenv strerror_r sysconf CCRandomGenerateBytes
    calloc free malloc posix_memalign realloc
    bzero memcmp memcpy memmove memset memset_pattern16 strlen
    mmap munmap
    sysctlbyname
    close closedir dirfd fstat fstatat getcwd getpid lseek mkdir open opendir pread read readdir_r
    realpath$DARWIN_EXTSN rename stat unlink write writev
    clock_gettime sched_yield
    dispatch_release dispatch_semaphore_create dispatch_semaphore_signal dispatch_semaphore_wait
    dispatch_time
    pthread_attr_destroy pthread_attr_init pthread_attr_setstacksize
    pthread_cond_broadcast pthread_cond_destroy pthread_cond_signal
    pthread_cond_timedwait_relative_np pthread_cond_wait
    pthread_create pthread_detach pthread_join pthread_setname_np pthread_threadid_np
    pthread_mutex_destroy pthread_mutex_init pthread_mutex_lock pthread_mutex_trylock
    pthread_mutex_unlock
    pthread_mutexattr_destroy pthread_mutexattr_init pthread_mutexattr_settype
    __sincosf_stret exp exp2f expf pow powf
    _dyld_get_image_header _dyld_get_image_name _dyld_get_image_vmaddr_slide _dyld_image_count
    _tlv_atexit _tlv_bootstrap
    _Unwind_Backtrace _Unwind_DeleteException _Unwind_RaiseException _Unwind_Resume
    _Unwind_GetCFA _Unwind_GetDataRelBase _Unwind_GetIP _Unwind_GetIPInfo
    _Unwind_GetLanguageSpecificData _Unwind_GetRegionStart _Unwind_GetTextRelBase
    _Unwind_SetGR _Unwind_SetIP
";

/// A library as the linker reads it, of names alone.
pub(super) fn stub(name: &str, symbols: &str) -> String {
    let symbols: Vec<_> = symbols
        .split_whitespace()
        .map(|symbol| format!("'_{symbol}'"))
        .collect();
    format!(
        "--- !tapi-tbd\ntbd-version: 4\ntargets: [ arm64-ios ]\n\
         install-name: '/stub/lib{name}.dylib'\nexports:\n  - targets: [ arm64-ios ]\n    \
         symbols: [ {} ]\n...\n",
        symbols.join(", ")
    )
}

//! Giving freed memory back to the system.

/// Returns what the allocator keeps of freed memory to the system.
///
/// Building a session frees tens of megabytes in small pieces; glibc would keep them for this
/// process forever, and a model that is loaded again on another thread would come on top. Other
/// allocators give back by themselves.
pub(crate) fn release() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it takes a number of bytes to keep, is thread-safe, and touches no live allocation.
    unsafe {
        libc::malloc_trim(0);
    }
}

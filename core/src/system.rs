//! Which build of which operating system this is.

/// Something that changes when the system is updated, and with it the drivers of its accelerators.
/// Not for people. Empty parts where the system does not say.
pub(crate) fn build() -> String {
    let target = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
    format!("{target} {}", said())
}

/// The build's fingerprint, such as `google/shiba/shiba:15/...`.
#[cfg(target_os = "android")]
fn said() -> String {
    // PROP_VALUE_MAX of sys/system_properties.h, the end included.
    let mut value = [0u8; 92];
    // SAFETY: the name ends with a zero, and the value has the room that the function may fill.
    unsafe {
        libc::__system_property_get(c"ro.build.fingerprint".as_ptr(), value.as_mut_ptr().cast());
    }
    text(&value)
}

/// The system's build, such as `23F79`.
#[cfg(target_vendor = "apple")]
fn said() -> String {
    let mut value = [0u8; 64];
    let mut length = value.len();
    // SAFETY: the name ends with a zero, `length` is the value's size, and nothing is set.
    unsafe {
        libc::sysctlbyname(
            c"kern.osversion".as_ptr(),
            value.as_mut_ptr().cast(),
            &raw mut length,
            std::ptr::null_mut(),
            0,
        );
    }
    text(&value)
}

/// The kernel's release and the distribution.
#[cfg(target_os = "linux")]
fn said() -> String {
    // SAFETY: a structure of arrays of numbers, for which zeros are a value.
    let mut names: libc::utsname = unsafe { std::mem::zeroed() };
    // SAFETY: it fills the structure that it is given.
    unsafe { libc::uname(&raw mut names) };
    let release: Vec<u8> = names.release.map(|c| c.to_ne_bytes()[0]).to_vec();
    let distribution = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    format!("{} {distribution}", text(&release))
}

#[cfg(not(any(target_os = "android", target_os = "linux", target_vendor = "apple")))]
fn said() -> String {
    String::new()
}

/// The text before the first zero.
#[cfg(unix)]
#[cfg_attr(
    not(any(target_os = "android", target_os = "linux", target_vendor = "apple")),
    allow(dead_code)
)]
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0);
    String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).into_owned()
}

//! How much memory a process holds, read from the kernel.

use std::fs;

/// The memory of this process now (`VmRSS`), in MB of 1,000,000 bytes.
pub(crate) fn resident() -> Option<f64> {
    field(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// What of it belongs to no file (`RssAnon`), in MB: the system cannot take it back. Pages of mapped
/// files it can.
pub(crate) fn anonymous() -> Option<f64> {
    field(&fs::read_to_string("/proc/self/status").ok()?, "RssAnon:")
}

/// The most that this process ever held (`VmHWM`), in MB.
pub(crate) fn peak() -> Option<f64> {
    field(&fs::read_to_string("/proc/self/status").ok()?, "VmHWM:")
}

fn field(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

/// Says on standard error how much memory the process held at most.
pub(crate) fn print_peak() {
    match peak() {
        Some(peak) => anstream::eprintln!("peak memory: {peak:.1} MB"),
        None => anstream::eprintln!("peak memory: unknown on this system"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_counts_in_kibibytes() {
        let status = "Name:\tcolorist\nVmHWM:\t  100000 kB\nVmRSS:\t   50000 kB\n";
        assert_eq!(field(status, "VmHWM:"), Some(102.4));
        assert_eq!(field(status, "VmRSS:"), Some(51.2));
        assert_eq!(field(status, "VmSwap:"), None);
    }
}

//! What the library weighs on phones, and what it may weigh.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// What is weighed, and how many bytes it may have: what it had when this was written, and 5 %. Who
/// exceeds one finds out why, and changes it here when that is worth it. The builds are quick ones (see `root`); apps get others.
const BUDGETS: [(&str, u64); 4] = [
    ("Android, arm64-v8a: shared library", 6_580_000),
    ("Android, arm64-v8a: static library", 44_680_000),
    ("iOS, arm64: linked, less ONNX Runtime", 6_100_000),
    ("iOS, arm64: static, less ONNX Runtime", 31_350_000),
];

/// Prints the sizes of the files, in the order of the budgets; fails when one is too large.
pub(super) fn check(files: &[PathBuf; 4]) -> Result<()> {
    let mut sizes = [0; 4];
    for (file, size) in files.iter().zip(&mut sizes) {
        let data = fs::metadata(file);
        *size = data
            .with_context(|| format!("cannot read {}", file.display()))?
            .len();
    }
    let (lines, exceeded) = compare(sizes);
    print!("{lines}");
    if !exceeded.is_empty() {
        bail!("larger than xtask/src/mobile/sizes.rs allows:\n{exceeded}");
    }
    Ok(())
}

/// A line for each size, and those that are too large once more.
fn compare(sizes: [u64; 4]) -> (String, String) {
    let (mut all, mut exceeded) = (String::new(), String::new());
    for (size, (name, budget)) in sizes.into_iter().zip(BUDGETS) {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let (size_mb, budget_mb) = (megabytes(size), megabytes(budget));
        let line = format!("{size_mb:9.3} MB of {budget_mb:.3}  {name}\n");
        all += &line;
        if size > budget {
            exceeded += &line;
        }
    }
    (all, exceeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_larger_than_its_budget_is_named() {
        let mut sizes = BUDGETS.map(|(_, budget)| budget);
        let (lines, exceeded) = compare(sizes);
        assert_eq!((lines.lines().count(), exceeded.as_str()), (4, ""));
        sizes[2] += 1;
        let (_, exceeded) = compare(sizes);
        assert!(exceeded.contains(BUDGETS[2].0), "{exceeded}");
        assert_eq!(exceeded.lines().count(), 1);
    }
}

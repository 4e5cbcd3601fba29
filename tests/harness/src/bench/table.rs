//! The measurements for people.

use std::fmt::Write as _;

use super::{Report, stats::Stats};
use crate::output::{FAINT, TITLE, styled};

pub(super) fn table(report: &Report) -> String {
    let Report {
        pack,
        intents,
        threads,
        warm,
        cold,
        python,
    } = report;
    let mut text = String::new();
    let plural = if *threads == 1 { "" } else { "s" };
    let _ = writeln!(
        text,
        "\n  {}  {}\n",
        styled(TITLE, pack),
        styled(
            FAINT,
            format!("{intents} intents of 3 to 12 words, {threads} thread{plural}")
        ),
    );
    head(&mut text, &format!("Edit ({} times)", warm.edits));
    row(&mut text, "tokenize", warm.tokenize);
    row(&mut text, "inference (bare run)", warm.inference);
    row(&mut text, "decode", warm.decode);
    row(&mut text, "whole call", warm.call);
    row(&mut text, "  of it, handing over", warm.answer);
    let _ = writeln!(
        text,
        "    the SDK adds {:.1}% to the bare run\n",
        warm.overhead * 100.0
    );

    head(
        &mut text,
        &format!("Fresh process ({} times)", cold.processes),
    );
    row(&mut text, "to the first edit", cold.first_edit);
    row(&mut text, "to its end", cold.exit);
    match cold.peak {
        Some(peak) => _ = writeln!(text, "    peak memory {peak:.1} MB\n"),
        None => _ = writeln!(text, "    peak memory unknown on this system\n"),
    }
    if let Some(python) = python {
        head(
            &mut text,
            &format!("Python, onnxruntime {}", python.onnxruntime),
        );
        row(&mut text, "tokenize", python.tokenize);
        row(&mut text, "inference", python.inference);
        row(&mut text, "both", python.total);
        text.push('\n');
    }
    text
}

fn head(text: &mut String, title: &str) {
    let columns = format!("{:>9} {:>9} {:>9}", "p50", "p90", "p99");
    let _ = writeln!(
        text,
        "  {}{}",
        styled(TITLE, format!("{title:<28}")),
        styled(FAINT, columns)
    );
}

fn row(text: &mut String, name: &str, stats: Stats) {
    let Stats { p50, p90, p99 } = stats;
    let _ = writeln!(text, "    {name:<26}{p50:>9.3} {p90:>9.3} {p99:>9.3} ms");
}

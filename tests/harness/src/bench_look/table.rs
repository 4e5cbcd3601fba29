//! The measurements for people.

use std::fmt::Write as _;

use super::{Report, SIZE, TABLES};
use crate::bench::stats::Stats;
use crate::output::{FAINT, TITLE, styled};

pub(super) fn table(report: &Report) -> String {
    let mut text = String::new();
    let Report {
        threads, frames, ..
    } = report;
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let _ = writeln!(
        text,
        "\n  {}  {}\n",
        styled(TITLE, &report.pack),
        styled(
            FAINT,
            format!(
                "{frames} frame{} of each kind, {threads} thread{}",
                plural(*frames),
                plural(*threads)
            )
        ),
    );
    head(
        &mut text,
        &format!("LUT of {SIZE} points ({TABLES} times)"),
        &["p50", "p90", "p99"],
    );
    let [unfiltered, everything] = report.tables;
    row(&mut text, "sliders and colors", unfiltered);
    row(&mut text, "and a filter", everything);
    text.push('\n');

    match &report.ffmpeg {
        Some(version) => {
            let columns = ["p50", "packed", "planar", "ratio"];
            head(&mut text, "Frames through it, ffmpeg", &columns);
            for through in &report.through {
                let [packed, planar] = through
                    .ffmpeg
                    .map_or([0.0; 2], |peers| peers.map(|s| s.p50));
                let ratio = through.ratio().unwrap_or_default();
                let (name, p50) = (through.kind.name, through.colorist.p50);
                let _ = writeln!(
                    text,
                    "    {name:<26}{p50:>9.2} {packed:>9.2} {planar:>9.2} {ratio:>8.2}x ms"
                );
            }
            let note = format!(
                "ffmpeg {version}, lut3d with tetrahedral interpolation, as packed (rgba, rgba64le)\n    \
                 and planar (gbrp, gbrp16le) pixels; the ratio is to the faster one"
            );
            let _ = writeln!(text, "    {}\n", styled(FAINT, note));
        }
        None => {
            head(&mut text, "Frames through it", &["p50", "p90", "p99"]);
            for through in &report.through {
                row(&mut text, through.kind.name, through.colorist);
            }
            let note = "no ffmpeg to compare with: install one, or name one with --ffmpeg";
            let _ = writeln!(text, "    {}\n", styled(FAINT, note));
        }
    }

    head(&mut text, "Whole look", &["p50", "p90", "p99"]);
    row(&mut text, "1080p, 8 bits", report.whole);
    text.push('\n');
    text
}

fn head(text: &mut String, title: &str, columns: &[&str]) {
    let columns: Vec<String> = columns.iter().map(|name| format!("{name:>9}")).collect();
    let _ = writeln!(
        text,
        "  {}{}",
        styled(TITLE, format!("{title:<28}")),
        styled(FAINT, columns.join(" "))
    );
}

fn row(text: &mut String, name: &str, stats: Stats) {
    let Stats { p50, p90, p99 } = stats;
    let _ = writeln!(text, "    {name:<26}{p50:>9.2} {p90:>9.2} {p99:>9.2} ms");
}

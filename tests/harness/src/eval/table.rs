//! The scores for people.

use std::fmt::Write as _;

use colorist_core::metrics::{Interval, ToolScores};

use super::Subset;
use crate::output::{FAINT, TITLE, styled};

pub(super) fn table(subject: &str, tools: &[&str], subsets: &[Subset]) -> String {
    let mut text = format!("\n  {}\n\n", styled(TITLE, subject));
    for Subset { name, evaluation } in subsets {
        let (scores, intervals) = (&evaluation.scores, &evaluation.intervals);
        let title = format!("{:<18}", format!("{name} ({} rows)", scores.samples));
        let columns = "precision  recall      F1  quality   final";
        let _ = writeln!(text, "  {}{}", styled(TITLE, title), styled(FAINT, columns));
        for ((name, scores), interval) in tools.iter().zip(&scores.tools).zip(&intervals.tools) {
            row(&mut text, name, scores, *interval);
        }
        let overall = format!("{:.3}", scores.overall);
        let _ = writeln!(
            text,
            "    {:<52}{}  {}\n",
            "overall",
            styled(TITLE, overall),
            styled(FAINT, between(intervals.overall)),
        );
    }
    text
}

fn row(text: &mut String, name: &str, scores: &ToolScores, interval: Interval) {
    let ToolScores {
        precision,
        recall,
        f1,
        quality,
        final_score,
        ..
    } = scores;
    let _ = writeln!(
        text,
        "    {name:<16}{precision:>9.3}{recall:>8.3}{f1:>8.3}{quality:>9.3}{final_score:>8.3}  {}",
        styled(FAINT, between(interval)),
    );
}

fn between(Interval { low, high }: Interval) -> String {
    format!("{low:.3} to {high:.3}")
}

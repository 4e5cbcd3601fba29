//! The count for people.

use std::fmt::Write as _;

use super::score::{Criterion, Score, Share, Tally};
use crate::output::{FAINT, TITLE, styled};

/// Longer names are cut.
const NAME: usize = 22;

pub(super) fn table(score: &Score) -> String {
    let annotators = score
        .criteria
        .first()
        .map_or(0, |criterion| criterion.annotators.len());
    let title = format!(
        "report {}: {}, {}",
        score.report,
        counted(score.samples, "sample"),
        counted(annotators, "annotator")
    );
    let mut text = format!("\n  {}\n\n", styled(TITLE, title));
    for criterion in &score.criteria {
        section(&mut text, criterion);
    }
    let note = "Intervals: Wilson, 95 %, as if answers were independent of each other; those to the\n  \
                same sample are not, so look at a majority row where there is one.";
    let _ = writeln!(text, "  {}\n", styled(FAINT, note));
    text
}

fn section(text: &mut String, criterion: &Criterion) {
    let _ = writeln!(text, "  {}", styled(TITLE, criterion.question));
    let columns = format!(
        "{:NAME$}{:>6}{:>6}{:>13}  {}",
        "", "yes", "no", "cannot tell", "share of yes"
    );
    let _ = writeln!(text, "    {}", styled(FAINT, columns));
    for (name, tally) in &criterion.annotators {
        row(text, name, *tally, tally.yes(), "");
    }
    if criterion.annotators.len() > 1 {
        row(text, "all answers", criterion.all, criterion.all.yes(), "");
        let undecided = match criterion.undecided {
            0 => String::new(),
            count => format!(", {} with none", counted(count, "sample")),
        };
        row(
            text,
            "majority of a sample",
            criterion.majority,
            criterion.majority_yes,
            &undecided,
        );
        let agreement = &criterion.agreement;
        let alpha = agreement.alpha.value();
        let alpha = alpha.map_or_else(|| "none".to_owned(), |alpha| format!("{alpha:.3}"));
        let reading = agreement.alpha.reading();
        let _ = writeln!(
            text,
            "    {:NAME$}{:>6}  {}",
            "Krippendorff's alpha",
            styled(TITLE, alpha),
            styled(FAINT, reading)
        );
        if let Some(equal) = agreement.equal {
            let over = counted(agreement.samples, "sample");
            let equal = format!("{:.1} %", 100.0 * equal);
            let over = format!("of the pairs of answers, over {over}");
            let _ = writeln!(
                text,
                "    {:NAME$}{equal:>6}  {}",
                "equal answers",
                styled(FAINT, over)
            );
        }
    }
    text.push('\n');
}

fn row(text: &mut String, name: &str, tally: Tally, yes: Share, after: &str) {
    let name: String = if name.chars().count() > NAME {
        name.chars().take(NAME - 1).chain(['…']).collect()
    } else {
        name.to_owned()
    };
    let [count, no, cannot_tell] = tally.0;
    let share = yes.value().zip(yes.interval());
    let share = share.map_or_else(String::new, |(share, [low, high])| {
        let range = format!("{:.1} to {:.1} %{after}", 100.0 * low, 100.0 * high);
        format!("{:>7.1} %  {}", 100.0 * share, styled(FAINT, range))
    });
    let line = format!("    {name:NAME$}{count:>6}{no:>6}{cannot_tell:>13}{share}");
    let _ = writeln!(text, "{}", line.trim_end());
}

/// A number of things, in words.
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

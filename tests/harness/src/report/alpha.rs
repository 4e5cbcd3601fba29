//! Krippendorff's alpha: how much annotators agree beyond chance.
//!
//! After K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011, for nominal data with
//! any number of annotators and any answers missing; the guide to reading it is from his "Content
//! Analysis", 2nd edition, 2004, section 11.4.2.

/// Agreement on samples that at least two annotators answered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Agreement {
    /// Samples with at least two answers.
    pub(super) samples: usize,
    /// The share of equal answers in the pairs within samples, 0 to 1; `None` without a pair.
    pub(super) equal: Option<f64>,
    pub(super) alpha: Alpha,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Alpha {
    /// 1 is perfect agreement, 0 what chance would give, below 0 is disagreement.
    Value(f64),
    /// Not defined: no sample has two answers.
    NoPairs,
    /// Not defined: all answers are the same, so chance would agree as perfectly.
    NoVariation,
}

impl Agreement {
    /// From the counts of each of `N` possible answers, sample by sample.
    pub(super) fn new<const N: usize>(samples: &[[usize; N]]) -> Self {
        let mut paired = 0;
        // The diagonal of the coincidence matrix, and its margins.
        let mut equal = 0.0;
        let mut margins = [0.0; N];
        for counts in samples {
            let answers: usize = counts.iter().sum();
            if answers < 2 {
                continue;
            }
            paired += 1;
            for (count, margin) in counts.iter().zip(&mut margins) {
                let count = *count as f64;
                *margin += count;
                equal += count * (count - 1.0) / (answers as f64 - 1.0);
            }
        }
        let total: f64 = margins.iter().sum();
        let by_chance: f64 = margins.iter().map(|margin| margin * (margin - 1.0)).sum();
        let possible = total * (total - 1.0);
        let alpha = if paired == 0 {
            Alpha::NoPairs
        } else if margins.contains(&total) {
            Alpha::NoVariation
        } else {
            Alpha::Value(((total - 1.0) * equal - by_chance) / (possible - by_chance))
        };
        Self {
            samples: paired,
            equal: (paired > 0).then(|| equal / total),
            alpha,
        }
    }
}

impl Alpha {
    pub(super) fn value(self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            Self::NoPairs | Self::NoVariation => None,
        }
    }

    /// How far conclusions may rest on it, or why there is none.
    pub(super) fn reading(self) -> &'static str {
        match self {
            Self::Value(0.8..) => "good: .800 or more",
            Self::Value(0.667..) => "good for tentative conclusions only: .667 to .800",
            Self::Value(_) => "too low for conclusions: below .667",
            Self::NoPairs => "not defined: no sample has answers of two annotators",
            Self::NoVariation => {
                "not defined: all annotators gave one and the same answer throughout"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of one annotator each, a character a sample, `.` where the answer is missing.
    fn agreement(annotators: &[&str]) -> Agreement {
        let samples = annotators[0].len();
        let mut counts = vec![[0; 5]; samples];
        for row in annotators {
            for (sample, answer) in row.bytes().enumerate() {
                if answer != b'.' {
                    counts[sample][usize::from(answer - b'1')] += 1;
                }
            }
        }
        Agreement::new(&counts)
    }

    fn close(value: Option<f64>, expected: f64) {
        let value = value.unwrap();
        assert!((value - expected).abs() < 1e-12, "{value}, not {expected}");
    }

    #[test]
    fn the_published_example() {
        // Section C of the paper: 4 observers, 12 units, 5 nominal values, 41 values given; one of
        // them stands alone in its unit.
        let agreement = agreement(&[
            "123321412...",
            "1233224125.3",
            ".3332342251.",
            "12332441251.",
        ]);
        assert_eq!(agreement.samples, 11);
        let alpha = agreement.alpha.value().unwrap();
        assert_eq!(format!("{alpha:.3}"), "0.743");
    }

    #[test]
    fn two_annotators_by_hand() {
        // 3 equal pairs of 4: the matrix has 4 + 2 on its diagonal, margins 5 and 3, total 8.
        let agreement = agreement(&["1121", "1122"]);
        close(agreement.equal, 0.75);
        close(
            agreement.alpha.value(),
            (7.0 * 6.0 - (5.0 * 4.0 + 3.0 * 2.0)) / (8.0 * 7.0 - (5.0 * 4.0 + 3.0 * 2.0)),
        );
    }

    #[test]
    fn the_ends_of_the_scale() {
        close(agreement(&["1212", "1212", "1212"]).alpha.value(), 1.0);
        // Always different: nothing on the diagonal, margins 4 and 4.
        close(agreement(&["1212", "2121"]).alpha.value(), -24.0 / 32.0);
    }

    #[test]
    fn missing_answers_take_their_sample_out() {
        assert_eq!(agreement(&["112.", "1.22"]), agreement(&["12", "12"]));
    }

    #[test]
    fn what_is_not_defined_is_said() {
        let alone = agreement(&["12..", "..12"]);
        assert_eq!((alone.alpha, alone.equal), (Alpha::NoPairs, None));
        assert_eq!(Agreement::new::<3>(&[]).alpha, Alpha::NoPairs);
        let same = agreement(&["111", "11."]);
        assert_eq!((same.alpha, same.equal), (Alpha::NoVariation, Some(1.0)));
    }

    #[test]
    fn the_guide_starts_at_its_limits() {
        for (alpha, word) in [(0.8, "good:"), (0.7999, "tentative"), (0.667, "tentative")] {
            assert!(Alpha::Value(alpha).reading().contains(word), "{alpha}");
        }
        assert!(Alpha::Value(0.6669).reading().contains("too low"));
    }
}

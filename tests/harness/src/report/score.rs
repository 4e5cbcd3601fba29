//! Counts, shares and agreement.

use serde_json::{Value, json};

use super::alpha::Agreement;
use super::answers::{ANSWERS, CRITERIA, Export};

/// The 97.5th percentile of the normal distribution: two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// What all annotators together say.
pub(super) struct Score {
    pub(super) report: String,
    pub(super) samples: usize,
    pub(super) criteria: Vec<Criterion>,
}

/// What they say about one question.
pub(super) struct Criterion {
    pub(super) key: &'static str,
    pub(super) question: &'static str,
    /// All answers to all samples.
    pub(super) all: Tally,
    /// The annotators' names with their answers.
    pub(super) annotators: Vec<(String, Tally)>,
    /// Of each sample, the answer that more than half of its answers are.
    pub(super) majority: Tally,
    /// Samples with a majority of yes, out of those with any answer.
    pub(super) majority_yes: Share,
    /// Samples with answers, none of which is more than half of them.
    pub(super) undecided: usize,
    pub(super) agreement: Agreement,
    /// The answers to each sample.
    by_sample: Vec<Tally>,
}

/// How often each of [`ANSWERS`] was given.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tally(pub(super) [usize; 3]);

impl Tally {
    pub(super) fn total(self) -> usize {
        self.0.iter().sum()
    }

    /// The share of yes in all of them, "cannot tell" among them.
    pub(super) fn yes(self) -> Share {
        Share {
            count: self.0[0],
            total: self.total(),
        }
    }

    fn add(&mut self, answer: Option<usize>) {
        if let Some(answer) = answer {
            self.0[answer] += 1;
        }
    }

    /// The answer that more than half of them are.
    fn majority(self) -> Option<usize> {
        self.0.iter().position(|count| 2 * count > self.total())
    }
}

/// A count out of a total.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Share {
    count: usize,
    total: usize,
}

impl Share {
    /// 0 to 1; `None` of nothing.
    pub(super) fn value(self) -> Option<f64> {
        (self.total > 0).then(|| self.count as f64 / self.total as f64)
    }

    /// The 95 % interval, as if every case were independent of the others; `None` of nothing.
    ///
    /// E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.
    pub(super) fn interval(self) -> Option<[f64; 2]> {
        let share = self.value()?;
        let total = self.total as f64;
        let z2 = Z * Z / total;
        let middle = share + z2 / 2.0;
        let spread = Z * (share * (1.0 - share) / total + z2 / (4.0 * total)).sqrt();
        Some([-1.0, 1.0].map(|sign| ((middle + sign * spread) / (1.0 + z2)).clamp(0.0, 1.0)))
    }
}

impl Score {
    /// The exports must be of one report, and there must be at least one.
    pub(super) fn new(exports: &[Export]) -> Self {
        let first = exports.first();
        Self {
            report: first
                .map(|export| export.report.clone())
                .unwrap_or_default(),
            samples: first.map(|export| export.samples).unwrap_or_default(),
            criteria: (0..CRITERIA.len())
                .map(|criterion| Criterion::new(criterion, exports))
                .collect(),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let criteria: serde_json::Map<String, Value> = self
            .criteria
            .iter()
            .map(|criterion| (criterion.key.to_owned(), criterion.to_json()))
            .collect();
        json!({"report": self.report, "samples": self.samples, "criteria": criteria})
    }
}

impl Criterion {
    fn new(criterion: usize, exports: &[Export]) -> Self {
        let (key, question) = CRITERIA[criterion];
        let mut all = Tally::default();
        let mut annotators = Vec::with_capacity(exports.len());
        let mut by_sample = Vec::new();
        for export in exports {
            by_sample.resize(export.samples, Tally::default());
            let mut own = Tally::default();
            for (answers, sample) in export.answers.iter().zip(&mut by_sample) {
                for tally in [&mut all, &mut own, sample] {
                    tally.add(answers[criterion]);
                }
            }
            annotators.push((export.annotator.clone(), own));
        }
        let mut majority = Tally::default();
        for sample in &by_sample {
            majority.add(sample.majority());
        }
        let answered = by_sample.iter().filter(|sample| sample.total() > 0).count();
        let counts: Vec<[usize; 3]> = by_sample.iter().map(|sample| sample.0).collect();
        Self {
            key,
            question,
            all,
            annotators,
            majority,
            majority_yes: Share {
                count: majority.0[0],
                total: answered,
            },
            undecided: answered - majority.total(),
            agreement: Agreement::new(&counts),
            by_sample,
        }
    }

    fn to_json(&self) -> Value {
        let annotators = self.annotators.iter().map(|(name, tally)| {
            let mut tally = tally_json(*tally, tally.yes());
            tally["annotator"] = name.as_str().into();
            tally
        });
        let samples = (1..).zip(&self.by_sample).map(|(number, tally)| {
            json!({
                "sample": number,
                "counts": counts(*tally),
                "majority": tally.majority().map(|answer| ANSWERS[answer]),
            })
        });
        let mut majority = tally_json(self.majority, self.majority_yes);
        majority["undecided"] = self.undecided.into();
        let Agreement {
            samples: paired,
            equal,
            alpha,
        } = self.agreement;
        json!({
            "question": self.question,
            "all": tally_json(self.all, self.all.yes()),
            "majority": majority,
            "annotators": annotators.collect::<Vec<_>>(),
            "agreement": {
                "samples": paired,
                "equal": equal,
                "alpha": alpha.value(),
                "reading": alpha.reading(),
            },
            "samples": samples.collect::<Vec<_>>(),
        })
    }
}

fn counts(tally: Tally) -> Value {
    ANSWERS
        .iter()
        .zip(tally.0)
        .map(|(answer, count)| ((*answer).to_owned(), count.into()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn tally_json(tally: Tally, yes: Share) -> Value {
    json!({
        "answers": tally.total(),
        "counts": counts(tally),
        "shareOfYes": yes.value(),
        "interval": yes.interval(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        let interval = |tally| Tally(tally).yes().interval();
        // By hand from the formula: 8 of 10.
        let [low, high] = interval([8, 2, 0]).unwrap();
        assert!((low - 0.490_162).abs() < 1e-6, "{low}");
        assert!((high - 0.943_318).abs() < 1e-6, "{high}");
        // "Cannot tell" is no yes; the ends stay within 0 to 1.
        assert_eq!(interval([8, 0, 2]), interval([8, 2, 0]));
        assert_eq!(interval([0, 5, 0]).unwrap()[0], 0.0);
        assert_eq!(interval([5, 0, 0]).unwrap()[1], 1.0);
        assert_eq!(interval([0, 0, 0]), None);
    }

    #[test]
    fn a_majority_is_more_than_half() {
        assert_eq!(Tally([2, 1, 0]).majority(), Some(0));
        assert_eq!(Tally([1, 1, 0]).majority(), None);
        assert_eq!(Tally([2, 1, 1]).majority(), None);
        assert_eq!(Tally([0, 0, 1]).majority(), Some(2));
        assert_eq!(Tally::default().majority(), None);
    }
}

//! The metrics of the paper (arXiv 2410.02952): does the student choose the teacher's tools, and
//! how close are their parameters.
//!
//! Per tool, over pairs of the predicted and the teacher's calls:
//! - precision, recall and F1 of "the tool is used";
//! - quality over the pairs in which both use it: the mean cosine similarity of the values (the
//!   photo editor's 14 sliders, or its 12 color values), for tools that choose a name the share of
//!   equal names;
//! - final score: the harmonic mean of F1 and quality.
//!
//! Overall is the mean of the tools' final scores. Ratios without any case are 0, and so is a
//! harmonic mean with a part that is not positive.

use std::collections::BTreeMap;

use crate::calls::ToolCall;

/// The predicted calls and the teacher's for the same intent.
pub type Pair = (Vec<ToolCall>, Vec<ToolCall>);

/// How well one tool is predicted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ToolScores {
    /// Of the predicted uses, the share that the teacher has too; 0 to 1.
    pub precision: f64,
    /// Of the teacher's uses, the share that is predicted; 0 to 1.
    pub recall: f64,
    /// The harmonic mean of precision and recall; 0 to 1.
    pub f1: f64,
    /// Mean cosine similarity (-1 to 1) or share of equal names (0 to 1).
    pub quality: f64,
    /// The harmonic mean of F1 and quality; 0 to 1.
    pub final_score: f64,
    /// Pairs in which the teacher uses the tool.
    pub used_by_teacher: usize,
    /// Pairs in which the prediction uses the tool.
    pub used_by_student: usize,
    /// Pairs in which both do.
    pub both: usize,
}

/// How well calls are predicted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scores {
    /// Of each tool, in the order asked for.
    pub tools: Vec<ToolScores>,
    /// The mean of the tools' final scores; 0 to 1.
    pub overall: f64,
    /// How many pairs there were.
    pub samples: usize,
}

/// A 95% interval.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

/// 95% intervals of the final scores.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Intervals {
    /// Of the overall score.
    pub overall: Interval,
    /// Of each tool's final score, in the order asked for.
    pub tools: Vec<Interval>,
}

/// Scores with their intervals.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evaluation {
    /// The scores on all pairs.
    pub scores: Scores,
    /// How far they would vary with another sample of as many intents.
    pub intervals: Intervals,
}

impl Evaluation {
    /// [`evaluate`] and [`bootstrap`] in one.
    #[must_use]
    pub fn new(tools: &[&str], pairs: &[Pair], resamples: usize, seed: u64) -> Self {
        Self {
            scores: evaluate(tools, pairs),
            intervals: bootstrap(tools, pairs, resamples, seed),
        }
    }
}

/// Scores predicted calls of these tools against the teacher's. No pairs score 0.
#[must_use]
pub fn evaluate(tools: &[&str], pairs: &[Pair]) -> Scores {
    let samples = samples(tools, pairs);
    score(tools.len(), samples.iter())
}

/// 95% percentile intervals from resampling the pairs with replacement (Efron's bootstrap).
/// The same seed gives the same intervals; 1,000 resamples are usual.
#[must_use]
pub fn bootstrap(tools: &[&str], pairs: &[Pair], resamples: usize, seed: u64) -> Intervals {
    let samples = samples(tools, pairs);
    let mut random = SplitMix64(seed);
    let mut overall = Vec::new();
    let mut finals = vec![Vec::new(); tools.len()];
    // Nothing can be drawn from no pairs.
    let resamples = if samples.is_empty() { 0 } else { resamples };
    for _ in 0..resamples {
        let drawn = (0..samples.len()).map(|_| &samples[random.below(samples.len())]);
        let drawn = score(tools.len(), drawn);
        overall.push(drawn.overall);
        for (values, tool) in finals.iter_mut().zip(drawn.tools) {
            values.push(tool.final_score);
        }
    }
    Intervals {
        overall: interval(overall),
        tools: finals.into_iter().map(interval).collect(),
    }
}

/// The middle 95% of some values; 0 to 0 of none.
fn interval(mut values: Vec<f64>) -> Interval {
    values.sort_by(f64::total_cmp);
    Interval {
        low: percentile(&values, 0.025),
        high: percentile(&values, 0.975),
    }
}

/// What a pair says about one tool: computed once, summed many times by the bootstrap.
#[derive(Clone, Copy)]
struct Case {
    student: bool,
    teacher: bool,
    /// Meaningful when both use the tool.
    quality: f64,
}

impl Case {
    fn new(tool: &str, (predicted, teacher): &Pair) -> Self {
        let student = predicted.iter().find(|call| call.tool == tool);
        let teacher = teacher.iter().find(|call| call.tool == tool);
        let both = student.zip(teacher);
        Self {
            student: student.is_some(),
            teacher: teacher.is_some(),
            quality: both.map_or(0.0, |(student, teacher)| quality(student, teacher)),
        }
    }
}

fn samples(tools: &[&str], pairs: &[Pair]) -> Vec<Vec<Case>> {
    let cases = |pair: &Pair| tools.iter().map(|tool| Case::new(tool, pair)).collect();
    pairs.iter().map(cases).collect()
}

fn quality(predicted: &ToolCall, teacher: &ToolCall) -> f64 {
    match (&predicted.choice, &teacher.choice) {
        (None, None) => {
            // By name: the two may come from catalogs with other orders.
            let mut values: BTreeMap<&str, [i32; 2]> = BTreeMap::new();
            for (side, call) in [predicted, teacher].into_iter().enumerate() {
                for value in &call.values {
                    values.entry(&value.name).or_default()[side] = value.value;
                }
            }
            let (a, b): (Vec<i32>, Vec<i32>) = values.values().map(|[a, b]| (*a, *b)).unzip();
            cosine(&a, &b)
        }
        (predicted, teacher) => f64::from(u8::from(predicted == teacher)),
    }
}

fn score<'a>(tools: usize, samples: impl Iterator<Item = &'a Vec<Case>>) -> Scores {
    let mut tools = vec![ToolScores::default(); tools];
    let mut count = 0;
    for sample in samples {
        count += 1;
        for (tool, case) in tools.iter_mut().zip(sample) {
            tool.used_by_teacher += usize::from(case.teacher);
            tool.used_by_student += usize::from(case.student);
            if case.teacher && case.student {
                tool.both += 1;
                tool.quality += case.quality;
            }
        }
    }
    for tool in &mut tools {
        tool.precision = ratio(tool.both as f64, tool.used_by_student);
        tool.recall = ratio(tool.both as f64, tool.used_by_teacher);
        tool.f1 = harmonic(tool.precision, tool.recall);
        tool.quality = ratio(tool.quality, tool.both);
        tool.final_score = harmonic(tool.f1, tool.quality);
    }
    let sum: f64 = tools.iter().map(|tool| tool.final_score).sum();
    Scores {
        overall: ratio(sum, tools.len()),
        tools,
        samples: count,
    }
}

/// The cosine of the angle between two vectors; 0 when one of them is all 0.
fn cosine(a: &[i32], b: &[i32]) -> f64 {
    let dot = |a: &[i32], b: &[i32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    let norms = (dot(a, a) * dot(b, b)).sqrt();
    if norms > 0.0 { dot(a, b) / norms } else { 0.0 }
}

fn ratio(part: f64, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part / whole as f64 }
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a > 0.0 && b > 0.0 {
        2.0 * a * b / (a + b)
    } else {
        0.0
    }
}

/// The value below which the share `q` of the sorted values lies, interpolated linearly.
fn percentile(sorted: &[f64], q: f64) -> f64 {
    let position = q * sorted.len().saturating_sub(1) as f64;
    let (below, above) = (position.floor() as usize, position.ceil() as usize);
    match (sorted.get(below), sorted.get(above)) {
        (Some(a), Some(b)) => a + (b - a) * position.fract(),
        _ => 0.0,
    }
}

/// Steele, Lea and Flood's SplitMix64 ("Fast splittable pseudorandom number generators", 2014):
/// enough for resampling, and the same on every platform.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, by the high half of a product (Lemire); the bias is below 2^-32 for
    /// the sizes here.
    fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }
}

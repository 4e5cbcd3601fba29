//! The slots codec: the graph gives logits for every slot at once; each slot is read by itself.

mod finder;

use finder::Finder;

use super::Answer;
use crate::{calls::Said, catalog::Catalog, error::PackError, pack::Slots};

/// Probability within this distance of the given value counts for a slider's confidence.
const NEAR: f32 = 10.0;

/// Where each value of each tool stands in the logits. Made once per pack, so that reading an
/// answer looks nothing up by name.
#[derive(Debug)]
pub(crate) struct Plan {
    slots: usize,
    classes: usize,
    /// In the catalog's order.
    tools: Vec<Tool>,
    deadzone: f32,
}

#[derive(Debug)]
enum Tool {
    /// Sliders, or a grid row by row.
    Values {
        used: Used,
        sliders: Vec<Slider>,
    },
    Choice(Choice),
}

/// A slot that says whether a tool is used.
#[derive(Debug)]
struct Used {
    start: usize,
    len: usize,
    /// The class `used`, counted from `start`.
    yes: usize,
    threshold: f32,
}

/// A slot of numbers.
#[derive(Debug)]
struct Slider {
    start: usize,
    values: Vec<f32>,
    min: i32,
    max: i32,
}

/// A slot of names, with one of how much of it.
#[derive(Debug)]
struct Choice {
    start: usize,
    /// The catalog's index of each class; `None` for "none of them".
    names: Vec<Option<usize>>,
    amount: Option<Slider>,
    threshold: f32,
}

impl Plan {
    /// Finds every slot of the tools.
    ///
    /// # Errors
    /// [`PackError::CatalogMismatch`] when a slot is missing, unknown or twice there, or chooses
    /// from other classes than its tool has.
    pub(crate) fn new(slots: &Slots, catalog: &Catalog) -> Result<Self, PackError> {
        Finder::new(slots)
            .and_then(|finder| finder.plan(catalog))
            .map_err(|reason| PackError::CatalogMismatch { reason })
    }

    /// The graph's output shape behind the batch: slots, classes.
    pub(crate) fn shape(&self) -> (usize, usize) {
        (self.slots, self.classes)
    }

    /// Reads an answer. `logits` has [`shape`](Self::shape), row by row, all finite.
    pub(crate) fn read(&self, logits: &[f32], scratch: &mut Vec<f32>) -> Answer {
        let mut answer = Answer::default();
        for tool in &self.tools {
            let (said, confidence) = match tool {
                Tool::Values { used, sliders } => {
                    values(used, sliders, logits, self.deadzone, scratch)
                }
                Tool::Choice(choice) => choice.read(logits, self.deadzone, scratch),
            };
            answer.said.push(said);
            answer.confidence.push(confidence);
        }
        answer
    }
}

fn values(
    used: &Used,
    sliders: &[Slider],
    logits: &[f32],
    deadzone: f32,
    scratch: &mut Vec<f32>,
) -> (Option<Said>, f32) {
    let probability = softmax(logits, used.start, used.len, scratch)[used.yes];
    if probability < used.threshold {
        return (None, 1.0 - probability);
    }
    let mut values = Vec::with_capacity(sliders.len());
    let mut near = 0.0;
    for slider in sliders {
        let (given, mass) = slider.read(logits, deadzone, scratch);
        values.push(given);
        near += mass / sliders.len() as f32;
    }
    let said = Said { choice: 0, values };
    // Likely to be used, but nothing moves: that is what the student is sure of then.
    if said.is_neutral() {
        return (None, near);
    }
    (Some(said), probability * near)
}

impl Slider {
    /// The value, and the probability within [`NEAR`] of it.
    fn read(&self, logits: &[f32], deadzone: f32, scratch: &mut Vec<f32>) -> (i32, f32) {
        let p = softmax(logits, self.start, self.values.len(), scratch);
        let mean: f32 = p.iter().zip(&self.values).map(|(p, value)| p * value).sum();
        // `round` is half away from zero; `as` turns what is no number into 0.
        let value = if mean.abs() < deadzone {
            0
        } else {
            mean.round() as i32
        };
        let value = value.min(self.max).max(self.min);
        let near = |other: f32| (other - value as f32).abs() <= NEAR;
        let mass = p
            .iter()
            .zip(&self.values)
            .filter(|(_, v)| near(**v))
            .map(|(p, _)| p)
            .sum();
        (value, mass)
    }
}

impl Choice {
    fn read(&self, logits: &[f32], deadzone: f32, scratch: &mut Vec<f32>) -> (Option<Said>, f32) {
        let p = softmax(logits, self.start, self.names.len(), scratch);
        let none: f32 = p
            .iter()
            .zip(&self.names)
            .filter(|(_, n)| n.is_none())
            .map(|(p, _)| p)
            .sum();
        let used = 1.0 - none;
        if used < self.threshold {
            return (None, none);
        }
        let named = p
            .iter()
            .zip(&self.names)
            .filter_map(|(p, name)| Some((*p, (*name)?)));
        // The first of equals, as an argmax elsewhere gives it.
        let best = named.reduce(|best, next| if next.0 > best.0 { next } else { best });
        let Some((probability, choice)) = best else {
            return (None, none);
        };
        // p(used) times p(name | used).
        let confidence = probability.min(1.0);
        let mut values = Vec::new();
        if let Some(amount) = &self.amount {
            let (given, near) = amount.read(logits, deadzone, scratch);
            // As with the sliders: an amount of 0 is none.
            if given == 0 {
                return (None, near);
            }
            values.push(given);
        }
        (Some(Said { choice, values }), confidence)
    }
}

/// The probabilities of a slot: softmax over its own classes only. Zeros when `logits` is too
/// short, which a checked graph never gives.
fn softmax<'a>(logits: &[f32], start: usize, len: usize, scratch: &'a mut Vec<f32>) -> &'a [f32] {
    scratch.clear();
    let Some(logits) = logits.get(start..start + len) else {
        scratch.resize(len, 0.0);
        return scratch;
    };
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    scratch.extend(logits.iter().map(|logit| (logit - max).exp()));
    let sum: f32 = scratch.iter().sum();
    for p in scratch.iter_mut() {
        *p /= sum;
    }
    scratch
}

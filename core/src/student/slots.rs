//! The slots codec: the graph gives logits for every slot at once; each slot is read by itself.

mod finder;

use finder::Finder;

use super::Answer;
use crate::{
    catalog::Catalog,
    edit::{Adjust, ColorAdjust, Edit, Filter, SelectiveAdjust},
    engine::Confidence,
    error::PackError,
    pack::Slots,
};

/// Probability within this distance of the given value counts for a slider's confidence.
const NEAR: f32 = 10.0;

/// Where each part of an edit stands in the logits. Made once per pack, so that reading an answer
/// looks nothing up by name.
#[derive(Debug)]
pub(crate) struct Plan {
    slots: usize,
    classes: usize,
    adjust: Tool<{ Adjust::COUNT }>,
    selective: Tool<{ 2 * SelectiveAdjust::COUNT }>,
    filter: FilterSlots,
    deadzone: f32,
}

/// A tool of sliders.
#[derive(Debug)]
struct Tool<const N: usize> {
    used: Used,
    sliders: [Slider; N],
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
#[derive(Debug, Clone, Default)]
struct Slider {
    start: usize,
    values: Vec<f32>,
    min: i32,
    max: i32,
}

#[derive(Debug)]
struct FilterSlots {
    start: usize,
    /// The names of the classes; `None` for "no filter".
    names: Vec<Option<String>>,
    intensity: Slider,
    threshold: f32,
}

impl Plan {
    /// Finds every slot of the tools.
    ///
    /// # Errors
    /// [`PackError::CatalogMismatch`] when a slot is missing, unknown or twice there, or chooses
    /// from other classes than its tool has.
    pub(crate) fn new(slots: &Slots, catalog: &Catalog) -> Result<Self, PackError> {
        Finder { slots, catalog }
            .plan()
            .map_err(|reason| PackError::CatalogMismatch { reason })
    }

    /// The graph's output shape behind the batch: slots, classes.
    pub(crate) fn shape(&self) -> (usize, usize) {
        (self.slots, self.classes)
    }

    /// Reads an answer. `logits` has [`shape`](Self::shape), row by row, all finite.
    pub(crate) fn read(&self, logits: &[f32], scratch: &mut Vec<f32>) -> Answer {
        let (values, adjust) = self.adjust.read(logits, self.deadzone, scratch);
        let adjust_tool = values.map(|values| {
            let mut values = values.into_iter();
            Adjust::default().map(|_, _| values.next().unwrap_or_default())
        });
        let (values, selective) = self.selective.read(logits, self.deadzone, scratch);
        let selective_tool = values.map(|values| {
            let mut values = values.into_iter();
            let mut next = || values.next().unwrap_or_default();
            SelectiveAdjust::default().map(|_, _| ColorAdjust {
                saturation: next(),
                luminance: next(),
            })
        });
        let (filter, filter_confidence) = self.filter.read(logits, self.deadzone, scratch);
        let edit = Edit {
            adjust: adjust_tool,
            selective_adjust: selective_tool,
            filter,
        }
        .normalized();
        let confidence = Confidence {
            adjust,
            selective_adjust: selective,
            filter: filter_confidence,
        };
        Answer {
            edit,
            confidence,
            ..Answer::default()
        }
    }
}

impl<const N: usize> Tool<N> {
    fn read(
        &self,
        logits: &[f32],
        deadzone: f32,
        scratch: &mut Vec<f32>,
    ) -> (Option<[i32; N]>, f32) {
        let used = softmax(logits, self.used.start, self.used.len, scratch)[self.used.yes];
        if used < self.used.threshold {
            return (None, 1.0 - used);
        }
        let mut values = [0; N];
        let mut near = 0.0;
        for (value, slider) in values.iter_mut().zip(&self.sliders) {
            let (given, mass) = slider.read(logits, deadzone, scratch);
            *value = given;
            near += mass / N as f32;
        }
        // Likely to be used, but nothing moves: that is what the student is sure of then.
        if values.iter().all(|value| *value == 0) {
            return (None, near);
        }
        (Some(values), used * near)
    }
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

impl FilterSlots {
    fn read(&self, logits: &[f32], deadzone: f32, scratch: &mut Vec<f32>) -> (Option<Filter>, f32) {
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
            .filter_map(|(p, name)| Some((*p, name.as_ref()?)));
        // The first of equals, as an argmax elsewhere gives it.
        let best = named.reduce(|best, next| if next.0 > best.0 { next } else { best });
        let Some((probability, name)) = best else {
            return (None, none);
        };
        // p(used) times p(name | used).
        let confidence = probability.min(1.0);
        let name = name.clone();
        let (intensity, near) = self.intensity.read(logits, deadzone, scratch);
        // As with the sliders: a filter of no intensity is none.
        if intensity == 0 {
            return (None, near);
        }
        (Some(Filter { name, intensity }), confidence)
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

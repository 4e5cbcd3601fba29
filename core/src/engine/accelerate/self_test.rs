//! The pack's goldens, asked of a model.

use std::time::{Duration, Instant};

use crate::{
    calls::Said,
    catalog::Catalog,
    engine::{
        model::{Loader, Model},
        options::Decoding,
    },
    error::Result,
    intent::Intent,
    pack::{Golden, Manifest, Tolerance},
};

/// How many goldens are asked however long they take.
const LEAST: usize = 8;

/// After how long no more are asked. A phone asks them all within it; an emulator of one may take
/// seconds for each.
const LIMIT: Duration = Duration::from_secs(10);

/// How a model did.
#[derive(Debug, Clone, Copy)]
pub(super) struct Findings {
    pub(super) of: usize,
    pub(super) differing: usize,
    pub(super) greatest: u32,
    pub(super) median: Duration,
}

/// Asks the goldens, as many as there is time for.
///
/// # Errors
/// Those of a run.
pub(super) fn run(
    model: &mut Model,
    goldens: &[Golden],
    manifest: &Manifest,
    tolerance: Tolerance,
) -> Result<Findings> {
    let (mut differing, mut greatest) = (0, 0);
    let mut times = Vec::with_capacity(goldens.len());
    let started = Instant::now();
    for golden in goldens {
        if times.len() >= LEAST && started.elapsed() > LIMIT {
            break;
        }
        let intent = Intent::new(&golden.intent, manifest.tokenizer.max_tokens)?;
        let decoding = Decoding::default();
        let outcome = Loader::answer(model, &intent, decoding, |_| true, &|| true)?;
        times.push(outcome.answer.inference);
        let recorded = recorded(&manifest.catalog, golden);
        let distance = distance(&outcome.answer.said, &recorded);
        greatest = greatest.max(distance.unwrap_or_default());
        differing += usize::from(distance.is_none_or(|distance| distance > tolerance.greatest));
    }
    times.sort_unstable();
    Ok(Findings {
        of: times.len(),
        differing,
        greatest,
        median: times.get(times.len() / 2).copied().unwrap_or_default(),
    })
}

impl Findings {
    /// Whether no more goldens differ than may.
    pub(super) fn passes(&self, tolerance: Tolerance) -> bool {
        self.differing as f32 <= tolerance.differing * self.of as f32
    }
}

/// What the pack's maker got, by the catalog's order.
fn recorded(catalog: &Catalog, golden: &Golden) -> Vec<Option<Said>> {
    let said = |tool: &crate::catalog::Tool| {
        let call = golden.calls.iter().find(|call| call.tool == tool.name)?;
        tool.said(call)
    };
    catalog.tools.iter().map(said).collect()
}

/// The greatest distance of a value; `None` when other tools are used or other names chosen.
fn distance(said: &[Option<Said>], recorded: &[Option<Said>]) -> Option<u32> {
    let mut greatest = 0;
    for pair in said.iter().zip(recorded) {
        match pair {
            (None, None) => {}
            (Some(said), Some(recorded)) if said.choice == recorded.choice => {
                let pairs = said.values.iter().zip(&recorded.values);
                let distances = pairs.map(|(one, other)| one.abs_diff(*other));
                greatest = distances.fold(greatest, u32::max);
            }
            _ => return None,
        }
    }
    Some(greatest)
}

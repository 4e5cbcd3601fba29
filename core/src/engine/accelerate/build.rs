//! The pack's graph for a provider, and the model that runs it.

use std::time::Instant;

use super::{Accelerator, verdict::Key};
use crate::{
    engine::{
        model::{LoadTimes, Loader, Model},
        observer::{LoadStep, Progress},
        prediction::LoadTimings,
    },
    error::Result,
    pack::{Codec, Contents, Tolerance},
    provider::{Provider, WhyNot},
    runtime::{Compiled, Control, Described, Refused},
    student::Sessions,
};

/// The tolerance of the graph that runs on the CPU too: the arithmetic of another processor makes a
/// step of 5 here and there.
const USUAL: Tolerance = Tolerance {
    differing: 0.05,
    greatest: 5,
};

/// A graph of the pack for a provider.
pub(super) struct Candidate<'a> {
    pub(super) graph: Described<'a>,
    pub(super) tolerance: Tolerance,
}

impl Loader {
    /// The pack's graph for a provider.
    pub(super) fn candidate(&self, provider: &Provider) -> Option<Candidate<'_>> {
        let Codec::Slots(slots) = &self.manifest.codec else {
            return None;
        };
        let named = |key: &String| key == provider.key();
        match slots.npu.as_deref() {
            Some(npu) if npu.providers.iter().any(named) => Some(Candidate {
                graph: npu.into(),
                tolerance: npu.tolerance,
            }),
            // It takes no graph whose sizes are open.
            _ if matches!(provider, Provider::Qnn(_)) => None,
            _ => Some(Candidate {
                graph: (&slots.graph).into(),
                tolerance: USUAL,
            }),
        }
    }

    /// The model on a provider, from bytes that stay.
    pub(super) fn accelerated(
        &self,
        contents: &Contents,
        provider: &Provider,
        candidate: &Candidate<'_>,
        key: &Key,
    ) -> Result<Result<(Model, LoadTimes), WhyNot>> {
        let control = Control::new()?;
        let parts = key.compiled();
        let compiled = self
            .store
            .as_ref()
            .map(|store| Compiled { store, key: &parts });
        let pad = self.manifest.tokenizer.pad_id;
        let read = |file: &str| self.file(contents, file);
        let blueprint = self.blueprint(&control);
        let sessions = match Sessions::accelerated(
            &blueprint,
            (candidate.graph, &read),
            pad,
            provider,
            compiled,
        ) {
            Ok(sessions) => sessions,
            Err(Refused::Why(why)) => return Ok(Err(why)),
            Err(Refused::Pack(error)) => return Err(error.into()),
        };
        let tokenizer = contents.file(&self.manifest.tokenizer.file)?;
        Ok(Ok(self.assemble(
            tokenizer,
            &control,
            || Ok(sessions),
            &|_| {},
        )?))
    }

    /// Builds the model again where it ran before it was unloaded; `None` when it does not run
    /// there any more.
    pub(in crate::engine) fn accelerated_again(
        &mut self,
        contents: &Contents,
        started: Instant,
        progress: &Progress<'_>,
    ) -> Result<Option<(Model, LoadTimings)>> {
        let verify = started.elapsed();
        let Some(Accelerator { provider, key, .. }) = &self.placement.accelerator else {
            return Ok(None);
        };
        let Some(candidate) = self.candidate(provider) else {
            return Ok(None);
        };
        let building = Instant::now();
        match self.accelerated(contents, provider, &candidate, key)? {
            Ok((model, mut times)) => {
                // The session is built first here, not beside the tokenizer.
                times.session = building.elapsed().saturating_sub(times.tokenizer);
                for step in [LoadStep::Verify, LoadStep::Tokenizer, LoadStep::Session] {
                    progress.ended(step);
                }
                Ok(Some((model, times.since(started, verify))))
            }
            Err(why) => {
                self.give_up(why);
                Ok(None)
            }
        }
    }
}

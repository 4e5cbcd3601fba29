//! Where a model runs: on the first wanted provider that stands its test, else on the CPU.

mod build;
mod self_test;
mod verdict;

use std::time::{Duration, Instant};

use self::{
    build::Candidate,
    self_test::Findings,
    verdict::{Key, Tested, Verdict},
};
use super::{
    model::{LoadTimes, Loader, Model},
    observer::{LoadStep, LogLevel, Observed, Progress},
    options::Options,
    prediction::LoadTimings,
};
use crate::{
    error::{Error, Result, RuntimeError},
    intent::Intent,
    pack::{Contents, Golden, Tolerance},
    provider::{Provider, ProviderReport, SelfTest, WhyNot},
};

/// Where a model shall run, and where it does.
pub(super) struct Placement {
    wanted: Vec<Provider>,
    accept_slower: bool,
    observed: Observed,
    /// What runs; `None`: the CPU.
    accelerator: Option<Accelerator>,
    others: Vec<(String, WhyNot)>,
}

/// A provider that stood its test.
struct Accelerator {
    provider: Provider,
    key: Key,
    self_test: SelfTest,
}

/// What judging needs, and the CPU's model once it was asked.
struct Judge<'a> {
    contents: &'a Contents,
    goldens: Vec<Golden>,
    cpu: Option<(Model, Duration)>,
}

impl Placement {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            wanted: options.providers.clone(),
            accept_slower: options.accept_slower,
            observed: options.observed.clone(),
            accelerator: None,
            others: Vec::new(),
        }
    }

    /// Whether a self-test will do.
    fn accepts(&self, tested: &Tested, tolerance: Tolerance) -> Result<SelfTest, WhyNot> {
        let findings = tested.findings();
        let Findings {
            of,
            differing,
            greatest,
            median,
        } = findings;
        if !findings.passes(tolerance) {
            return Err(WhyNot::SelfTestFailed {
                differing,
                greatest,
                of,
            });
        }
        match tested.cpu() {
            Some(cpu) if median > cpu && !self.accept_slower => Err(WhyNot::SlowerThanCpu {
                provider: median,
                cpu,
            }),
            cpu_median => Ok(SelfTest {
                of,
                differing,
                greatest,
                median,
                cpu_median,
            }),
        }
    }

    fn refuse(&mut self, provider: &Provider, why: WhyNot) {
        if why != WhyNot::NotTried {
            self.observed.log(LogLevel::Info, || {
                format!("{} is not used: {why}", provider.name())
            });
        }
        self.others.push((provider.name().to_owned(), why));
    }
}

impl Loader {
    /// Chooses where the model runs, and builds it from verified bytes.
    pub(super) fn open(
        &mut self,
        contents: Contents,
        started: Instant,
        verify: Duration,
        progress: &Progress<'_>,
    ) -> Result<(Model, LoadTimings)> {
        let judged = Instant::now();
        let mut judge = Judge {
            contents: &contents,
            goldens: Vec::new(),
            cpu: None,
        };
        let mut chosen = None;
        let mut wanted = std::mem::take(&mut self.placement.wanted).into_iter();
        for provider in wanted.by_ref() {
            if provider == Provider::Cpu {
                break;
            }
            match self.judge(&provider, &mut judge)? {
                Ok((model, accelerator)) => {
                    self.placement.accelerator = Some(accelerator);
                    chosen = Some(model);
                    break;
                }
                Err(why) => self.placement.refuse(&provider, why),
            }
        }
        for provider in wanted {
            self.placement.refuse(&provider, WhyNot::NotTried);
        }
        let ready = chosen.or(judge.cpu.map(|(model, _)| model));
        match ready {
            Some(model) => {
                progress.ended(LoadStep::Tokenizer);
                progress.ended(LoadStep::Session);
                let times = LoadTimes {
                    session: judged.elapsed(),
                    ..LoadTimes::default()
                };
                Ok((model, times.since(started, verify)))
            }
            None => self.load_from(contents, started, verify, progress),
        }
    }

    /// Whether a provider is used, and with which model; or why it is not.
    fn judge(
        &self,
        provider: &Provider,
        judge: &mut Judge<'_>,
    ) -> Result<Result<(Model, Accelerator), WhyNot>> {
        if let Some(feature) = provider.missing_feature() {
            let feature = feature.to_owned();
            return Ok(Err(WhyNot::NotBuilt { feature }));
        }
        let Some(candidate) = self.candidate(provider) else {
            return Ok(Err(WhyNot::NoGraph));
        };
        if judge.goldens.is_empty() {
            // Goldens that cannot be read prove as little as none.
            judge.goldens = judge.contents.goldens().unwrap_or_default();
            let longest = self.manifest.tokenizer.max_tokens;
            let askable = |golden: &Golden| Intent::new(&golden.intent, longest).is_ok();
            judge.goldens.retain(askable);
        }
        if judge.goldens.is_empty() {
            return Ok(Err(WhyNot::NoGoldens));
        }
        let manifest = &judge.contents.manifest_bytes;
        let settings = format!("{:?}", self.settings);
        let key = Key::new(manifest, provider, self.runtime.version(), &settings);
        let store = self.store.as_ref();
        let one_at_a_time = verdict::judging();
        let (tested, model) = match verdict::recall(store, &key) {
            Some(Verdict::Trying) => return Ok(Err(WhyNot::Crashed)),
            Some(Verdict::NodesOnCpu { reason }) => {
                return Ok(Err(WhyNot::NodesOnCpu { reason }));
            }
            Some(Verdict::Failed { reason }) => return Ok(Err(WhyNot::Failed { reason })),
            Some(Verdict::Tested(tested))
                if tested.cpu().is_some()
                    || self.placement.accept_slower
                    || !tested.findings().passes(candidate.tolerance) =>
            {
                (tested, None)
            }
            Some(Verdict::Tested(_) | Verdict::Untested) | None => {
                // Without the mark a provider that ends the process would end each later one, too.
                if !verdict::remember(store, &key, &Verdict::Trying) {
                    let reason =
                        "the cache folder cannot be written, so its self-test is not risked";
                    return Ok(Err(WhyNot::NotAvailable {
                        reason: reason.to_owned(),
                    }));
                }
                let found = self.test(provider, &candidate, &key, judge);
                let verdict = match &found {
                    Ok((Ok(tested), _)) => Verdict::Tested(*tested),
                    Ok((Err(why), _)) => kept(why),
                    // The pack's fault, or the CPU's: nothing is known about the provider.
                    Err(_) => Verdict::Untested,
                };
                if !verdict::remember(store, &key, &verdict) {
                    verdict::forget(store, &key);
                }
                match found? {
                    (Ok(tested), model) => (tested, model),
                    (Err(why), _) => return Ok(Err(why)),
                }
            }
        };
        drop(one_at_a_time);
        let self_test = match self.placement.accepts(&tested, candidate.tolerance) {
            Ok(self_test) => self_test,
            Err(why) => return Ok(Err(why)),
        };
        let model = match model {
            Some(model) => model,
            None => match self.accelerated(judge.contents, provider, &candidate, &key)? {
                Ok((model, _)) => model,
                Err(why) => return Ok(Err(why)),
            },
        };
        let accelerator = Accelerator {
            provider: provider.clone(),
            key,
            self_test,
        };
        Ok(Ok((model, accelerator)))
    }

    /// Has the goldens answered by the provider, and by the CPU when it matters which is faster.
    fn test(
        &self,
        provider: &Provider,
        candidate: &Candidate<'_>,
        key: &Key,
        judge: &mut Judge<'_>,
    ) -> Result<(Result<Tested, WhyNot>, Option<Model>)> {
        let mut model = match self.accelerated(judge.contents, provider, candidate, key)? {
            Ok((model, _)) => model,
            Err(why) => return Ok((Err(why), None)),
        };
        let ask = |model: &mut Model, goldens: &[Golden]| {
            self_test::run(model, goldens, &self.manifest, candidate.tolerance)
        };
        let findings = match ask(&mut model, &judge.goldens) {
            Ok(findings) => findings,
            Err(Error::Runtime(RuntimeError::Run { reason })) => {
                return Ok((Err(WhyNot::Failed { reason }), None));
            }
            Err(other) => return Err(other),
        };
        if !findings.passes(candidate.tolerance) || self.placement.accept_slower {
            return Ok((Ok(Tested::new(findings, None)), Some(model)));
        }
        if judge.cpu.is_none() {
            let contents = judge.contents;
            let tokenizer = self.file(contents, &self.manifest.tokenizer.file)?;
            let mut read = |file: &str| self.file(contents, file);
            let (mut cpu, _) = self.on_cpu(tokenizer, &mut read, &|_| {})?;
            let asked = judge.goldens.get(..findings.of).unwrap_or_default();
            let median = ask(&mut cpu, asked)?.median;
            judge.cpu = Some((cpu, median));
        }
        let cpu = judge.cpu.as_ref().map(|(_, median)| *median);
        Ok((Ok(Tested::new(findings, cpu)), Some(model)))
    }

    /// Whether another provider than the CPU runs.
    pub(super) fn is_accelerated(&self) -> bool {
        self.placement.accelerator.is_some()
    }

    /// From now on the model runs on the CPU.
    pub(super) fn give_up(&mut self, why: WhyNot) {
        if let Some(Accelerator { provider, .. }) = self.placement.accelerator.take() {
            self.placement.refuse(&provider, why);
        }
    }

    /// The pack's files that the model is built from.
    pub(super) fn graphs(&self) -> Vec<&str> {
        let accelerator = self.placement.accelerator.as_ref();
        let candidate = accelerator.and_then(|a| self.candidate(&a.provider));
        match candidate {
            Some(candidate) => vec![candidate.graph.file],
            None => self.manifest.codec.files(),
        }
    }

    /// Where the model runs, and why not elsewhere.
    pub(super) fn report(&self) -> ProviderReport {
        let placement = &self.placement;
        let accelerator = placement.accelerator.as_ref();
        let running = accelerator.map_or("CPU", |a| a.provider.name());
        ProviderReport {
            running: running.to_owned(),
            runtime_version: self.runtime.version().to_owned(),
            graphs: self.graphs().into_iter().map(str::to_owned).collect(),
            self_test: accelerator.map(|a| a.self_test.clone()),
            others: placement.others.clone(),
        }
    }
}

/// What is remembered of a reason. What is not available now may be so at the next start.
fn kept(why: &WhyNot) -> Verdict {
    match why {
        WhyNot::NodesOnCpu { reason } => Verdict::NodesOnCpu {
            reason: reason.clone(),
        },
        WhyNot::Failed { reason } => Verdict::Failed {
            reason: reason.clone(),
        },
        _ => Verdict::Untested,
    }
}

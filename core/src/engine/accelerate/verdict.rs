//! Verdicts about providers, remembered until something changes that they depend on.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::self_test::Findings;
use crate::{provider::Provider, store::Store, system};

/// The kind of the store's entries.
const KIND: &str = "verdict";

/// What is known about a provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Verdict {
    /// Its self-test has begun. Found at a start, the process did not live to its end.
    Trying,
    /// Nothing: it was not there.
    Untested,
    /// It leaves nodes to the CPU.
    NodesOnCpu { reason: String },
    /// A run failed.
    Failed { reason: String },
    /// It answered all goldens.
    Tested(Tested),
}

/// How it did; whether that will do depends on the options. Times in nanoseconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Tested {
    of: usize,
    differing: usize,
    greatest: u32,
    median: u64,
    cpu_median: Option<u64>,
}

impl Tested {
    pub(super) fn new(findings: Findings, cpu: Option<Duration>) -> Self {
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        Self {
            of: findings.of,
            differing: findings.differing,
            greatest: findings.greatest,
            median: nanoseconds(findings.median),
            cpu_median: cpu.map(nanoseconds),
        }
    }

    pub(super) fn findings(&self) -> Findings {
        Findings {
            of: self.of,
            differing: self.differing,
            greatest: self.greatest,
            median: Duration::from_nanos(self.median),
        }
    }

    /// The median time on the CPU, when it was measured.
    pub(super) fn cpu(&self) -> Option<Duration> {
        self.cpu_median.map(Duration::from_nanos)
    }
}

/// What a verdict depends on: first what a compiled graph depends on too, last the settings of the
/// CPU's session, whose time it was measured against.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key(Vec<Vec<u8>>);

impl Key {
    /// `manifest` are the bytes of `pack.json`, which vouches for all other files of the pack.
    pub(super) fn new(
        manifest: &[u8],
        provider: &Provider,
        runtime_version: &str,
        settings: &str,
    ) -> Self {
        let mut parts = vec![
            Sha256::digest(manifest).to_vec(),
            format!("{provider:?}").into_bytes(),
            runtime_version.as_bytes().to_vec(),
            env!("CARGO_PKG_VERSION").as_bytes().to_vec(),
            system::build().into_bytes(),
        ];
        parts.extend(provider.files().map(|file| stamp(file)));
        parts.push(settings.as_bytes().to_vec());
        Self(parts)
    }

    /// What a graph that the provider compiled depends on.
    pub(super) fn compiled(&self) -> Vec<&[u8]> {
        let mut parts = self.parts();
        parts.pop();
        parts
    }

    pub(super) fn parts(&self) -> Vec<&[u8]> {
        self.0.iter().map(Vec::as_slice).collect()
    }
}

/// What changes with a file. Reading a library of 100 MB at each start would take too long.
fn stamp(file: &Path) -> Vec<u8> {
    let Ok(metadata) = fs::metadata(file) else {
        return Vec::new();
    };
    let modified = metadata.modified().ok();
    let since = modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    format!("{} {since:?}", metadata.len()).into_bytes()
}

/// Held while a provider is judged: two engines that open at once would test it twice, and the
/// second take the first's mark for that of a crash.
pub(super) fn judging() -> MutexGuard<'static, ()> {
    static JUDGING: Mutex<()> = Mutex::new(());
    JUDGING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The verdict; `None` when there is none, or none that can be read. Without a store it is that of
/// this process.
pub(super) fn recall(store: Option<&Store>, key: &Key) -> Option<Verdict> {
    match store {
        Some(store) => serde_json::from_slice(&store.get(KIND, &key.parts())?).ok(),
        None => process().as_ref()?.get(key).cloned(),
    }
}

/// Remembers a verdict; gives whether that worked. Without a store it lasts as long as the process.
pub(super) fn remember(store: Option<&Store>, key: &Key, verdict: &Verdict) -> bool {
    match store {
        Some(store) => serde_json::to_vec(verdict)
            .map_err(Into::into)
            .and_then(|bytes| store.put(KIND, &key.parts(), &bytes))
            .is_ok(),
        None => {
            let mut process = process();
            let verdicts = process.get_or_insert_default();
            verdicts.insert(key.clone(), verdict.clone());
            true
        }
    }
}

/// Forgets a verdict, for one that could not be replaced.
pub(super) fn forget(store: Option<&Store>, key: &Key) {
    if let Some(store) = store {
        store.remove(KIND, &key.parts());
    }
}

fn process() -> MutexGuard<'static, Option<HashMap<Key, Verdict>>> {
    static VERDICTS: Mutex<Option<HashMap<Key, Verdict>>> = Mutex::new(None);
    VERDICTS.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Loading a graph, and keeping it as ONNX Runtime optimized it.
//!
//! The kept form (ONNX Runtime's own, not ONNX) is mapped, and its weights are used where they lie: it
//! is loaded without parsing, and what the session does not repack takes no memory of its own.

use std::ops::{Deref, DerefMut};

use ort::session::{Session, builder::GraphOptimizationLevel};

use super::{
    Runtime, Settings,
    session::{builder, saturates},
};
use crate::{
    error::{Error, PackError},
    memory,
    pack::{Bytes, Manifest},
    store::Store,
};

/// The kind of the store's entries.
const KIND: &str = "graph";

/// Where the graphs of a pack come from.
pub(crate) struct GraphFiles<'a> {
    /// Gives a file's verified bytes.
    pub(crate) read: &'a mut dyn FnMut(&str) -> Result<Bytes, PackError>,
    /// Where optimized graphs are kept, if they are.
    pub(crate) kept: Option<Kept<'a>>,
}

/// The place of a pack's optimized graphs.
#[derive(Clone, Copy)]
pub(crate) struct Kept<'a> {
    pub(crate) store: &'a Store,
    pub(crate) manifest: &'a Manifest,
}

/// A session, and the bytes that it may use for as long as it lives.
pub(crate) struct Loaded {
    // Dropped in this order.
    session: Session,
    _weights: Option<Bytes>,
}

impl From<Session> for Loaded {
    /// A session that needs no bytes but its own.
    fn from(session: Session) -> Self {
        Self {
            session,
            _weights: None,
        }
    }
}

impl Deref for Loaded {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for Loaded {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}

/// Makes the session of a graph: of the kept form where there is one, else of the pack's file, which is
/// then kept.
pub(super) fn load(
    runtime: &Runtime,
    files: &mut GraphFiles<'_>,
    file: &str,
    settings: Settings,
) -> Result<Loaded, Error> {
    let place = files.kept.and_then(|kept| Place::of(kept, file, runtime));
    if let Some(loaded) = place
        .as_ref()
        .and_then(|place| place.load(runtime, settings))
    {
        return Ok(loaded);
    }
    let bytes = (files.read)(file)?;
    // Should the disk be full, or the graph be none at all: the ordinary way shows which.
    if let Some(place) = place
        && place.keep(runtime, &bytes, settings).is_ok()
        && let Some(loaded) = place.load(runtime, settings)
    {
        return Ok(loaded);
    }
    let session = builder(runtime, settings).and_then(|mut b| b.commit_from_memory(&bytes));
    Ok(Loaded {
        session: session.map_err(|error| PackError::InvalidGraph {
            file: file.to_owned(),
            reason: error.to_string(),
        })?,
        _weights: None,
    })
}

/// Where one graph is kept.
struct Place<'a> {
    store: &'a Store,
    /// What the optimized form depends on: the file, ONNX Runtime, the processor and this version.
    key: [Vec<u8>; 4],
}

impl<'a> Place<'a> {
    fn of(kept: Kept<'a>, file: &str, runtime: &Runtime) -> Option<Self> {
        let (_, info) = kept.manifest.files.iter().find(|(name, _)| name == file)?;
        Some(Self {
            store: kept.store,
            key: [
                info.sum.to_vec(),
                runtime.version().into(),
                processor().into(),
                env!("CARGO_PKG_VERSION").into(),
            ],
        })
    }

    fn key(&self) -> [&[u8]; 4] {
        self.key.each_ref().map(Vec::as_slice)
    }

    /// The session of the kept form. What is damaged, or what this ONNX Runtime refuses, is removed.
    fn load(&self, runtime: &Runtime, settings: Settings) -> Option<Loaded> {
        let weights = self.store.get_mapped(KIND, &self.key())?;
        let session = (|| {
            builder(runtime, settings)?
                .with_optimization_level(GraphOptimizationLevel::Disable)?
                // `Loaded` holds the bytes for as long as the session lives, which ort's own way
                // asks of a lifetime.
                .with_config_entry("session.use_ort_model_bytes_directly", "1")?
                .with_config_entry("session.use_ort_model_bytes_for_initializers", "1")?
                .commit_from_memory(&weights)
        })();
        match session {
            Ok(session) => Some(Loaded {
                session,
                _weights: Some(weights),
            }),
            Err(_) => {
                self.store.remove(KIND, &self.key());
                None
            }
        }
    }

    /// Keeps the optimized form of the pack's file. The session that makes it is not the one to use:
    /// all of its weights have been copied.
    fn keep(
        &self,
        runtime: &Runtime,
        bytes: &[u8],
        settings: Settings,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let draft = self.store.draft()?;
        let save = || -> ort::Result<Session> {
            builder(runtime, settings)?
                .with_prepacking(false)?
                .with_config_entry("session.save_model_format", "ORT")?
                .with_optimized_model_path(draft.path())?
                .commit_from_memory(bytes)
        };
        drop(save()?);
        self.store.keep(KIND, &self.key(), &draft)?;
        memory::release();
        Ok(())
    }
}

/// What ONNX Runtime's optimizer asks of the processor: an optimized graph is for processors like the
/// one it was made on.
fn processor() -> String {
    let mut features = vec![std::env::consts::ARCH];
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    for (has, name) in [
        (std::arch::is_x86_feature_detected!("avx2"), "avx2"),
        (std::arch::is_x86_feature_detected!("avx512f"), "avx512f"),
        (std::arch::is_x86_feature_detected!("avxvnni"), "avxvnni"),
    ] {
        features.extend(has.then_some(name));
    }
    #[cfg(target_arch = "aarch64")]
    for (has, name) in [
        (
            std::arch::is_aarch64_feature_detected!("dotprod"),
            "dotprod",
        ),
        (std::arch::is_aarch64_feature_detected!("i8mm"), "i8mm"),
        (std::arch::is_aarch64_feature_detected!("sve"), "sve"),
    ] {
        features.extend(has.then_some(name));
    }
    features.extend(saturates().then_some("saturates"));
    features.join(" ")
}

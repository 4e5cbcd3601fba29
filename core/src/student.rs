//! How a student's output becomes calls of the tools, one module per codec.

pub(crate) mod slots;
pub(crate) mod text;

use std::time::{Duration, Instant};

use crate::{
    calls::Said,
    catalog::Catalog,
    engine::Decoding,
    error::{Error, PackError, Result},
    pack::{Architecture, Bytes, Codec, Graphs},
    provider::{Provider, WhyNot},
    runtime::{
        Compiled, Control, Decoder, Described, GraphFiles, Refused, Runtime, Session, Settings,
        Shape, open_decoder,
    },
    tokenizer::Tokenizer,
};

/// A student that is loaded.
pub(crate) enum Student {
    Slots {
        plan: Box<slots::Plan>,
        session: Session,
        scratch: Vec<f32>,
    },
    Text {
        writer: Box<text::Writer>,
        decoder: Box<dyn Decoder>,
    },
}

/// The sessions of a student, which can be built while its tokenizer is read.
pub(crate) enum Sessions {
    Slots(Box<slots::Plan>, Session),
    /// The decoder, and how many tokens it knows.
    Text(Box<dyn Decoder>, usize),
}

/// An answer and how it came about.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// What is said about each tool of the catalog; `None`: it is not used.
    pub(crate) said: Vec<Option<Said>>,
    /// How sure the student is of each tool, 0 to 1.
    pub(crate) confidence: Vec<f32>,
    /// The tokens of each tool's line; none with slots.
    pub(crate) written: Vec<Vec<u32>>,
    /// ONNX Runtime's runs of the graphs.
    pub(crate) inference: Duration,
    /// All else: choosing tokens, reading values.
    pub(crate) decode: Duration,
    /// Runs of the decoder.
    pub(crate) passes: usize,
    /// Written tokens that the grammar left no choice about.
    pub(crate) forced: usize,
}

/// What the sessions of a student are built from.
pub(crate) struct Blueprint<'a> {
    pub(crate) runtime: &'a Runtime,
    pub(crate) codec: &'a Codec,
    pub(crate) catalog: &'a Catalog,
    pub(crate) architecture: &'a Architecture,
    pub(crate) settings: Settings,
    pub(crate) control: &'a Control,
}

/// Gives a file's verified bytes.
pub(crate) type ReadFile<'a> = &'a dyn Fn(&str) -> Result<Bytes, PackError>;

impl Sessions {
    /// Builds the sessions.
    pub(crate) fn build(of: &Blueprint<'_>, files: &mut GraphFiles<'_>) -> Result<Self> {
        match of.codec {
            Codec::Slots(slots) => {
                let plan = slots::Plan::new(slots, of.catalog)?;
                let session = Session::new(
                    of.runtime,
                    files,
                    (&slots.graph).into(),
                    plan.shape(),
                    of.settings,
                    of.control,
                )?;
                Ok(Self::Slots(Box::new(plan), session))
            }
            Codec::Text(text) => {
                let shape = shape(of.architecture, text.vocabulary.as_deref(), &text.graphs)?;
                let decoder = open_decoder(
                    of.runtime,
                    &text.graphs,
                    files,
                    shape,
                    of.settings,
                    of.control,
                )?;
                Ok(Self::Text(decoder, shape.vocabulary))
            }
        }
    }

    /// Builds the session of a slots student on another provider than the CPU. `pad` is the token
    /// that fills a sequence up.
    pub(crate) fn accelerated(
        of: &Blueprint<'_>,
        (graph, read): (Described<'_>, ReadFile<'_>),
        pad: i64,
        provider: &Provider,
        compiled: Option<Compiled<'_>>,
    ) -> Result<Self, Refused> {
        let Codec::Slots(slots) = of.codec else {
            return Err(WhyNot::NoGraph.into());
        };
        // It was made when the pack was opened, so this is no reason that anyone will see.
        let plan = slots::Plan::new(slots, of.catalog).map_err(|error| WhyNot::NotAvailable {
            reason: error.to_string(),
        })?;
        let session = Session::accelerated(
            of.runtime,
            read,
            graph,
            (plan.shape(), pad),
            (provider, compiled),
            of.settings,
            of.control,
        )?;
        Ok(Self::Slots(Box::new(plan), session))
    }
}

impl Student {
    /// Joins sessions and tokenizer.
    ///
    /// # Errors
    /// [`PackError::CatalogMismatch`] when the tokenizer cannot write the catalog's tools.
    pub(crate) fn new(
        sessions: Sessions,
        codec: &Codec,
        catalog: &Catalog,
        tokenizer: &Tokenizer,
    ) -> Result<Self, PackError> {
        match (sessions, codec) {
            (Sessions::Slots(plan, session), _) => Ok(Self::Slots {
                plan,
                session,
                scratch: Vec::new(),
            }),
            (Sessions::Text(decoder, vocabulary), Codec::Text(text)) => Ok(Self::Text {
                writer: Box::new(text::Writer::new(text, vocabulary, catalog, tokenizer)?),
                decoder,
            }),
            (Sessions::Text(..), Codec::Slots(_)) => Err(PackError::InvalidManifest {
                reason: "the codec changed while loading".to_owned(),
            }),
        }
    }

    /// Answers an intent of these tokens, as long as `go_on` says so.
    pub(crate) fn answer(
        &mut self,
        ids: &[i64],
        mask: &[i64],
        decoding: Decoding,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Answer> {
        match self {
            Self::Slots {
                plan,
                session,
                scratch,
            } => {
                let (mut answer, ran) =
                    session.run(ids, mask, |logits| plan.read(logits, scratch))?;
                answer.inference = ran.end - ran.start;
                answer.decode = ran.end.elapsed();
                answer.passes = 1;
                Ok(answer)
            }
            Self::Text { writer, decoder } => {
                let started = Instant::now();
                let inference = decoder.read(ids, mask)?;
                if !go_on() {
                    return Err(Error::Cancelled);
                }
                let mut answer = writer.answer(&mut **decoder, decoding, go_on)?;
                answer.inference += inference;
                answer.decode = started.elapsed().saturating_sub(answer.inference);
                Ok(answer)
            }
        }
    }

    /// Frees the buffers.
    pub(crate) fn shrink(&mut self) {
        match self {
            Self::Slots { scratch, .. } => *scratch = Vec::new(),
            Self::Text { decoder, .. } => decoder.shrink(),
        }
    }
}

/// The widest attention of all heads together; that of T5's largest is 16,384.
const WIDEST: usize = 1 << 16;

/// The sizes of a text student.
fn shape(
    architecture: &Architecture,
    vocabulary: Option<&[u32]>,
    graphs: &Graphs,
) -> Result<Shape, PackError> {
    // Far beyond any T5, and small enough for every product of them.
    let size = |number: u64, name: &str| match usize::try_from(number) {
        Ok(size) if (1..=1 << 20).contains(&size) => Ok(size),
        _ => Err(PackError::InvalidManifest {
            reason: format!("`architecture.{name}` is not a size"),
        }),
    };
    let heads = size(architecture.num_heads, "num_heads")?;
    let width = size(architecture.d_kv, "d_kv")?;
    if heads.saturating_mul(width) > WIDEST {
        return Err(PackError::InvalidManifest {
            reason: format!("`architecture` has attention wider than {WIDEST}"),
        });
    }
    if vocabulary.is_some() && matches!(graphs, Graphs::Optimum { .. }) {
        return Err(PackError::InvalidManifest {
            reason: "`text.vocabulary` with graphs of Optimum, which know every token".to_owned(),
        });
    }
    Ok(Shape {
        layers: size(architecture.decoder_layers, "decoder_layers")?,
        heads,
        width,
        vocabulary: match vocabulary {
            Some(ids) => ids.len(),
            None => size(architecture.vocab_size, "vocab_size")?,
        },
    })
}

//! The graphs of a text student: an encoder, and a decoder that writes several rows at once.

mod cached;
mod optimum;

use std::time::{Duration, Instant};

use ort::{
    session::{SessionInputValue, SessionOutputs},
    value::{TensorElementType, ValueType},
};

use super::{
    Control, Runtime, Settings,
    optimized::{self, GraphFiles, Loaded},
};
use crate::{
    error::{Error, PackError, RuntimeError},
    pack::Graphs,
};

/// The sizes of a student that its decoder's inputs and outputs have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    /// The width of one attention head.
    pub(crate) width: usize,
    /// How many logits there are, which is how many tokens the decoder knows.
    pub(crate) vocabulary: usize,
}

/// Encoder and decoder of a text student.
pub(crate) trait Decoder: Send {
    /// The most tokens of a row that one pass takes.
    fn widest(&self) -> usize;

    /// Runs the encoder over an intent. All times are those of ONNX Runtime alone.
    fn read(&mut self, ids: &[i64], mask: &[i64]) -> Result<Duration, RuntimeError>;

    /// Begins `rows` empty lines about the intent that was read last, with room for `longest`
    /// tokens each.
    fn begin(&mut self, rows: usize, longest: usize);

    /// Feeds the next tokens of each row, 1 to [`widest`](Self::widest) of them, and gives the
    /// logits behind the last one of each, row by row.
    fn pass(&mut self, feeds: &[&[u32]], logits: &mut Vec<f32>) -> Result<Duration, RuntimeError>;

    /// Ends a row; the last one takes its place.
    fn end(&mut self, row: usize);

    /// Frees the buffers between two requests.
    fn shrink(&mut self);
}

/// Opens the graphs.
pub(crate) fn open(
    runtime: &Runtime,
    graphs: &Graphs,
    files: &mut GraphFiles<'_>,
    shape: Shape,
    settings: Settings,
    control: &Control,
) -> Result<Box<dyn Decoder>, Error> {
    let mut graph = |file: &str| -> Result<Graph, Error> {
        Ok(Graph {
            file: file.to_owned(),
            session: optimized::load(runtime, files, file, settings)?,
            control: control.clone(),
        })
    };
    Ok(match graphs {
        Graphs::Cached { encoder, decoder } => Box::new(cached::Cached::new(
            graph(encoder)?,
            graph(decoder)?,
            shape,
        )?),
        Graphs::Optimum { encoder, decoder } => Box::new(optimum::Optimum::new(
            graph(encoder)?,
            optimum::Branches::open(decoder, graph)?,
            shape,
        )?),
    })
}

/// A session with the name that errors call it by.
struct Graph {
    file: String,
    session: Loaded,
    control: Control,
}

impl Graph {
    fn run<'s>(
        &'s mut self,
        inputs: &[SessionInputValue<'_>],
    ) -> Result<(SessionOutputs<'s>, Duration), RuntimeError> {
        let started = Instant::now();
        let outputs = self
            .session
            .run_with_options(inputs, self.control.options());
        let took = started.elapsed();
        Ok((outputs.map_err(failed)?, took))
    }

    fn inputs(&self) -> Vec<String> {
        names(self.session.inputs())
    }

    fn outputs(&self) -> Vec<String> {
        names(self.session.outputs())
    }

    /// Whether inputs and outputs have the sizes that `expected` gives for their names, as pairs of
    /// dimension and size. A size that the graph leaves open fits unless it must be `fixed`.
    fn check_sizes(
        &self,
        fixed: bool,
        expected: impl Fn(&str) -> Vec<(usize, usize)>,
    ) -> Result<(), PackError> {
        for outlet in self.session.inputs().iter().chain(self.session.outputs()) {
            for (dimension, size) in expected(outlet.name()) {
                let ValueType::Tensor {
                    ty: TensorElementType::Float32,
                    shape,
                    ..
                } = outlet.dtype()
                else {
                    return Err(
                        self.invalid(format!("`{}` is not a tensor of float32", outlet.name()))
                    );
                };
                let found = shape.get(dimension).copied().unwrap_or_default();
                if (found >= 0 || fixed) && usize::try_from(found) != Ok(size) {
                    return Err(self.invalid(format!(
                        "`{}` has the shape {:?} instead of {size} at {dimension}",
                        outlet.name(),
                        &shape[..],
                    )));
                }
            }
        }
        Ok(())
    }

    fn invalid(&self, reason: String) -> PackError {
        PackError::InvalidGraph {
            file: self.file.clone(),
            reason,
        }
    }
}

fn names(outlets: &[ort::value::Outlet]) -> Vec<String> {
    outlets.iter().map(|o| o.name().to_owned()).collect()
}

fn failed(error: ort::Error) -> RuntimeError {
    RuntimeError::Run {
        reason: error.to_string(),
    }
}

fn wrong(reason: &str) -> RuntimeError {
    RuntimeError::Run {
        reason: reason.to_owned(),
    }
}

/// Whether the logits are as many as expected, and all finite.
fn check_logits(logits: &[f32], expected: usize) -> Result<(), RuntimeError> {
    if logits.len() != expected {
        return Err(wrong(
            "the logits have another shape than the manifest says",
        ));
    }
    if !logits.iter().all(|logit| logit.is_finite()) {
        return Err(wrong("the logits have numbers that are not finite"));
    }
    Ok(())
}

//! Graphs as Hugging Face Optimum exports them: one token a pass, the cache handed through.

use std::{collections::HashMap, time::Duration};

use ort::{
    session::SessionInputValue,
    value::{DynValue, TensorRef},
};

use super::{Decoder, Graph, Shape, check_logits, failed, wrong};
use crate::{
    error::{Error, PackError, RuntimeError},
    pack::OptimumDecoder,
};

const PAST: &str = "past_key_values.";
const STATES: &str = "last_hidden_state";
const PRESENT: &str = "present.";

/// The decoder's sessions.
pub(super) enum Branches {
    Merged(Graph),
    Split { first: Graph, next: Graph },
}

pub(super) struct Optimum {
    encoder: Graph,
    branches: Branches,
    shape: Shape,
    /// The encoder's states of the intent, `[1, sequence, d_model]`, and the same for every row.
    states: Vec<f32>,
    repeated: Vec<f32>,
    mask: Vec<i64>,
    /// Keys and values by what follows `present.` in their names.
    cache: HashMap<String, DynValue>,
    /// Which row of the graph each row is; rows that ended stay there, unread.
    rows: Vec<usize>,
    batch: usize,
    sequence: usize,
    ids: Vec<i64>,
    /// What stands for a cache where there is none yet.
    nothing: Vec<f32>,
}

impl Branches {
    pub(super) fn open(
        files: &OptimumDecoder,
        mut graph: impl FnMut(&str) -> Result<Graph, Error>,
    ) -> Result<Self, Error> {
        Ok(match files {
            OptimumDecoder::Merged { merged } => Self::Merged(graph(merged)?),
            OptimumDecoder::Split { decoder, with_past } => Self::Split {
                first: graph(decoder)?,
                next: graph(with_past)?,
            },
        })
    }
}

impl Optimum {
    pub(super) fn new(encoder: Graph, branches: Branches, shape: Shape) -> Result<Self, PackError> {
        let encodes = |name: &String| matches!(name.as_str(), "input_ids" | "attention_mask");
        if !encoder.inputs().iter().all(encodes)
            || !encoder.outputs().iter().any(|name| name == STATES)
        {
            return Err(encoder.invalid(format!(
                "it is not an encoder of Optimum: ids and mask in, `{STATES}` out"
            )));
        }
        let graphs = match &branches {
            Branches::Merged(graph) => vec![(graph, true)],
            Branches::Split { first, next } => vec![(first, false), (next, true)],
        };
        for (graph, continues) in graphs {
            // Without it, each token would be written as if it were the first.
            let past = |name: &&String| name.starts_with(PAST) && name.contains(".decoder.");
            if continues && graph.inputs().iter().filter(past).count() != 2 * shape.layers {
                return Err(graph.invalid(format!(
                    "it does not take keys and values of {} layers: export it with use_cache",
                    shape.layers
                )));
            }
            let given = |name: &str| {
                matches!(
                    name,
                    "input_ids"
                        | "encoder_attention_mask"
                        | "encoder_hidden_states"
                        | "use_cache_branch"
                ) || name.starts_with(PAST)
            };
            if let Some(name) = graph.inputs().iter().find(|name| !given(name)) {
                return Err(graph.invalid(format!("`{name}` is no input of Optimum's export")));
            }
            graph.check_sizes(false, |name| match name {
                "logits" => vec![(2, shape.vocabulary)],
                name if name.starts_with(PAST) => vec![(1, shape.heads), (3, shape.width)],
                _ => Vec::new(),
            })?;
            let present = graph
                .outputs()
                .iter()
                .filter(|n| n.starts_with(PRESENT))
                .count();
            if present < 2 * shape.layers || !graph.outputs().iter().any(|n| n == "logits") {
                return Err(graph.invalid(
                    "it gives no logits or no cache: export it with use_cache".to_owned(),
                ));
            }
        }
        Ok(Self {
            encoder,
            branches,
            shape,
            states: Vec::new(),
            repeated: Vec::new(),
            mask: Vec::new(),
            cache: HashMap::new(),
            rows: Vec::new(),
            batch: 0,
            sequence: 0,
            ids: Vec::new(),
            nothing: Vec::new(),
        })
    }
}

impl Decoder for Optimum {
    fn widest(&self) -> usize {
        1
    }

    fn read(&mut self, ids: &[i64], mask: &[i64]) -> Result<Duration, RuntimeError> {
        self.sequence = ids.len();
        let shape = [1, ids.len()];
        let mut inputs: Vec<SessionInputValue<'_>> = Vec::new();
        for name in self.encoder.inputs() {
            let numbers = if name == "attention_mask" { mask } else { ids };
            inputs.push(
                TensorRef::from_array_view((shape, numbers))
                    .map_err(failed)?
                    .into(),
            );
        }
        let (outputs, took) = self.encoder.run(&inputs)?;
        let states = outputs.get(STATES);
        let states = states.ok_or_else(|| wrong("the encoder gave no states"))?;
        let (_, states) = states.try_extract_tensor::<f32>().map_err(failed)?;
        self.states.clear();
        self.states.extend_from_slice(states);
        Ok(took)
    }

    fn begin(&mut self, rows: usize, _longest: usize) {
        self.rows = (0..rows).collect();
        self.batch = rows;
        self.cache.clear();
        self.repeated = self.states.repeat(rows);
        self.mask.clear();
        self.mask.resize(rows * self.sequence, 1);
        self.nothing
            .resize(rows * self.shape.heads * self.shape.width, 0.0);
    }

    fn pass(&mut self, feeds: &[&[u32]], logits: &mut Vec<f32>) -> Result<Duration, RuntimeError> {
        let batch = self.batch;
        let first = self.cache.is_empty();
        // A row that has ended goes on reading the decoder's start, which nobody looks at.
        self.ids.clear();
        self.ids.resize(batch, 0);
        for (row, feed) in self.rows.iter().zip(feeds) {
            let [id] = feed else {
                return Err(wrong("this graph takes one token a pass"));
            };
            self.ids[*row] = i64::from(*id);
        }
        let graph = match &mut self.branches {
            Branches::Merged(graph) => graph,
            Branches::Split { first: graph, .. } if first => graph,
            Branches::Split { next, .. } => next,
        };
        let use_cache = [!first];
        let names = graph.inputs();
        let mut inputs: Vec<SessionInputValue<'_>> = Vec::with_capacity(names.len());
        for name in &names {
            inputs.push(match name.as_str() {
                "input_ids" => TensorRef::from_array_view(([batch, 1], &*self.ids))
                    .map_err(failed)?
                    .into(),
                "encoder_attention_mask" => {
                    TensorRef::from_array_view(([batch, self.sequence], &*self.mask))
                        .map_err(failed)?
                        .into()
                }
                "encoder_hidden_states" => {
                    let width = self.states.len() / self.sequence.max(1);
                    let shape = [batch, self.sequence, width];
                    TensorRef::from_array_view((shape, &*self.repeated))
                        .map_err(failed)?
                        .into()
                }
                "use_cache_branch" => TensorRef::from_array_view(([1], &use_cache[..]))
                    .map_err(failed)?
                    .into(),
                name => match self.cache.get(name.strip_prefix(PAST).unwrap_or(name)) {
                    Some(value) => value.into(),
                    None if first => {
                        let shape = [batch, self.shape.heads, 1, self.shape.width];
                        TensorRef::from_array_view((shape, &*self.nothing))
                            .map_err(failed)?
                            .into()
                    }
                    None => return Err(wrong("the decoder gave a part of its cache only")),
                },
            });
        }
        let (outputs, took) = graph.run(&inputs)?;
        drop(inputs);
        let mut given = false;
        for (name, value) in outputs {
            if name == "logits" {
                let (_, numbers) = value.try_extract_tensor::<f32>().map_err(failed)?;
                let size = self.shape.vocabulary;
                check_logits(numbers, batch * size)?;
                logits.clear();
                for row in &self.rows {
                    logits.extend_from_slice(&numbers[row * size..(row + 1) * size]);
                }
                given = true;
            } else if let Some(name) = name.strip_prefix(PRESENT) {
                // The branch with a cache gives no cross-attention again, or an empty one.
                if first || name.contains(".decoder.") {
                    self.cache.insert(name.to_owned(), value);
                }
            }
        }
        if !given {
            return Err(wrong("the decoder gave no logits"));
        }
        Ok(took)
    }

    fn end(&mut self, row: usize) {
        if row < self.rows.len() {
            self.rows.swap_remove(row);
        }
    }

    fn shrink(&mut self) {
        self.cache = HashMap::new();
        self.states = Vec::new();
        self.repeated = Vec::new();
        self.mask = Vec::new();
        self.ids = Vec::new();
        self.nothing = Vec::new();
    }
}

//! This project's export: the engine keeps the cache, the graph returns what is new.
//!
//! Inputs and outputs are described in ARCHITECTURE.md. The cache of a row never moves while the
//! row grows: it has room for the longest line from the start.

mod layout;

use std::{collections::HashMap, time::Duration};

use ort::{
    session::SessionInputValue,
    value::{DynValue, TensorRef},
};

use layout::Layout;

use super::{Decoder, Graph, Shape, check_logits, failed, wrong};
use crate::error::{PackError, RuntimeError};

/// What an input of the decoder is.
#[derive(Debug, Clone, Copy)]
enum Input {
    Ids,
    Distances,
    Last,
    /// An output of the encoder.
    Cross(usize),
    /// Keys (even) and values (odd) of a layer.
    Cache(usize),
}

/// What an output of the decoder is.
#[derive(Debug, Clone, Copy)]
enum Output {
    Logits,
    Cache(usize),
}

pub(super) struct Cached {
    encoder: Graph,
    decoder: Graph,
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    shape: Shape,
    longest: usize,
    /// What the encoder gave, in its own order.
    cross: Vec<DynValue>,
    /// Keys and values of each layer, `[rows, heads, longest, width]`.
    cache: Vec<Vec<f32>>,
    /// The tokens of each row in the cache.
    lengths: Vec<usize>,
    layout: Layout,
}

impl Cached {
    pub(super) fn new(encoder: Graph, decoder: Graph, shape: Shape) -> Result<Self, PackError> {
        // Counted first: the names below are made from the manifest's number of layers.
        let given = encoder.session.outputs().len();
        if given != 2 * shape.layers {
            return Err(encoder.invalid(format!(
                "it has {given} outputs instead of two for each of {} decoder layers",
                shape.layers
            )));
        }
        let both = |kind: &str| -> Vec<String> {
            let layer = |i| [format!("{kind}key_{i}"), format!("{kind}value_{i}")];
            (0..shape.layers).flat_map(layer).collect()
        };
        let index =
            |names: Vec<String>| -> HashMap<String, usize> { names.into_iter().zip(0..).collect() };
        expect(
            &encoder,
            "inputs",
            encoder.inputs(),
            &["input_ids", "attention_mask"],
            &[],
        )?;
        expect(&encoder, "outputs", encoder.outputs(), &[], &both("cross_"))?;
        let own = ["input_ids", "distances", "last"];
        let mut many = both("cross_");
        many.extend(both(""));
        expect(&decoder, "inputs", decoder.inputs(), &own, &many)?;
        expect(
            &decoder,
            "outputs",
            decoder.outputs(),
            &["logits"],
            &both("new_"),
        )?;
        let sizes = |name: &str| match name {
            "logits" => vec![(1, shape.vocabulary)],
            name if name.contains("key_") || name.contains("value_") => {
                vec![(1, shape.heads), (3, shape.width)]
            }
            _ => Vec::new(),
        };
        for graph in [&encoder, &decoder] {
            graph.check_sizes(true, sizes)?;
        }

        let (cross, cache, new) = (
            index(encoder.outputs()),
            index(both("")),
            index(both("new_")),
        );
        let input = |name: &String| match name.as_str() {
            "input_ids" => Input::Ids,
            "distances" => Input::Distances,
            "last" => Input::Last,
            name => match (cross.get(name), cache.get(name)) {
                (Some(i), _) => Input::Cross(*i),
                (None, i) => Input::Cache(i.copied().unwrap_or_default()),
            },
        };
        let output = |name: &String| new.get(name).map_or(Output::Logits, |i| Output::Cache(*i));
        Ok(Self {
            inputs: decoder.inputs().iter().map(input).collect(),
            outputs: decoder.outputs().iter().map(output).collect(),
            encoder,
            decoder,
            shape,
            longest: 0,
            cross: Vec::new(),
            cache: Vec::new(),
            lengths: Vec::new(),
            layout: Layout::default(),
        })
    }

    /// Numbers of one row in a layer's keys or values.
    fn row(&self) -> usize {
        self.shape.heads * self.longest * self.shape.width
    }
}

impl Decoder for Cached {
    fn widest(&self) -> usize {
        usize::MAX
    }

    fn read(&mut self, ids: &[i64], mask: &[i64]) -> Result<Duration, RuntimeError> {
        let mask_first = self.encoder.session.inputs().first();
        let mask_first = mask_first.is_some_and(|input| input.name() == "attention_mask");
        let ids = TensorRef::from_array_view(([1, ids.len()], ids)).map_err(failed)?;
        let mask = TensorRef::from_array_view(([1, mask.len()], mask)).map_err(failed)?;
        let mut inputs: [SessionInputValue<'_>; 2] = [ids.into(), mask.into()];
        if mask_first {
            inputs.reverse();
        }
        let (outputs, took) = self.encoder.run(&inputs)?;
        self.cross.clear();
        self.cross
            .extend(outputs.into_iter().map(|(_, value)| value));
        Ok(took)
    }

    fn begin(&mut self, rows: usize, longest: usize) {
        // A tensor must not be empty.
        self.longest = longest.max(1);
        self.lengths.clear();
        self.lengths.resize(rows, 0);
        let numbers = rows * self.row();
        self.cache.resize_with(2 * self.shape.layers, Vec::new);
        for layer in &mut self.cache {
            // What is left from the last request is finite, and hidden.
            if layer.len() < numbers {
                layer.resize(numbers, 0.0);
            }
        }
    }

    fn pass(&mut self, feeds: &[&[u32]], logits: &mut Vec<f32>) -> Result<Duration, RuntimeError> {
        self.layout.fill(feeds, &self.lengths, self.longest)?;
        let width = self.layout.width;
        let (rows, row) = (feeds.len(), self.row());
        let Shape {
            heads,
            width: d,
            vocabulary,
            ..
        } = self.shape;
        let longest = self.longest;
        let mut inputs: Vec<SessionInputValue<'_>> = Vec::with_capacity(self.inputs.len());
        for input in &self.inputs {
            inputs.push(match *input {
                Input::Ids => TensorRef::from_array_view(([rows, width], &*self.layout.ids))
                    .map_err(failed)?
                    .into(),
                Input::Distances => {
                    let shape = [rows, width, longest + width];
                    TensorRef::from_array_view((shape, &*self.layout.distances))
                        .map_err(failed)?
                        .into()
                }
                Input::Last => TensorRef::from_array_view(([rows], &*self.layout.last))
                    .map_err(failed)?
                    .into(),
                Input::Cross(i) => {
                    let value = self.cross.get(i);
                    value.ok_or_else(|| wrong("no intent was read"))?.into()
                }
                Input::Cache(i) => {
                    let cache = self.cache.get(i).and_then(|layer| layer.get(..rows * row));
                    let cache = cache.ok_or_else(|| wrong("no line was begun"))?;
                    let shape = [rows, heads, longest, d];
                    TensorRef::from_array_view((shape, cache))
                        .map_err(failed)?
                        .into()
                }
            });
        }
        let (outputs, took) = self.decoder.run(&inputs)?;
        drop(inputs);
        for (output, value) in self.outputs.iter().zip(outputs.values()) {
            let (_, numbers) = value.try_extract_tensor::<f32>().map_err(failed)?;
            match *output {
                Output::Logits => {
                    check_logits(numbers, rows * vocabulary)?;
                    logits.clear();
                    logits.extend_from_slice(numbers);
                }
                Output::Cache(i) => {
                    // It would stay in the cache, and hidden or not make all later sums NaN.
                    if !numbers.iter().all(|number| number.is_finite()) {
                        return Err(wrong("the cache has numbers that are not finite"));
                    }
                    if numbers.len() != rows * heads * width * d {
                        return Err(wrong("the cache has another shape than the manifest says"));
                    }
                    let Some(cache) = self.cache.get_mut(i) else {
                        continue;
                    };
                    let heads_of_rows = numbers
                        .chunks_exact(width * d)
                        .zip(cache.chunks_exact_mut(longest * d));
                    for (n, (new, old)) in heads_of_rows.enumerate() {
                        let (start, count) = (self.lengths[n / heads], feeds[n / heads].len());
                        old[start * d..(start + count) * d].copy_from_slice(&new[..count * d]);
                    }
                }
            }
        }
        for (length, feed) in self.lengths.iter_mut().zip(feeds) {
            *length += feed.len();
        }
        Ok(took)
    }

    fn end(&mut self, row: usize) {
        let size = self.row();
        let last = self.lengths.len().saturating_sub(1);
        if row < last {
            for layer in &mut self.cache {
                layer.copy_within(last * size..(last + 1) * size, row * size);
            }
        }
        if row <= last {
            self.lengths.swap_remove(row);
        }
    }

    fn shrink(&mut self) {
        self.cross = Vec::new();
        self.cache = Vec::new();
        self.layout = Layout::default();
        self.lengths = Vec::new();
    }
}

/// Whether a graph has these inputs or outputs, in any order.
fn expect(
    graph: &Graph,
    what: &str,
    mut found: Vec<String>,
    some: &[&str],
    more: &[String],
) -> Result<(), PackError> {
    let mut expected: Vec<String> = some.iter().map(|name| (*name).to_owned()).collect();
    expected.extend_from_slice(more);
    expected.sort_unstable();
    found.sort_unstable();
    if found != expected {
        return Err(graph.invalid(format!("its {what} are {found:?} instead of {expected:?}")));
    }
    Ok(())
}

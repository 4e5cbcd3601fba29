//! What the manifest says about a slots student's graph, and whether the graph is that.

use ort::value::{Outlet, TensorElementType, ValueType};

use crate::pack::{Graph, StaticGraph};

/// What the manifest says about a graph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Described<'a> {
    pub(crate) file: &'a str,
    inputs: &'a [String],
    outputs: &'a [String],
    /// The one length of its inputs; `None` when any length will do.
    pub(super) tokens: Option<usize>,
}

impl<'a> From<&'a Graph> for Described<'a> {
    fn from(graph: &'a Graph) -> Self {
        Self {
            file: &graph.file,
            inputs: &graph.inputs,
            outputs: &graph.outputs,
            tokens: None,
        }
    }
}

impl<'a> From<&'a StaticGraph> for Described<'a> {
    fn from(graph: &'a StaticGraph) -> Self {
        Self {
            file: &graph.file,
            inputs: &graph.inputs,
            outputs: &graph.outputs,
            tokens: Some(graph.tokens),
        }
    }
}

impl Described<'_> {
    /// Whether inputs and outputs are those of the manifest; gives whether the mask comes first.
    pub(super) fn check(
        &self,
        session: &ort::session::Session,
        (slots, classes): (usize, usize),
    ) -> Result<bool, String> {
        let names = |outlets: &[Outlet]| -> Vec<String> {
            outlets
                .iter()
                .map(|outlet| outlet.name().to_owned())
                .collect()
        };
        let inputs = names(session.inputs());
        let mut reversed = inputs.clone();
        reversed.reverse();
        let mask_first = inputs != self.inputs;
        if mask_first && reversed != self.inputs {
            return Err(format!(
                "its inputs are {inputs:?} instead of {:?}",
                self.inputs
            ));
        }
        let outputs = names(session.outputs());
        if outputs != self.outputs {
            return Err(format!(
                "its outputs are {outputs:?} instead of {:?}",
                self.outputs
            ));
        }
        let ids = match self.tokens {
            Some(_) => TensorElementType::Int32,
            None => TensorElementType::Int64,
        };
        for input in session.inputs() {
            fits(input, ids, &[Some(1), self.tokens])?;
        }
        for output in session.outputs() {
            fits(
                output,
                TensorElementType::Float32,
                &[Some(1), Some(slots), Some(classes)],
            )?;
        }
        Ok(mask_first)
    }
}

/// Whether an outlet is a tensor of this type and shape; a size that either side leaves open fits.
fn fits(
    outlet: &Outlet,
    expected: TensorElementType,
    sizes: &[Option<usize>],
) -> Result<(), String> {
    let name = outlet.name();
    let ValueType::Tensor { ty, shape, .. } = outlet.dtype() else {
        return Err(format!("`{name}` is not a tensor"));
    };
    if *ty != expected {
        return Err(format!("`{name}` is of {ty} instead of {expected}"));
    }
    let open = |found: i64| found < 0;
    let same = |(found, size): (&i64, &Option<usize>)| {
        open(*found) || size.is_none_or(|size| usize::try_from(*found) == Ok(size))
    };
    // A fixed sequence length would need padding that the engine does not do.
    let fixed_sequence = sizes.get(1) == Some(&None) && shape.get(1).is_some_and(|n| !open(*n));
    if shape.len() != sizes.len() || fixed_sequence || !shape.iter().zip(sizes).all(same) {
        return Err(format!("`{name}` has the shape {:?}", &shape[..]));
    }
    Ok(())
}

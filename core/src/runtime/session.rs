//! The graph of a slots student in ONNX Runtime.

use std::{fmt::Debug, ops::Range, time::Instant};

use ort::{
    ep,
    logging::LogLevel,
    session::{SessionInputValue, builder::GraphOptimizationLevel},
    value::{PrimitiveTensorElementType, TensorRef},
};

use super::{
    Compiled, Control, Described, Refused, Runtime, accelerator,
    optimized::{self, GraphFiles, Loaded},
};
use crate::{
    error::{Error, PackError, RuntimeError},
    pack::Bytes,
    provider::{Provider, WhyNot},
};

/// How a session runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Threads for one run, the calling one included.
    pub(crate) threads: usize,
    /// Whether weights are copied into the order in which products read them, which takes their size
    /// once more and saves a third of the time.
    pub(crate) prepack: bool,
}

/// A loaded graph.
pub(crate) struct Session {
    inner: Loaded,
    control: Control,
    /// Whether the graph lists the attention mask before the ids.
    mask_first: bool,
    shape: (usize, usize),
    padded: Option<Padded>,
}

/// The inputs of a graph of one length.
struct Padded {
    pad: i32,
    ids: Vec<i32>,
    mask: Vec<i32>,
}

impl Session {
    /// Builds a session of a graph on the CPU and checks its inputs and outputs against the
    /// manifest. `shape` is that of the logits behind the batch: slots, classes.
    pub(crate) fn new(
        runtime: &Runtime,
        files: &mut GraphFiles<'_>,
        graph: Described<'_>,
        shape: (usize, usize),
        settings: Settings,
        control: &Control,
    ) -> Result<Self, Error> {
        let invalid = |reason: String| PackError::InvalidGraph {
            file: graph.file.to_owned(),
            reason,
        };
        let inner = optimized::load(runtime, files, graph.file, settings)?;
        Ok(Self::checked(inner, graph, shape, 0, control).map_err(invalid)?)
    }

    /// As [`new`](Self::new), on another provider. `pad` is the token that fills a sequence up.
    pub(crate) fn accelerated(
        runtime: &Runtime,
        read: &dyn Fn(&str) -> Result<Bytes, PackError>,
        graph: Described<'_>,
        (shape, pad): ((usize, usize), i64),
        (provider, compiled): (&Provider, Option<Compiled<'_>>),
        settings: Settings,
        control: &Control,
    ) -> Result<Self, Refused> {
        let bytes = || read(graph.file);
        let inner = accelerator::build(runtime, &bytes, settings, provider, compiled)?.into();
        let unfit = |reason| WhyNot::NotAvailable {
            reason: format!("{}: {reason}", graph.file),
        };
        Ok(Self::checked(inner, graph, shape, pad, control).map_err(unfit)?)
    }

    fn checked(
        inner: Loaded,
        graph: Described<'_>,
        shape: (usize, usize),
        pad: i64,
        control: &Control,
    ) -> Result<Self, String> {
        let mask_first = graph.check(&inner, shape)?;
        let pad = i32::try_from(pad).map_err(|_| "`tokenizer.pad_id` is no int32")?;
        Ok(Self {
            inner,
            control: control.clone(),
            mask_first,
            shape,
            padded: graph.tokens.map(|tokens| Padded {
                pad,
                ids: vec![0; tokens],
                mask: vec![0; tokens],
            }),
        })
    }

    /// Runs the graph over one sequence and gives the logits to `read`, row by row. The times are
    /// those between which ONNX Runtime ran, without the tensors around it.
    pub(crate) fn run<T>(
        &mut self,
        ids: &[i64],
        mask: &[i64],
        read: impl FnOnce(&[f32]) -> T,
    ) -> Result<(T, Range<Instant>), RuntimeError> {
        let Self {
            inner,
            control,
            padded,
            ..
        } = self;
        let (ids, mask) = match padded {
            Some(padded) => padded.fill(ids, mask)?,
            None => (tensor(ids)?, tensor(mask)?),
        };
        let inputs = if self.mask_first {
            [mask, ids]
        } else {
            [ids, mask]
        };
        let started = Instant::now();
        let outputs = inner.run_with_options(inputs, control.options());
        let ran = started..Instant::now();
        let outputs = outputs.map_err(failed)?;
        let output = outputs
            .values()
            .next()
            .ok_or_else(|| wrong("the graph gave no output"))?;
        let (_, logits) = output.try_extract_tensor::<f32>().map_err(failed)?;
        if logits.len() != self.shape.0 * self.shape.1 {
            return Err(wrong("the output has another shape than the manifest says"));
        }
        if !logits.iter().all(|logit| logit.is_finite()) {
            return Err(wrong("the output has numbers that are not finite"));
        }
        Ok((read(logits), ran))
    }
}

impl Padded {
    /// The inputs with padding behind the text, which the mask hides.
    fn fill(
        &mut self,
        ids: &[i64],
        mask: &[i64],
    ) -> Result<(SessionInputValue<'_>, SessionInputValue<'_>), RuntimeError> {
        if ids.len() > self.ids.len() {
            return Err(wrong("more tokens than the graph takes"));
        }
        let narrow = |id: &i64| i32::try_from(*id).map_err(|_| wrong("a token is no int32"));
        for (index, (id, mask_value)) in self.ids.iter_mut().zip(&mut self.mask).enumerate() {
            *id = ids.get(index).map_or(Ok(self.pad), narrow)?;
            *mask_value = mask.get(index).map_or(Ok(0), narrow)?;
        }
        Ok((tensor(&self.ids)?, tensor(&self.mask)?))
    }
}

fn tensor<T>(values: &[T]) -> Result<SessionInputValue<'_>, RuntimeError>
where
    T: PrimitiveTensorElementType + Clone + Debug + 'static,
{
    let tensor = TensorRef::from_array_view(([1, values.len()], values)).map_err(failed)?;
    Ok(tensor.into())
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

/// What every session on the CPU is built with.
pub(super) fn builder(
    runtime: &Runtime,
    settings: Settings,
) -> ort::Result<ort::session::builder::SessionBuilder> {
    // The arena would keep the greatest request's memory forever.
    let cpu = ep::CPU::default().with_arena_allocator(false).build();
    let builder = common(runtime, settings)?.with_execution_providers([cpu])?;
    // With plugins, `ort` has ONNX Runtime choose among all devices where none is named, and the
    // call above names none: a session of the CPU would run on the plugin that was loaded last.
    #[cfg(feature = "provider-plugin")]
    if let Some(cpu) = super::plugin::device(runtime, accelerator::CPU) {
        return Ok(builder.with_devices([cpu], None)?);
    }
    Ok(builder)
}

/// What every session is built with, wherever it runs.
pub(super) fn common(
    runtime: &Runtime,
    settings: Settings,
) -> ort::Result<ort::session::builder::SessionBuilder> {
    // Memory patterns are made for each length of a text anew: without them the memory stays flat
    // at the same speed. A spinning thread burns a core of the host app between two requests.
    Ok(ort::session::Session::builder(&runtime.environment)?
        .with_log_level(LogLevel::Fatal)?
        .with_intra_threads(settings.threads.max(1))?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?
        .with_memory_pattern(false)?
        .with_prepacking(settings.prepack)?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .with_config_entry(
            "session.x64quantprecision",
            if saturates() { "1" } else { "0" },
        )?
        // Its kernels for processors with SME quantize inputs in another way: most answers would
        // differ from those of every other processor, and from the goldens.
        .with_config_entry("mlas.disable_kleidiai", "1")?)
}

/// Whether ONNX Runtime's products with signed weights saturate on this processor: on x86 without
/// VNNI. Taking unsigned weights instead gives the answers of other machines; where it is not
/// needed, a product takes twice the time.
pub(super) fn saturates() -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return !std::arch::is_x86_feature_detected!("avx512vnni")
        && !std::arch::is_x86_feature_detected!("avxvnni");
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    return false;
}

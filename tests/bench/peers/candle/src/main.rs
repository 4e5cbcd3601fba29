//! candle's quantized T5 as a peer: `candle-peer convert CHECKPOINT FOLDER` writes GGUF in `q8_0`;
//! without arguments it does the job on standard input (see `../job.py`).

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use candle_core::quantized::{GgmlDType, QTensor, gguf_file};
use candle_core::{Device, Tensor};
use candle_transformers::models::quantized_t5::{
    Config, T5ForConditionalGeneration as T5, VarBuilder,
};
use serde::Deserialize;
use serde_json::json;

const PAD: u32 = 0;

#[derive(Deserialize)]
struct Job {
    model: String,
    repeat: usize,
    requests: Vec<Request>,
}

#[derive(Deserialize)]
struct Request {
    layout: String,
    source: Vec<u32>,
    rows: Vec<Vec<u32>>,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => serve(),
        [command, from, to] if command == "convert" => convert(Path::new(from), Path::new(to)),
        _ => bail!("usage: candle-peer [convert CHECKPOINT FOLDER]"),
    }
}

/// Every matrix in `q8_0`, the rest (norms, position biases) in float32.
fn convert(from: &Path, to: &Path) -> Result<()> {
    let weights = from.join("model.safetensors");
    let tensors: HashMap<String, Tensor> = candle_core::safetensors::load(weights, &Device::Cpu)?;
    let block = GgmlDType::Q8_0.block_size();
    let mut quantized = Vec::new();
    for (name, tensor) in &tensors {
        let matrix = tensor.rank() == 2 && tensor.dim(1)? % block == 0;
        let kind = if matrix {
            GgmlDType::Q8_0
        } else {
            GgmlDType::F32
        };
        quantized.push((name.as_str(), QTensor::quantize(tensor, kind)?));
    }
    let by_name: Vec<_> = quantized
        .iter()
        .map(|(name, tensor)| (*name, tensor))
        .collect();
    let mut file = BufWriter::new(File::create(to.join("model.gguf"))?);
    gguf_file::write(&mut file, &[], &by_name)?;
    fs::copy(from.join("config.json"), to.join("config.json"))?;
    Ok(())
}

fn serve() -> Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let job: Job = serde_json::from_str(&text)?;
    let folder = Path::new(&job.model);
    let start = Instant::now();
    let config: Config = serde_json::from_slice(&fs::read(folder.join("config.json"))?)?;
    let weights = VarBuilder::from_gguf(folder.join("model.gguf"), &Device::Cpu)?;
    let mut model = T5::load(weights, &config)?;
    let loaded = start.elapsed().as_secs_f64();

    let mut warm = Vec::new();
    for request in &job.requests {
        if !warm.contains(&&request.layout) {
            write(&mut model, request)?;
            warm.push(&request.layout);
        }
    }
    let mut passes = Vec::new();
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..job.repeat {
        passes.clear();
        let mut round = [Vec::new(), Vec::new(), Vec::new()];
        for request in &job.requests {
            let ([user, system], start) = (cpu_seconds()?, Instant::now());
            passes.push(write(&mut model, request)?);
            let wall = start.elapsed().as_secs_f64();
            let then = cpu_seconds()?;
            for (all, time) in round
                .iter_mut()
                .zip([wall, then[0] - user, then[1] - system])
            {
                all.push(time * 1e3);
            }
        }
        for (all, one) in times.iter_mut().zip(round) {
            all.push(one);
        }
    }
    let [milliseconds, user, system] = times;
    let result = json!({
        "version": "candle-transformers 0.11.1",
        "load_seconds": loaded,
        "milliseconds": milliseconds,
        "user_milliseconds": user,
        "system_milliseconds": system,
        // It is fed the request's tokens and keeps none of its own, so there is nothing to compare.
        "rows": vec![(); job.requests.len()],
        "passes": passes,
        "peak_bytes": peak_bytes()?,
    });
    println!("{result}");
    Ok(())
}

/// Writes the request's rows as one batch, the encoder run once for all; how many passes it took.
///
/// Every pass computes the logits of all rows and finds the largest one of each, as greedy
/// decoding does; then the row's own token is taken.
fn write(model: &mut T5, request: &Request) -> Result<usize> {
    let count = request.rows.len();
    model.clear_kv_cache();
    let source = Tensor::new(request.source.as_slice(), &Device::Cpu)?.unsqueeze(0)?;
    let states = model.encode(&source)?;
    let states = states.repeat((count, 1, 1))?;
    let longest = request.rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut last = vec![PAD; count];
    for step in 0..longest {
        let input = Tensor::from_vec(last, (count, 1), &Device::Cpu)?;
        let logits = model.decode(&input, &states)?;
        logits.argmax(1)?.to_vec1::<u32>()?;
        last = request
            .rows
            .iter()
            .map(|row| row.get(step).copied().unwrap_or(PAD))
            .collect();
    }
    Ok(longest)
}

/// CPU time so far: the program's own, and the kernel's for it (10 ms steps on Linux).
fn cpu_seconds() -> Result<[f64; 2]> {
    let text = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = text
        .rsplit_once(')')
        .context("no process in /proc/self/stat")?;
    let mut times = fields.split_whitespace().skip(11).map(str::parse::<f64>);
    let mut next = || -> Result<f64> { Ok(times.next().context("no CPU time")?? / 100.0) };
    Ok([next()?, next()?])
}

/// The most memory that this process ever held.
fn peak_bytes() -> Result<u64> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes
        .context("no peak in /proc/self/status")?
        .parse::<u64>()?
        * 1024)
}

// transformers.js on onnxruntime-node, dtype q8. Speaks the protocol of job.py; run it in a folder
// with its node_modules.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

// The module is looked for where the process stands, not beside this file.
const home = path.join(process.cwd(), 'node_modules/@huggingface/transformers');
const entry = path.join(home, 'dist/transformers.node.mjs');
const { AutoModelForSeq2SeqLM, LogitsProcessor, LogitsProcessorList, Tensor, env } = await import(
    pathToFileURL(entry).href
);
const version = (name) =>
    JSON.parse(readFileSync(path.join(process.cwd(), 'node_modules', name, 'package.json'))).version;

const PAD = 0;
const END = 1;

/** Writes given rows: only the choice is taken away, every step runs decoder and head. */
class ForcedTokens extends LogitsProcessor {
    constructor(rows) {
        super();
        this.rows = rows;
        this.steps = 0;
    }

    _call(inputs, logits) {
        for (let row = 0; row < inputs.length; ++row) {
            const token = this.rows[row][inputs[row].length - 1] ?? PAD;
            const scores = logits[row].data;
            scores.fill(-Infinity);
            scores[token] = 0;
        }
        this.steps += 1;
        return logits;
    }
}

function ids(rows) {
    return new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0].length]);
}

/** The encoder's output of one row, once for each of `count` rows. */
async function encode(model, source, count) {
    const one = ids([source]);
    const mask = ids([source.map(() => 1)]);
    const feeds = { input_ids: one.ort_tensor, attention_mask: mask.ort_tensor };
    const { last_hidden_state: states } = await model.sessions.model.run(feeds);
    const data = new Float32Array(states.data.length * count);
    for (let row = 0; row < count; ++row) data.set(states.data, row * states.data.length);
    return new Tensor('float32', data, [count, ...states.dims.slice(1)]);
}

async function answer(model, request) {
    const count = request.rows.length;
    const longest = Math.max(...request.rows.map((row) => row.length));
    const forced = new ForcedTokens(request.rows);
    const processors = new LogitsProcessorList();
    processors.push(forced);
    const sources = request.rows.map(() => request.source);
    const sequences = await model.generate({
        inputs: ids(sources),
        attention_mask: ids(sources.map((row) => row.map(() => 1))),
        encoder_outputs: await encode(model, request.source, count),
        logits_processor: processors,
        max_new_tokens: longest,
        do_sample: false,
        num_beams: 1,
    });
    const rows = sequences.tolist().map((sequence) => {
        const written = sequence.slice(1).map(Number);
        const end = written.indexOf(END);
        return end < 0 ? written : written.slice(0, end + 1);
    });
    return [rows, forced.steps];
}

/** Milliseconds of one request (of the clock, of the process, of the kernel for it), its answer. */
async function timed(model, request) {
    const before = process.cpuUsage();
    const start = performance.now();
    const written = await answer(model, request);
    const wall = performance.now() - start;
    const used = process.cpuUsage(before);
    return { wall, user: used.user / 1e3, system: used.system / 1e3, written };
}

function peakBytes() {
    const status = readFileSync('/proc/self/status', 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)[1]) * 1024;
}

const job = JSON.parse(readFileSync(0, 'utf8'));
env.allowRemoteModels = false;
env.allowLocalModels = true;
env.localModelPath = path.dirname(job.model);
env.useFSCache = false;
const start = performance.now();
const model = await AutoModelForSeq2SeqLM.from_pretrained(path.basename(job.model), {
    dtype: 'q8',
    device: 'cpu',
    session_options: { intraOpNumThreads: job.threads, interOpNumThreads: 1 },
});
const loaded = (performance.now() - start) / 1e3;
const layouts = new Map([...job.requests].reverse().map((request) => [request.layout, request]));
for (const request of layouts.values()) await answer(model, request);
const rounds = [];
for (let k = 0; k < job.repeat; ++k) {
    const round = [];
    for (const request of job.requests) round.push(await timed(model, request));
    rounds.push(round);
}
const all = (name) => rounds.map((round) => round.map((one) => one[name]));
const answers = rounds.at(-1).map((one) => one.written);
console.log(
    JSON.stringify({
        version:
            `transformers.js ${version('@huggingface/transformers')}, ` +
            `onnxruntime-node ${version('onnxruntime-node')}`,
        load_seconds: loaded,
        milliseconds: all('wall'),
        user_milliseconds: all('user'),
        system_milliseconds: all('system'),
        rows: answers.map(([rows]) => rows),
        passes: answers.map(([, passes]) => passes),
        peak_bytes: peakBytes(),
    }),
);

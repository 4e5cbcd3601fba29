"""The same graph from Python's onnxruntime, for `colorist bench --python`.

Reads one JSON object on standard input (pack folder, intents, threads, rounds) and prints one on
standard output: milliseconds of each request, by phase. Needs the packages onnxruntime, tokenizers
and numpy, and nothing of this project.
"""

import json
import sys
import time
from pathlib import Path

import numpy
import onnxruntime
from tokenizers import Tokenizer


def session(graph: Path, threads: int) -> onnxruntime.InferenceSession:
    """Opens the graph with the settings of core/src/runtime/session.rs."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.add_session_config_entry("session.x64quantprecision", "1")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(graph), sess_options=options, providers=["CPUExecutionProvider"]
    )


def main() -> None:
    """Times every intent `rounds` times after one round that is thrown away."""
    request = json.load(sys.stdin)
    pack = Path(request["pack"])
    manifest = json.loads((pack / "pack.json").read_text(encoding="utf-8"))
    onnxruntime.disable_telemetry_events()
    tokenizer = Tokenizer.from_file(str(pack / manifest["tokenizer"]["file"]))
    tokenizer.enable_truncation(manifest["tokenizer"]["max_tokens"])
    graph = session(pack / manifest["graph"]["file"], request["threads"])
    ids_name, mask_name = manifest["graph"]["inputs"]
    outputs = manifest["graph"]["outputs"]

    samples = []
    for round_number in range(request["rounds"] + 1):
        for intent in request["intents"]:
            start = time.perf_counter_ns()
            ids = numpy.array([tokenizer.encode(intent).ids], dtype=numpy.int64)
            mask = numpy.ones_like(ids)
            tokenized = time.perf_counter_ns()
            graph.run(outputs, {ids_name: ids, mask_name: mask})
            end = time.perf_counter_ns()
            if round_number > 0:
                samples.append([(tokenized - start) / 1e6, (end - tokenized) / 1e6])
    tokenize, inference = zip(*samples)
    json.dump(
        {
            "onnxruntime": onnxruntime.__version__,
            "tokenize": tokenize,
            "inference": inference,
            "total": [sum(sample) for sample in samples],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()

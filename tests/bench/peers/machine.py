"""What this machine can do at most: reading of memory, and int8 arithmetic.

`python -m peers.machine THREADS` prints both as JSON; a process of its own, like every peer.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import threading
import time
from pathlib import Path

BYTES = 256 << 20
"""Far more than the caches hold."""

SIZE = 1024
"""Rows, columns and depth of the int8 product."""

TRIES = 7


def read_bandwidth(threads: int) -> float:
    """Bytes a second that `threads` threads read together: the best of some passes over 256 MiB."""
    import numpy as np

    # A sum of 64-bit words is a pure read: numpy adds far faster than memory delivers.
    parts = np.array_split(np.ones(BYTES // 8, dtype=np.int64), threads)
    best = 0.0
    for _ in range(TRIES):
        workers = [threading.Thread(target=part.sum) for part in parts]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        best = max(best, BYTES / (time.perf_counter() - start))
    return best


def int8_operations(threads: int) -> float:
    """Multiplications and additions a second in ONNX Runtime's MatMulInteger: the best of some."""
    import numpy as np
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    rng = np.random.default_rng(0)
    weights = rng.integers(-127, 128, (SIZE, SIZE), dtype=np.int8)
    nodes = [helper.make_node("MatMulInteger", ["x", "w"], ["y"])]
    x = helper.make_tensor_value_info("x", TensorProto.UINT8, [SIZE, SIZE])
    y = helper.make_tensor_value_info("y", TensorProto.INT32, [SIZE, SIZE])
    graph = helper.make_graph(nodes, "g", [x], [y], [numpy_helper.from_array(weights, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    feeds = {"x": rng.integers(0, 256, (SIZE, SIZE), dtype=np.uint8)}
    session.run(None, feeds)
    best = 0.0
    for _ in range(5 * TRIES):
        start = time.perf_counter()
        session.run(None, feeds)
        best = max(best, 2 * SIZE**3 / (time.perf_counter() - start))
    return best


def processor() -> str:
    """The processor's name as the system says it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def describe(threads: int) -> dict:
    """Name, cores, memory bandwidth and int8 peak of this machine."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "read_bytes_per_second": read_bandwidth(threads),
        "int8_operations_per_second": int8_operations(threads),
    }


if __name__ == "__main__":
    print(json.dumps(describe(int(sys.argv[1]))))

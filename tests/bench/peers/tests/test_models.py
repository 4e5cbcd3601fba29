"""What touches models: forced tokens, the cut before the head, the count of weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from transformers import T5Config, T5ForConditionalGeneration

from peers import convert, generation, machine_bound
from peers.forcing import written
from peers.job import Request

SMALL = {
    "vocab_size": 40,
    "d_model": 16,
    "d_kv": 4,
    "d_ff": 24,
    "num_layers": 2,
    "num_decoder_layers": 2,
    "num_heads": 2,
}


@pytest.fixture(scope="module")
def model() -> T5ForConditionalGeneration:
    torch.manual_seed(0)
    config = T5Config(**SMALL, feed_forward_proj="gated-gelu", decoder_start_token_id=0)
    return T5ForConditionalGeneration(config).eval()


def test_generation_writes_the_given_rows_step_by_step(model: T5ForConditionalGeneration):
    rows = [[4, 5, 6, 7, 1], [9, 1], [30, 2, 1]]
    calls = []
    model.decoder.register_forward_hook(lambda *_: calls.append(1))
    assert generation.generate(model, Request("all", "x", [3, 8, 1], rows)) == (rows, 5)
    assert len(calls) == 5


def test_rows_end_at_their_end_token():
    sequences = torch.tensor([[0, 4, 1, 0], [0, 5, 6, 7]])
    assert written(sequences, 1) == [[4, 1], [5, 6, 7]]


def test_the_head_is_found_behind_its_quantization():
    weights = numpy_helper.from_array(np.ones((4, 6), dtype=np.int8), "w")
    nodes = [
        helper.make_node("Relu", ["x"], ["states"]),
        helper.make_node("DynamicQuantizeLinear", ["states"], ["q", "scale", "zero"]),
        helper.make_node("MatMulInteger", ["q", "w", "zero"], ["product"]),
        helper.make_node("Cast", ["product"], ["whole"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["whole", "scale"], ["logits"]),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4])
    y = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 6])
    graph = helper.make_graph(nodes, "g", [x], [y], [weights])
    assert convert.before_head(graph) == "states"


def test_the_bound_counts_the_weights_of_linear_layers():
    config = SMALL | {"num_decoder_layers": 3}
    model = T5ForConditionalGeneration(T5Config(**config, feed_forward_proj="gated-gelu"))
    linear = {
        name: module.weight.numel()
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and name != "lm_head"
    }
    counts = machine_bound.weights(config)
    assert sum(counts.values()) == sum(linear.values())
    cross = [n for n in linear if "EncDecAttention.k" in n or "EncDecAttention.v" in n]
    assert counts["cross"] == sum(linear[n] for n in cross)
    assert counts["encoder"] == sum(linear[n] for n in linear if n.startswith("encoder"))


def test_more_bandwidth_and_arithmetic_lower_the_bound():
    slow = {"read_bytes_per_second": 1e9, "int8_operations_per_second": 1e9}
    fast = {name: 10 * value for name, value in slow.items()}
    one, other = (machine_bound.bound(m, SMALL, 8) for m in (slow, fast))
    assert one["slots_read_ms"] == pytest.approx(10 * other["slots_read_ms"])
    assert one["slots_compute_ms"] == pytest.approx(10 * other["slots_compute_ms"])

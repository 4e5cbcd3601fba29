"""The second graph of a pack, for neural processors: fixed sizes, quantized activations."""

import json

import numpy as np
import onnx
import pytest
import torch
from training import CATALOG

from colorist_models import cli, export, rows
from colorist_models.errors import UserError
from colorist_models.npu import add, calibrate, graph, weights
from colorist_models.paths import MODELS
from colorist_models.quantize import quantize
from colorist_models.student import SlotsStudent, t5_config

ROOT = MODELS.parent
STICKERS = ROOT / "tests" / "golden" / "sticker-pack"
TOKENS = 12


@pytest.fixture(scope="module")
def floats(tmp_path_factory):
    """The exported float graph of a random student with two layers in each half."""
    torch.manual_seed(0)
    sizes = {"d_model": 32, "d_kv": 8, "num_heads": 4, "d_ff": 48}
    config = t5_config(300, num_layers=2, num_decoder_layers=2, **sizes)
    path = tmp_path_factory.mktemp("floats") / "student.onnx"
    export.to_onnx(SlotsStudent(config, CATALOG), path)
    return path


def answers(path, ids, read):
    """Logits of an exported graph for the ids as they are, and of its static form, padded."""
    x = np.array([ids], np.int64)
    given = {"input_ids": x, "attention_mask": np.ones_like(x)}
    (own,) = calibrate.session(path).run(None, given)
    row = np.zeros((1, TOKENS), np.int32)
    row[0, : len(ids)] = ids
    feed = {"input_ids": row, "attention_mask": (np.arange(TOKENS) < len(ids))[None].astype("i4")}
    static = path.with_name("static.onnx")
    graph.write(read, TOKENS, calibrate.masks(read, TOKENS, [feed]), static)
    (fixed,) = calibrate.session(static).run(None, feed)
    return own, fixed


@pytest.mark.parametrize("ids", [[7], [5, 9, 200, 31], list(range(40, 52))])
def test_the_static_graph_says_what_the_exported_one_says(floats, ids):
    own, fixed = answers(floats, ids, weights.read(floats, TOKENS))
    assert own.shape == fixed.shape
    assert np.abs(own - fixed).max() < 2e-3 * np.abs(own).max()


def test_the_weights_are_read_out_of_integers_too(floats, tmp_path):
    stored = tmp_path / "student.onnx"
    quantize(floats, stored)
    exact, read = weights.read(floats, TOKENS), weights.read(stored, TOKENS)
    assert read.matrices.keys() == exact.matrices.keys() and len(read.matrices) == 14 + 6 + 11
    for name, matrix in exact.matrices.items():
        step = np.abs(matrix).max(0) / 127
        assert (np.abs(read.matrices[name] - matrix) <= 0.51 * step).all(), name
    assert np.allclose(read.encoder_bias, exact.encoder_bias, atol=0.02)
    assert (read.encoder_layers, read.decoder_layers) == (2, 2)


def test_graphs_of_another_making_are_refused():
    with pytest.raises(UserError, match="was not written by"):
        weights.read(ROOT / "tests" / "golden" / "text-pack" / "encoder.onnx", TOKENS)


def test_a_pack_gets_a_graph_that_keeps_its_goldens(tmp_path):
    out = tmp_path / "pack"
    given = ["--from", str(STICKERS), "--data", str(MODELS / "examples" / "stickers")]
    cli.main(["export", "--target", "npu", *given, "--out", str(out)])
    manifest = json.loads((out / "pack.json").read_text())
    before = json.loads((STICKERS / "pack.json").read_text())
    npu = manifest["npu"]
    assert npu["tokens"] == manifest["tokenizer"]["max_tokens"] == 64
    assert npu["quantization"]["activations"] == "uint16"
    assert manifest["graph"] == before["graph"]
    assert manifest["files"]["student.onnx"] == before["files"]["student.onnx"]
    kept, known = (rows.read_jsonl(p / "goldens.jsonl") for p in (out, STICKERS))
    assert 0.9 * len(known) <= len(kept) and all(golden in known for golden in kept)
    made = onnx.load(out / npu["file"])
    kinds = {i.name: i.type.tensor_type for i in made.graph.input}
    assert {k: [d.dim_value for d in t.shape.dim] for k, t in kinds.items()} == {
        "input_ids": [1, 64],
        "attention_mask": [1, 64],
    }
    assert {t.elem_type for t in kinds.values()} == {onnx.TensorProto.INT32}
    stored = {t.name: t for t in made.graph.initializer}
    assert stored["words_quantized"].data_type == onnx.TensorProto.INT8
    assert stored["words_scale"].dims == stored["words_quantized"].dims[1:]
    assert stored["embeddings_quantized"].data_type == onnx.TensorProto.INT8
    quantizers = [n for n in made.graph.node if n.op_type == "QuantizeLinear"]
    kinds = {stored[n.input[2]].data_type for n in quantizers}
    assert kinds == {onnx.TensorProto.UINT16, onnx.TensorProto.INT8}


def test_only_slots_packs_have_such_a_graph(tmp_path):
    with pytest.raises(SystemExit, match="--codec slots"):
        text = str(ROOT / "tests" / "golden" / "text-pack")
        cli.main(["export", "--target", "npu", "--from", text, "--out", str(tmp_path / "pack")])


def test_the_distance_of_two_answers():
    one = {"adjust": {"tint": 3, "hue": 0}, "colors": {"red": {"hue": 1}}, "filter": None}
    other = {"adjust": {"tint": 3, "hue": -4}, "colors": {"red": {"hue": 9}}, "filter": None}
    assert add.distance(one, one) == 0
    assert add.distance(other, one) == 8
    assert add.distance({**one, "adjust": None}, one) is None
    named = {"filter": {"name": "warm", "intensity": 10}}
    assert add.distance({"filter": {"name": "cold", "intensity": 10}}, named) is None
    assert add.distance({"filter": {"name": "warm", "intensity": 40}}, named) == 30

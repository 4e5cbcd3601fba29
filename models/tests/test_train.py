"""The pipeline end to end on a student of toy size: it learns, resumes, exports and quantizes."""

import json

import numpy as np
import pytest
import torch

from colorist_models import export, pack, pipeline, rows, starts, vocab
from colorist_models.catalog import Catalog
from colorist_models.decode import Decoding
from colorist_models.train import TrainConfig, encode, finetune, infer

CATALOG = Catalog.load()
SHAPE = starts.PriorConfig(vocab=20480, d_model=32, d_kv=8, num_heads=4, d_ff=64, layers=1)
CONFIG = TrainConfig(epochs=2, batch=32, lr=3e-3, encoder_lr=3e-3, decoder_layers=1, ema=0.9)


@pytest.fixture(scope="module")
def tokenizer():
    return vocab.build(SHAPE.vocab, [])


@pytest.fixture(scope="module")
def data():
    train = rows.training_set(rows.split()[0][:200])
    return train[:600], rows.split()[0][200:260]


def fresh(tokenizer):
    torch.manual_seed(0)
    return starts.new_student(SHAPE, tokenizer.get_vocab_size(), CONFIG, CATALOG)


@pytest.fixture(scope="module")
def trained(tokenizer, data):
    return finetune(fresh(tokenizer), tokenizer, CATALOG, *data, CONFIG)[0]


def test_training_learns(tokenizer, data, trained):
    ids, y = encode(tokenizer, data[0], 64), CATALOG.targets(data[0])

    def score(student):
        return pipeline.evaluate(infer(student, ids), infer(student, ids), y, y, CATALOG)["overall"]

    assert score(trained) > score(fresh(tokenizer).eval()) + 0.1


def test_an_interrupted_training_goes_on_where_it_was(tokenizer, data, trained, tmp_path):
    class Interrupted(Exception):
        pass

    student = fresh(tokenizer)
    calls = 0

    def stop(*_):
        nonlocal calls
        calls += 1
        if calls > 30:  # in the second epoch
            raise Interrupted

    handle = student.register_forward_hook(stop)
    checkpoint = tmp_path / "checkpoint.pt"
    with pytest.raises(Interrupted):
        finetune(student, tokenizer, CATALOG, *data, CONFIG, checkpoint=checkpoint)
    handle.remove()
    assert torch.load(checkpoint, weights_only=True)["epoch"] == 1
    student = fresh(tokenizer)
    batches = 0

    def count(module, *_):
        nonlocal batches
        batches += module.training

    student.register_forward_hook(count)
    again = finetune(student, tokenizer, CATALOG, *data, CONFIG, checkpoint=checkpoint)[0]
    assert batches == int(np.ceil(len(data[0]) / CONFIG.batch))  # the second epoch only
    ids = encode(tokenizer, data[1], 64)
    assert np.allclose(infer(again, ids), infer(trained, ids), atol=1e-4)


def test_the_graph_is_the_student_and_int8_is_near(tokenizer, data, trained, tmp_path):
    ids = encode(tokenizer, data[1], 64)
    export.to_onnx(trained, tmp_path / "float.onnx")
    export.quantize(tmp_path / "float.onnx", tmp_path / "int8.onnx")

    def own(logits):
        """What is read: each slot's own range (outside it the graph repeats a word)."""
        return np.concatenate(
            [logits[:, i, s.start : s.end] for i, s in enumerate(CATALOG.slots)], 1
        )

    torch_logits = own(infer(trained, ids))
    float_logits = own(pipeline.run_onnx(tmp_path / "float.onnx", ids))
    assert np.allclose(float_logits, torch_logits, atol=2e-3)
    int8 = own(pipeline.run_onnx(tmp_path / "int8.onnx", ids))
    spread = torch_logits.std()
    assert np.abs(int8 - torch_logits).mean() < 0.1 * spread
    assert (tmp_path / "int8.onnx").stat().st_size < 0.4 * (tmp_path / "float.onnx").stat().st_size


def test_a_pack_names_the_size_and_hash_of_each_file(tokenizer, tmp_path):
    graph = tmp_path / "g.onnx"
    graph.write_bytes(b"graph")
    pack.write(
        tmp_path / "p",
        name="p",
        graph=graph,
        tokenizer=tokenizer,
        catalog=CATALOG,
        architecture={},
        quantization={},
        decode=Decoding.of(CATALOG).as_json(),
        goldens=[],
        licence="Apache-2.0",
        training={},
        metrics={},
    )
    manifest = json.loads((tmp_path / "p" / "pack.json").read_text())
    assert manifest["files"]["student.onnx"]["size"] == 5
    assert {f.name for f in (tmp_path / "p").iterdir()} == {
        *manifest["files"],
        "pack.json",
        "pack.sha256",
    }
    assert manifest["slots"][0] == {"name": "adjust.used", "classes": [41, 43]}

"""The graphs are the model, whatever its shape; the core decodes with them as if step by step."""

import json
import random

import core
import numpy as np
import pytest
import torch
from transformers import BertConfig, T5Config, T5ForConditionalGeneration

from colorist_models import agreement, export, nbits, stand_in, t5_graphs
from colorist_models.cached import Cached
from colorist_models.catalog import Catalog
from colorist_models.checkpoint import Checkpoint, read
from colorist_models.cli import main
from colorist_models.quantize import KINDS, quantize
from colorist_models.text import Spelling, layout

TEXT = [9, 44, 17, 61, 5, 1]
INTENTS = ["golden hour", "moody, but keep the skin natural", "café à l'aube", "less"]


def names(catalog):
    """The words that a tokenizer has to spell."""
    return catalog.words


def random_t5(seed, words=80, **changes):
    """A T5 of a random shape, with a head of its own unless `changes` say otherwise."""
    rng = random.Random(seed)
    shape = {
        "vocab_size": words,
        "d_model": 8 * rng.randint(2, 6),
        "d_kv": rng.choice([4, 8, 12]),
        "num_heads": rng.randint(1, 5),
        "d_ff": 8 * rng.randint(2, 9),
        "num_layers": rng.randint(1, 3),
        "num_decoder_layers": rng.randint(1, 3),
        "relative_attention_num_buckets": rng.choice([8, 32]),
        "feed_forward_proj": rng.choice(["gated-gelu", "gated-silu", "relu", "gelu"]),
        "tie_word_embeddings": False,
        "pad_token_id": 0,
        "eos_token_id": 1,
        "decoder_start_token_id": 0,
    }
    return stand_in.model(T5Config(**shape | changes), seed)


def graphs(model, folder, vocabulary=None, room=30):
    """Float graphs of a model, ready to run."""
    paths = folder / "encoder.onnx", folder / "decoder.onnx"
    t5_graphs.encoder(model, paths[0])
    t5_graphs.decoder(model, t5_graphs.head(model, vocabulary), paths[1], vocabulary)
    return Cached(*paths, room)


def reference(model, lines):
    """transformers' logits [rows, tokens, words] for whole lines about TEXT."""
    text = torch.tensor([TEXT] * len(lines))
    with torch.no_grad():
        return model(input_ids=text, decoder_input_ids=torch.tensor(lines)).logits.numpy()


@pytest.mark.parametrize("seed", range(6))
def test_feeding_tokens_one_by_one_or_many_at_once_gives_the_models_logits(seed, tmp_path):
    model = random_t5(seed)
    if seed == 1:  # as the first T5 has it
        model.lm_head.weight = model.shared.weight
        model.config.scale_decoder_outputs = True
    rng = np.random.default_rng(seed)
    vocabulary = None if seed % 2 else sorted(rng.choice(80, 33, replace=False).tolist())
    words = list(range(80)) if vocabulary is None else vocabulary
    lines = rng.integers(0, len(words), (3, 24))
    want = reference(model, [[words[i] for i in line] for line in lines])[..., words]
    run = graphs(model, tmp_path, vocabulary)
    run.read(TEXT)
    at = np.zeros(3, int)
    while at.max() + 6 <= 24:
        counts = rng.integers(1, 7, 3) if at.any() else [1, 1, 1]
        logits = run.write(
            [line[a : a + n].tolist() for line, a, n in zip(lines, at, counts, strict=True)]
        )
        at += counts
        assert np.abs(logits - want[range(3), at - 1]).max() < 1e-3
    assert at.min() > 6


def test_far_positions_share_a_bias(tmp_path):
    model = random_t5(11)
    lines = np.random.default_rng(0).integers(0, 80, (3, 150)).tolist()
    run = graphs(model, tmp_path, room=150)
    run.read(TEXT)
    for start in range(0, 150, 50):
        logits = run.write([line[start : start + 50] for line in lines])
    assert np.abs(logits - reference(model, lines)[:, -1]).max() < 1e-3


@pytest.mark.parametrize(
    ("config", "named"),
    [
        (T5Config(relative_attention_max_distance=300), "300"),
        (T5Config(feed_forward_proj="gated-tanh"), "tanh"),
        (BertConfig(), "bert"),
    ],
)
def test_what_the_graphs_cannot_express_is_refused(config, named):
    with pytest.raises(t5_graphs.UnsupportedModel, match=named):
        t5_graphs.check(config)


def test_a_block_keeps_its_greatest_value():
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((70, 5)).astype(np.float32)
    weight[3, 2] = -9
    codes, scales = nbits.pack(weight, 4)
    assert codes.shape == (5, 3, 16)
    low = (codes[2, 0, 1] >> 4).astype(int)  # input 3: the second byte's high nibble
    assert (low - 8) * scales.reshape(5, 3)[2, 0] == pytest.approx(-9)


@pytest.mark.parametrize("kind", KINDS)
def test_quantized_graphs_are_near_the_float_ones(kind, tmp_path):
    model = random_t5(4, d_model=64, d_ff=128, d_kv=16, num_heads=4)
    run = graphs(model, tmp_path)
    paths = [tmp_path / "encoder.onnx", tmp_path / "decoder.onnx"]
    stored = [p.with_suffix(f".{kind}") for p in paths]
    for source, target in zip(paths, stored, strict=True):
        quantize(source, target, kind)
    near = Cached(*stored, 30)
    logits = []
    for graph in (run, near):
        graph.read(TEXT)
        logits.append(graph.write([[0, 5, 6], [0, 9], [0]]))
    limit = {"float32": 1e-5, "matmul-nbits-4": 0.5}.get(kind, 0.1)
    assert np.abs(logits[0] - logits[1]).mean() < limit * logits[0].std()
    if kind != "float32":
        assert stored[1].stat().st_size < 0.6 * paths[1].stat().st_size


def test_agreement_of_every_kind_with_float(tmp_path):
    catalog = Catalog.load()
    source = Checkpoint(
        "random", stand_in.model(stand_in.config("tiny"), 1), tokenizer(names(catalog))
    )
    results = agreement.text(source, catalog, INTENTS[:2], zeros=False)
    assert list(results) == list(KINDS)
    assert results["float32"]["equal"] == 1
    # Each kind is compared with the float graphs; that these are the model is said by transformers.
    ids = source.tokenizer.encode(INTENTS[0]).ids
    words = Spelling(source.tokenizer, catalog, special=(0, 1)).vocabulary
    with torch.no_grad():
        want = source.model(
            input_ids=torch.tensor([ids]), decoder_input_ids=torch.tensor([[0, words[5], words[9]]])
        ).logits[0, -1, words]
    run = graphs(source.model, tmp_path, words)
    run.read(ids)
    assert np.abs(run.write([[0, 5, 9]] * 3)[0] - want.numpy()).max() < 1e-3
    assert results["float32"]["choices"] > 10
    errors = [results[k]["mean_difference"] for k in ("matmul-nbits-8", "matmul-nbits-4")]
    assert 0 < errors[0] < errors[1]
    assert "matmul-nbits-4" in agreement.table(results)


def tokenizer(must_spell):
    """A small tokenizer of T5's kind."""
    return stand_in.tokenizer(500, must_spell, 0)


def random_catalog(seed):
    """A catalog with ranges, orders and filters' names of its own."""
    rng = random.Random(seed)
    raw = json.loads(json.dumps(Catalog.load().raw))

    def limits():
        return {"min": rng.choice([-100, -60, -7, 0]), "max": rng.choice([5, 23, 60, 100])}

    sliders = list(raw["adjust"])
    rng.shuffle(sliders)
    rng.shuffle(raw["selectiveAdjust"]["colors"])
    raw["adjust"] = {s: {**raw["adjust"][s], **limits()} for s in sliders}
    for what in ("saturation", "luminance"):
        raw["selectiveAdjust"][what] = limits()
    syllables = ["clair", "été", "Noir", "ñandú", "Größe", "x", "o'", "film_", "été", "100", "-"]
    filters = {
        " ".join(
            "".join(rng.choices(syllables, k=rng.randint(1, 3))) for _ in range(rng.randint(1, 3))
        )
        for _ in range(rng.randint(1, 30))
    }
    raw["filter"] = {
        "intensity": {"min": 0, "max": 100},
        "names": dict.fromkeys(sorted(filters), ""),
    }
    return Catalog(raw)


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("seed", range(2))
def test_the_core_decodes_as_if_step_by_step(seed, restricted, zeros, tmp_path):
    seed += 2 * restricted + 7 * zeros
    catalog = random_catalog(seed)
    tok = tokenizer(names(catalog))
    model = random_t5(seed, tok.get_vocab_size())
    export.text_pack(
        Checkpoint("random", model, tok),
        catalog,
        tmp_path / "pack",
        kind="float32",
        zeros=zeros,
        restricted=restricted,
    )
    fast, slow = (
        core.write(tmp_path / "pack", d, *INTENTS) for d in ("constrained", "step-by-step")
    )
    assert len(fast) == len(INTENTS)
    for a, b in zip(fast, slow, strict=True):
        assert a.get("error") is None
        assert a["written"] == b["written"]
        assert a["edit"] == b["edit"]
        assert a["timings"]["passes"] < b["timings"]["passes"]
    assert any(r["edit"][tool] for r in fast for tool in catalog.names)


def test_shape_makes_a_checkpoint_and_packs_of_both_codecs(tmp_path, monkeypatch):
    monkeypatch.setenv("COLORIST_CACHE", str(tmp_path))
    for codec in ("text", "slots"):
        arguments = ["shape", "tiny", "--codec", codec, "--out", str(tmp_path / codec)]
        main(arguments)
        manifest = json.loads((tmp_path / codec / "pack.json").read_text())
        assert manifest["codec"] == codec
        assert manifest["architecture"]["d_model"] == 32
        assert manifest["tokenizer"]["kind"] == "unigram-metaspace"
    checkpoint = read(str(next((tmp_path / "models" / "shapes").iterdir())))
    line = next(x for x in layout(Catalog.load()) if x.tool == "adjust")
    for value in line.items[0].values[0]:
        pieces = checkpoint.tokenizer.encode(str(value), add_special_tokens=False).tokens
        assert pieces == ([f"▁{value}"] if value >= 0 else ["▁-", str(-value)])
    assert isinstance(checkpoint.model, T5ForConditionalGeneration)
    assert not torch.equal(checkpoint.model.lm_head.weight, checkpoint.model.shared.weight)

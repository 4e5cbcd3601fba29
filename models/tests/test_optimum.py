"""Folders in Optimum's form: what they compute, how they become packs, and what the core writes."""

import json
import shutil

import core
import numpy as np
import onnx
import onnxruntime as ort
import optimum_folder
import pytest
import torch
from transformers import T5ForConditionalGeneration

from colorist_models import optimum, stand_in
from colorist_models.catalog import Catalog
from colorist_models.checkpoint import CheckpointError, read_tokenizer
from colorist_models.cli import main

CATALOG = Catalog.load()
INTENT = "moody, but keep the skin natural"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A small random T5 as transformers and as Optimum write it."""
    home = tmp_path_factory.mktemp("optimum")
    names = CATALOG.words
    checkpoint = stand_in.save(home / "t5", "tiny", 3, names)
    model = T5ForConditionalGeneration.from_pretrained(checkpoint).eval()
    folder = home / "exported"
    optimum_folder.write(model, folder)
    for file in ("config.json", "tokenizer.json"):
        shutil.copy(checkpoint / file, folder)
    return model, folder


def copied(folder, target, *but):
    """The folder without some of its files."""
    shutil.copytree(folder, target, ignore=lambda _, names: [n for n in names if n in but])
    return target


@pytest.fixture(scope="module")
def packs(base, tmp_path_factory):
    """The merged decoder's pack and the two decoders'."""
    home = tmp_path_factory.mktemp("packs")
    split = copied(base[1], home / "folder", optimum.MERGED)
    found = {}
    for name, folder in (("merged", base[1]), ("split", split)):
        found[name] = home / name
        optimum.text_pack(folder, CATALOG, found[name])
    return found


def run(folder, name, **feed):
    session = ort.InferenceSession(str(folder / name), providers=["CPUExecutionProvider"])
    wanted = {i.name for i in session.get_inputs()}
    feed = {k: v for k, v in feed.items() if k in wanted}
    assert wanted == set(feed)
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, feed), strict=True))


@pytest.mark.parametrize("merged", [True, False])
def test_the_graphs_are_the_model(base, merged):
    model, folder = base
    rng = np.random.default_rng(0)
    text = rng.integers(3, 600, (3, 7))
    lines = rng.integers(3, 600, (3, 6))
    with torch.no_grad():
        want = model(
            input_ids=torch.from_numpy(text), decoder_input_ids=torch.from_numpy(lines)
        ).logits.numpy()
    mask = np.ones_like(text)
    states = run(folder, optimum.ENCODER, input_ids=text, attention_mask=mask)["last_hidden_state"]
    feed = {"encoder_attention_mask": mask, "encoder_hidden_states": states}
    cfg = model.config
    nothing = np.zeros((3, cfg.num_heads, 1, cfg.d_kv), np.float32)
    past = {
        f"past_key_values.{i}.{side}.{what}": nothing
        for i in range(cfg.num_decoder_layers)
        for side in ("decoder", "encoder")
        for what in ("key", "value")
    }
    for t in range(lines.shape[1]):
        name = optimum.MERGED if merged else optimum.WITH_PAST if t else optimum.FIRST
        branch = {"use_cache_branch": np.array([t > 0])} if merged else {}
        cache = past if merged or t else {}
        given = {**feed, **cache, **branch, "input_ids": lines[:, t : t + 1]}
        if not merged and t:
            del given["encoder_hidden_states"]
        out = run(folder, name, **given)
        assert np.abs(out["logits"][:, 0] - want[:, t]).max() < 1e-3
        for key, value in out.items():
            if key != "logits" and (t == 0 or ".decoder." in key):
                past[key.replace("present", "past_key_values")] = value


def test_a_pack_holds_the_graphs_unchanged(base, packs):
    for name, files in (
        ("merged", {"encoder": optimum.ENCODER, "merged": optimum.MERGED}),
        (
            "split",
            {
                "encoder": optimum.ENCODER,
                "decoder": optimum.FIRST,
                "with_past": optimum.WITH_PAST,
            },
        ),
    ):
        manifest = json.loads((packs[name] / "pack.json").read_text())
        assert manifest["text"]["graphs"] == {"kind": "optimum", **files}
        assert manifest["text"]["vocabulary"] is None
        assert manifest["architecture"]["parameters"] == base[0].num_parameters()
        for file in files.values():
            assert (packs[name] / file).read_bytes() == (base[1] / file).read_bytes()


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        (["config.json"], "config.json"),
        (["tokenizer.json"], "tokenizer.json"),
        ([optimum.ENCODER], optimum.ENCODER),
        ([optimum.MERGED, optimum.WITH_PAST], optimum.WITH_PAST),
    ],
)
def test_what_a_folder_lacks_is_named(base, tmp_path, missing, named):
    folder = copied(base[1], tmp_path / "f", *missing)
    with pytest.raises(CheckpointError, match=named):
        optimum.text_pack(folder, CATALOG, tmp_path / "pack")
    assert not (tmp_path / "pack").exists()


def test_a_graph_under_another_ones_name_is_refused(base, tmp_path):
    folder = copied(base[1], tmp_path / "f")
    shutil.copy(folder / optimum.FIRST, folder / optimum.MERGED)
    with pytest.raises(CheckpointError, match="use_cache_branch"):
        optimum.text_pack(folder, CATALOG, tmp_path / "pack")


def test_weights_in_another_file_are_refused(base, tmp_path):
    folder = copied(base[1], tmp_path / "f", optimum.ENCODER)
    model = onnx.load(base[1] / optimum.ENCODER)
    onnx.save(
        model,
        folder / optimum.ENCODER,
        save_as_external_data=True,
        location="encoder_model.onnx_data",
        size_threshold=0,
    )
    with pytest.raises(CheckpointError, match="another file"):
        optimum.text_pack(folder, CATALOG, tmp_path / "pack")


def test_the_command_tells_both_kinds_of_folders_apart(base, tmp_path):
    arguments = ["export", "--from", str(base[1]), "--out", str(tmp_path / "pack")]
    main(arguments)
    manifest = json.loads((tmp_path / "pack" / "pack.json").read_text())
    assert manifest["text"]["graphs"]["kind"] == "optimum"
    with pytest.raises(SystemExit, match="no head for slots"):
        main([*arguments, "--codec", "slots"])


@pytest.mark.parametrize("name", ["merged", "split"])
def test_the_core_writes_what_generate_does(base, packs, name):
    model, folder = base
    tokenizer = read_tokenizer(folder)
    ids = torch.tensor([tokenizer.encode(INTENT).ids])
    written = core.write(packs[name], "unread", INTENT)[0]["written"]
    for tool, tokens in zip(CATALOG.names, written, strict=True):
        start = [model.config.decoder_start_token_id]
        start += tokenizer.encode(tool, add_special_tokens=False).ids
        made = model.generate(
            ids,
            decoder_input_ids=torch.tensor([start]),
            max_new_tokens=len(tokens) + 1 - len(start),
            do_sample=False,
            num_beams=1,
        )[0].tolist()
        assert len(set(tokens)) > 3
        assert tokens == made[1:]


@pytest.mark.parametrize("name", ["merged", "split"])
def test_the_core_decodes_these_as_if_step_by_step(packs, name):
    intents = [INTENT, "golden hour", "café à l'aube", "less", "add music"]
    fast, slow = (core.write(packs[name], d, *intents) for d in ("constrained", "step-by-step"))
    assert len(fast) == len(intents)
    for a, b in zip(fast, slow, strict=True):
        assert a.get("error") is None
        assert a["written"] == b["written"]
        assert a["edit"] == b["edit"]
        assert a["timings"]["passes"] < b["timings"]["passes"]

"""Training from a Hugging Face T5: any checkpoint with its own tokenizer, both codecs."""

import json
import shutil
from pathlib import Path

import huggingface_hub.constants
import numpy as np
import pytest
import safetensors.torch
import torch
from transformers import BertConfig, T5Config, T5ForConditionalGeneration

from colorist_models import (
    build,
    checkpoint,
    cli,
    folders,
    pipeline,
    report,
    rows,
    stand_in,
    t5_graphs,
    text,
)
from colorist_models.catalog import Catalog
from colorist_models.text_train import edits
from colorist_models.train import encode, infer

CATALOG = Catalog.load()
INTENTS = [{"intent": i} for i in ("golden hour", "less yellow please", "fog")]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A T5 of toy size as transformers saves one, with a Unigram tokenizer of T5's kind."""
    names = CATALOG.words
    return stand_in.save(tmp_path_factory.mktemp("base"), "tiny", 0, names)


@pytest.fixture
def few_rows(tmp_path, monkeypatch):
    """Data and cache folders with the first teacher rows only."""
    (tmp_path / "data" / "teacher").mkdir(parents=True)
    first = rows.read_jsonl(rows.DATA / "teacher" / "t1.jsonl")[:80]
    rows.write_jsonl(tmp_path / "data" / "teacher" / "t1.jsonl", first)
    shutil.copy(rows.DATA / "catalog.json", tmp_path / "data")
    monkeypatch.setenv("COLORIST_CACHE", str(tmp_path / "cache"))


def run(*arguments: str) -> None:
    cli.main(list(arguments))


@pytest.mark.parametrize("codec", ["text", "slots"])
def test_a_base_is_trained_to_a_folder_that_says_what_it_is(
    base, few_rows, codec, tmp_path, capsys
):
    settings = ["train.epochs=1", "train.batch=16", "polish=null"]
    arguments = [a for s in settings for a in ("--set", s)]
    arguments += ["--data", str(tmp_path / "data")]
    out = tmp_path / "student"
    run("train", "--base", str(base), "--codec", codec, "--out", str(out), *arguments)
    printed = capsys.readouterr().out
    assert "dev 0." in printed and "test 0." in printed
    facts = json.loads((out / "colorist.json").read_text())
    assert (facts["codec"], facts["step"]) == (codec, 5)
    assert facts["training"]["config"]["train"]["dropout"] == 0.1  # the base's
    assert facts["training"]["from"] == base.name and facts["training"]["rows"] > 30
    assert str(base.parent) not in json.dumps(facts)

    student, tokenizer, _ = folders.load(out, CATALOG)
    start, _ = folders.from_base(str(base), codec, CATALOG)
    before, after = start.state_dict(), student.state_dict()
    assert not torch.equal(before["t5.shared.weight"], after["t5.shared.weight"])
    assert not torch.equal(before["head"], after["head"])
    # What was saved is what was trained, whichever way it is read.
    (weights,) = (tmp_path / "cache").glob("models/train-*/student.pt")
    trained = torch.load(weights, weights_only=True)
    assert trained.keys() == after.keys()
    assert all(torch.equal(trained[name], after[name]) for name in trained)
    again = tmp_path / "again"
    folders.save(student, tokenizer, again, facts["training"])
    assert (again / "model.safetensors").read_bytes() == (out / "model.safetensors").read_bytes()
    ids = encode(tokenizer, INTENTS, 64)
    other = folders.load(again, CATALOG)[0]
    if codec == "text":
        assert edits(other, ids) == edits(student, ids)
        model = checkpoint.read(str(out)).model
        assert torch.equal(t5_graphs.head(model)[student.tokens], student.head)
    else:
        assert np.array_equal(infer(other, ids), infer(student, ids))
        assert set(facts["decode"]["thresholds"]) == set(CATALOG.names)
    assert json.loads((out / "config.json").read_text())["tie_word_embeddings"] is False
    # The student's folder knows its codec.
    run("export", "--from", str(out), "--out", str(tmp_path / "pack"))
    assert json.loads((tmp_path / "pack" / "pack.json").read_text())["codec"] == codec
    other = {"text": "slots", "slots": "text"}[codec]
    with pytest.raises(SystemExit, match=f"trained for --codec {codec}"):
        run("export", "--from", str(out), "--out", "no", "--codec", other)


def test_the_students_start_as_the_base(base):
    read = checkpoint.read(str(base))
    head = read.model.lm_head.weight
    student, tokenizer = folders.from_base(str(base), "text", CATALOG)
    student.eval()
    ids, mask = torch.tensor([[5, 9, 30, 1]]), torch.ones(1, 4, dtype=torch.long)
    walk = student.walk
    written = torch.tensor([[walk.index[0], 7, 11]])
    got = student.logits(student.encode(ids, mask), mask, student.pieces()[written])
    want = read.model(
        input_ids=ids, attention_mask=mask, decoder_input_ids=student.tokens[written]
    ).logits
    assert torch.allclose(got, want[..., student.tokens], atol=1e-4)
    # Dropout is the base's own.
    assert any(m.p == 0.1 for m in student.t5.encoder.modules() if isinstance(m, torch.nn.Dropout))

    slots, _ = folders.from_base(str(base), "slots", CATALOG)
    assert slots.sentinels[3] == tokenizer.token_to_id("<extra_id_3>")
    word = tokenizer.encode("-35", add_special_tokens=False).ids
    row = slots.head[4, CATALOG.classes.index(-35)]
    assert torch.allclose(row, head[word].mean(0))


def test_a_tied_head_counts_with_its_scale(tmp_path, base):
    config = T5Config.from_pretrained(base)
    config.scale_decoder_outputs = True
    torch.manual_seed(0)
    T5ForConditionalGeneration(config).save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())
    student, tokenizer = folders.from_base(str(tmp_path), "text", CATALOG)
    assert torch.allclose(student.head, student.pieces() * config.d_model**-0.5)
    folders.save(student, tokenizer, tmp_path / "out", {})
    again = folders.load(tmp_path / "out", CATALOG)[0]
    assert torch.equal(student.head, again.head)


def test_what_is_no_base_is_refused_with_what_to_do(base, tmp_path, monkeypatch):
    BertConfig().save_pretrained(tmp_path / "bert")
    with pytest.raises(t5_graphs.UnsupportedModel, match="'bert', not a T5"):
        folders.from_base(str(tmp_path / "bert"), "text", CATALOG)

    T5ForConditionalGeneration.from_pretrained(base).save_pretrained(tmp_path / "mute")
    with pytest.raises(checkpoint.CheckpointError, match=r"no tokenizer\.json.*save_pretrained"):
        folders.from_base(str(tmp_path / "mute"), "text", CATALOG)

    (tmp_path / "empty").mkdir()
    with pytest.raises(checkpoint.CheckpointError, match=r"empty has no config\.json"):
        folders.from_base(str(tmp_path / "empty"), "slots", CATALOG)

    with pytest.raises(checkpoint.CheckpointError, match=r"bert has no colorist\.json"):
        folders.load(tmp_path / "bert", CATALOG)

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(SystemExit, match=r"^error: nobody/t5 is no folder .* the path of a folder"):
        run("train", "--base", "nobody/t5")


def test_a_catalog_that_the_base_cannot_ask_or_write(base):
    many = Catalog(CATALOG.raw | {"adjust": {f"s{i}": {"min": 0, "max": 5} for i in range(40)}})
    with pytest.raises(checkpoint.CheckpointError, match=r"<extra_id_40>; .* need 56"):
        folders.from_base(str(base), "slots", many)
    folders.from_base(str(base), "text", many)
    names = {"日本": ""}
    foreign = Catalog(CATALOG.raw | {"filter": CATALOG.raw["filter"] | {"names": names}})
    with pytest.raises(text.SpellingError, match="日本"):
        folders.from_base(str(base), "text", foreign)


@pytest.mark.parametrize("arguments", [["--base", "x"], ["--codec", "text"]])
@pytest.mark.parametrize("command", ["pack", "all"])
def test_the_shipped_pack_is_not_written_over(command, arguments, monkeypatch):
    monkeypatch.setattr(build, "build_pack", None)
    with pytest.raises(SystemExit, match=r"over .*colorist-small.*--out FOLDER or --set name="):
        run(command, *arguments)
    made = []
    monkeypatch.setattr(build, "build_pack", lambda config, out: made.append((config.name, out)))
    for place in (["--out", "here"], ["--set", "name=mine"]):
        run("pack", *arguments, *place)
    assert made == [("colorist-small", Path("here")), ("mine", None)]


def test_a_base_of_others_has_no_license_of_ours():
    for config, license_ in (
        (pipeline.Config(), "Apache-2.0"),
        (pipeline.Config(base="x"), "unknown"),
        (pipeline.Config(base="x", license="MIT"), "MIT"),
    ):
        assert build._license(config) == license_


def test_a_student_is_for_the_catalog_that_it_learned(base, tmp_path):
    sliders = dict(reversed(CATALOG.raw["adjust"].items()))
    other = Catalog(CATALOG.raw | {"adjust": sliders})
    for codec in ("text", "slots"):
        student, tokenizer = folders.from_base(str(base), codec, CATALOG)
        folders.save(student, tokenizer, tmp_path, {})
        folders.load(tmp_path, CATALOG)
        with pytest.raises(checkpoint.CheckpointError, match="not trained for this catalog"):
            folders.load(tmp_path, other)
    facts = json.loads((tmp_path / "colorist.json").read_text())
    (tmp_path / "colorist.json").write_text(json.dumps(facts | {"step": 10}))
    with pytest.raises(checkpoint.CheckpointError, match="its step of 5"):
        folders.load(tmp_path, CATALOG)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("train.dropout=0.2", "base's own"),
        ("train.decoder_layers=2", "base's own"),
        ("trian.epochs=1", "no setting 'trian.epochs'"),
        ("name.epochs=1", "no setting 'name.epochs'"),
        ("codec=txt", "no codec 'txt'"),
    ],
)
def test_a_setting_that_would_do_nothing_is_refused(setting, said):
    with pytest.raises(SystemExit, match=f"^error: .*{said}"):
        run("train", "--base", "x", "--set", setting)


def test_broken_files_are_named(base, tmp_path):
    def broken(name, **files):
        folder = shutil.copytree(base, tmp_path / name)
        for file, data in files.items():
            (folder / file.replace("_", ".")).write_bytes(data)
        return str(folder)

    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
    cut = (base / "model.safetensors").read_bytes()[:2000]
    for name, data in (("pointer", pointer), ("cut", cut)):
        with pytest.raises(checkpoint.CheckpointError, match=f"{name} has no readable weights"):
            checkpoint.read(broken(name, model_safetensors=data))
    with pytest.raises(checkpoint.CheckpointError, match=r"tokenizer\.json is no tokenizer"):
        checkpoint.read(broken("words", tokenizer_json=b"{"))

    half = broken("half")
    weights = safetensors.torch.load_file(base / "model.safetensors")
    weights = {k: v for k, v in weights.items() if not k.startswith("decoder.")}
    safetensors.torch.save_file(weights, f"{half}/model.safetensors", {"format": "pt"})
    with pytest.raises(checkpoint.CheckpointError, match=r"lacks \d+ weights .* decoder\.block"):
        checkpoint.read(half)


def test_packs_that_cannot_be_compared_are_named(tmp_path):
    for files, said in (({}, "no goldens"), ({"goldens.jsonl": {}}, "how it was trained")):
        (tmp_path / "pack.json").write_text(json.dumps({"files": files, "training": {}}))
        with pytest.raises(checkpoint.CheckpointError, match=said):
            report._comparable(tmp_path)
    with pytest.raises(checkpoint.CheckpointError, match="none is no pack"):
        report._comparable(tmp_path / "none")


def test_a_base_that_no_graph_can_hold_is_refused_before_training(base, monkeypatch):
    t5 = folders.from_base(str(base), "slots", CATALOG)[0].t5
    size = 4 * sum(p.numel() for p in t5.parameters())
    monkeypatch.setattr(folders, "GRAPH_BYTES", size - 1)
    with pytest.raises(t5_graphs.UnsupportedModel, match="or --codec text"):
        folders.from_base(str(base), "slots", CATALOG)
    folders.from_base(str(base), "text", CATALOG)
    monkeypatch.setattr(folders, "GRAPH_BYTES", size // 3)
    with pytest.raises(t5_graphs.UnsupportedModel, match=r"a smaller base$"):
        folders.from_base(str(base), "text", CATALOG)


def test_a_base_that_names_no_single_start_or_end_is_refused():
    own = stand_in.config("tiny")
    assert checkpoint.ends(own) == (0, 1)
    for cfg in (T5Config(), T5Config(decoder_start_token_id=0, eos_token_id=[1, 2])):
        with pytest.raises(checkpoint.CheckpointError, match="one eos_token_id"):
            checkpoint.ends(cfg)

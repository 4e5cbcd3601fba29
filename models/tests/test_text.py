"""The text codec: lines both ways, the pieces that may follow, a toy student that learns them."""

import json
import random

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace

from colorist_models import (
    checkpoint,
    export,
    folders,
    metrics,
    rows,
    stand_in,
    starts,
    text,
    vocab,
)
from colorist_models.catalog import Catalog
from colorist_models.minilm import pad
from colorist_models.paths import MODELS
from colorist_models.text_student import TextStudent
from colorist_models.text_train import Targets, edits
from colorist_models.text_walk import Walk
from colorist_models.train import TrainConfig, encode, finetune

CATALOG = Catalog.load()
GOLDEN = MODELS.parent / "tests" / "golden" / "lines.jsonl"
SHAPE = starts.PriorConfig(vocab=20480, d_model=32, d_kv=8, num_heads=4, d_ff=64, layers=1)
CONFIG = TrainConfig(epochs=4, batch=4, lr=1e-2, encoder_lr=1e-2, decoder_layers=1, ema=0.9)


def catalog_of(adjust: dict, colors: list[str], filters: list[str], **spread) -> Catalog:
    """A catalog with these names; `adjust` maps a slider to its least and greatest value."""
    wide = {"min": -20, "max": 20} | spread
    return Catalog(
        {
            "adjust": {n: {"min": low, "max": high} for n, (low, high) in adjust.items()},
            "selectiveAdjust": {"colors": colors, "saturation": wide, "luminance": wide},
            "filter": {"intensity": {"min": 0, "max": 100}, "names": dict.fromkeys(filters, "")},
        }
    )


ODD = catalog_of(
    {"soft glow": (-10, 35), "soft": (0, 100), "Grünton": (-100, 0)},
    ["bleu ciel", "bleu"],
    ["Été 1990", "Noir", "Noir et blanc"],
)


@pytest.fixture(scope="module")
def wordpiece():
    return vocab.build(SHAPE.vocab, [])


@pytest.fixture(scope="module")
def unigram():
    return stand_in.tokenizer(700, [*ODD.words, *CATALOG.words], 40)


def random_edit(catalog: Catalog, rng: random.Random) -> dict:
    """An edit of values that the format can write exactly."""
    adjust, selective, chosen = text.layout(catalog, zeros=False)
    used = {i.name: rng.choice(i.values[0]) for i in adjust.items if rng.random() < 0.5}
    pairs = {i.name: [rng.choice(v) for v in i.values] for i in selective.items}
    pairs = {n: p for n, p in pairs.items() if any(p) and rng.random() < 0.5}
    item = rng.choice(chosen.items)
    return {
        "adjust": used or None,
        "selectiveAdjust": pairs or None,
        "filter": [item.name, rng.choice(item.values[0])] if rng.random() < 0.5 else None,
    }


@pytest.mark.parametrize("case", rows.read_jsonl(GOLDEN), ids=lambda c: " | ".join(c["lines"])[:40])
def test_golden_lines(case):
    lines = text.lines(case["edit"], CATALOG, case["zeros"])
    assert lines == case["lines"]
    assert text.lines(text.read(lines, CATALOG, case["zeros"]), CATALOG, case["zeros"]) == lines


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("catalog", [CATALOG, ODD], ids=["own", "odd"])
@pytest.mark.parametrize("tokenizer", ["wordpiece", "unigram"])
def test_random_edits_come_back_from_their_lines_and_from_their_pieces(
    tokenizer, catalog, zeros, request
):
    tokenizer = request.getfixturevalue(tokenizer)
    walk = Walk(text.Spelling(tokenizer, catalog, zeros))
    rng = random.Random(5)
    for _ in range(60):
        edit = random_edit(catalog, rng)
        lines = text.lines(edit, catalog, zeros)
        assert text.read(lines, catalog, zeros) == edit
        for row, line in enumerate(lines):
            tokens = tokenizer.encode(line, add_special_tokens=False).ids
            ids = [*(walk.index[t] for t in tokens), walk.end]
            assert walk.allowed[walk.states(row, ids), ids].all()
            assert walk.line(row, ids) == line


@pytest.mark.parametrize("zeros", [False, True])
def test_any_walk_ends_in_a_line_that_can_be_read(unigram, zeros):
    walk = Walk(text.Spelling(unigram, ODD, zeros))
    rng = random.Random(1)
    for _ in range(200):
        lines = []
        for row, state in enumerate(walk.start):
            ids = []
            while state != walk.final:
                ids.append(rng.choice(np.flatnonzero(walk.allowed[state]).tolist()))
                state = walk.next[state, ids[-1]]
            lines.append(walk.line(row, ids))
        text.read(lines, ODD, zeros)


def test_values_become_the_nearest_that_the_format_has():
    edit = {"adjust": {"exposure": 7, "contrast": -2}, "selectiveAdjust": {"red": [3, -2]}}
    lines = text.lines(edit | {"filter": ["mono_Noir", 1]}, CATALOG)
    assert lines == ["adjust exposure 5", "selectiveAdjust red 5 0", "filter unused"]


@pytest.mark.parametrize(
    "line",
    [
        "adjust",
        "adjust ",
        "adjust exposure 0",
        "adjust exposure 7",
        "adjust exposure 05",
        "adjust exposure 105",
        "adjust bloom -5",
        "adjust contrast 5 exposure 5",
        "adjust exposure 5 exposure 5",
        "adjust unused exposure 5",
        "Adjust unused",
        "adjust  unused",
    ],
)
def test_what_is_not_of_the_format_is_not_read(line):
    with pytest.raises(text.LineError, match="adjust"):
        text.read([line, "selectiveAdjust unused", "filter unused"], CATALOG)


def test_the_vocabulary_is_what_the_lines_need(unigram):
    ids = text.vocabulary(unigram, CATALOG)
    assert ids == sorted(set(ids)) and ids[:2] == [0, 1]
    needed = {0, 1}
    for row in rows.teacher_rows()[:500]:
        for line in text.lines(row, CATALOG):
            needed |= set(unigram.encode(line, add_special_tokens=False).ids)
    assert needed <= set(ids) and len(ids) < 200


def test_names_that_cannot_be_spelled_are_refused_and_named(wordpiece, unigram):
    with pytest.raises(text.SpellingError, match="日本"):
        text.vocabulary(unigram, catalog_of({"soft": (0, 100)}, ["red"], ["Noir", "日本"]))
    with pytest.raises(text.SpellingError, match="日本"):
        text.vocabulary(wordpiece, catalog_of({"日本": (0, 100)}, ["red"], ["Noir"]))
    with pytest.raises(text.SpellingError, match=r"'Noir' and 'NOIR' alike"):
        text.vocabulary(wordpiece, catalog_of({"soft": (0, 100)}, ["red"], ["Noir", "NOIR"]))
    text.vocabulary(unigram, catalog_of({"soft": (0, 100)}, ["red"], ["Noir", "NOIR"]))
    with pytest.raises(text.SpellingError, match="'soft' has no multiple"):
        text.vocabulary(unigram, catalog_of({"soft": (0, 4)}, ["red"], ["Noir"]))
    letters = sorted({*"adjustselectiveAdjustfilterunusedredsoftNoir0123456789-▁"})
    pieces = [("<pad>", 0), ("</s>", 0), *((letter, -5.0) for letter in letters)]
    across = Tokenizer(Unigram([*pieces, ("ed▁", -1.0)], None, False))
    across.pre_tokenizer = Metaspace(split=False)
    with pytest.raises(text.SpellingError, match="'red' word by word"):
        text.vocabulary(across, catalog_of({"soft": (0, 100)}, ["red"], ["Noir"]))
    across.pre_tokenizer = Metaspace(split=True)
    text.vocabulary(across, catalog_of({"soft": (0, 100)}, ["red"], ["Noir"]))


def test_a_number_wants_its_neighbors_too(wordpiece):
    walk = Walk(text.Spelling(wordpiece, CATALOG))
    targets = Targets(walk, sigma=6.0, smooth=0.0)
    edit = {"adjust": {"contrast": -30}, "selectiveAdjust": None, "filter": None}
    read, _, wanted = targets.lines(edit, CATALOG)[0]
    table = targets.table()
    assert torch.allclose(table.sum(1), torch.ones(len(table)))
    pieces = wordpiece.encode("adjust contrast -30", add_special_tokens=False).tokens
    place = pieces.index("30")
    assert walk.vocabulary[read[place]] == wordpiece.token_to_id("-")
    row = table[wanted[place]]
    mass = {n: row[walk.index[wordpiece.token_to_id(str(n))]].item() for n in (20, 25, 30, 35)}
    assert mass[30] > mass[25] == pytest.approx(mass[35]) and mass[25] > mass[20] > 0
    # The tool's name leaves no choice.
    assert wanted[0] == -1


@pytest.fixture(scope="module")
def data():
    """As few rows as can be learned by heart."""
    train = rows.training_set(rows.split()[0][:60], bank=False, extra=False)[:40]
    return train, train[:10]


def fresh(tokenizer):
    torch.manual_seed(0)
    spelling = text.Spelling(tokenizer, CATALOG)
    return starts.new_student(SHAPE, tokenizer.get_vocab_size(), CONFIG, CATALOG, spelling)


@pytest.fixture(scope="module")
def trained(wordpiece, data):
    return finetune(fresh(wordpiece), wordpiece, CATALOG, *data, CONFIG)[0]


def test_training_learns(wordpiece, data, trained):
    few = data[0]
    y = CATALOG.targets(few)

    def score(student: TextStudent) -> float:
        written = CATALOG.targets(edits(student, encode(wordpiece, few, 64)))
        return metrics.scores(written, y, CATALOG)["overall"]

    assert score(trained) > score(fresh(wordpiece).eval()) + 0.1


def test_a_student_of_word_pieces_keeps_its_ends_when_it_is_saved(wordpiece, tmp_path):
    student = fresh(wordpiece).eval()
    folders.save(student, wordpiece, tmp_path / "student", {})
    again, tokenizer, _ = folders.load(tmp_path / "student", CATALOG)
    assert torch.equal(again.tokens, student.tokens)
    assert torch.equal(again.head, student.head)
    ids = encode(wordpiece, [{"intent": "golden hour"}], 64)
    assert again.write(*pad(ids, 0)) == student.write(*pad(ids, 0))
    export.text_pack(checkpoint.read(str(tmp_path / "student")), CATALOG, tmp_path / "pack")
    told = json.loads((tmp_path / "pack" / "pack.json").read_text())["text"]
    ends = told["decoder_start_id"], told["end_id"]
    assert ends == tuple(tokenizer.token_to_id(t) for t in ("[PAD]", "[SEP]"))
    assert told["vocabulary"] == student.walk.vocabulary


def test_a_line_that_ends_with_what_nobody_knows_is_refused(wordpiece):
    unknown = wordpiece.token_to_id("[UNK]")
    for special in ((0, unknown), (unknown, 3)):
        with pytest.raises(text.SpellingError, match=r"\[UNK\].*decoder_start_token_id"):
            text.Spelling(wordpiece, CATALOG, special=special)


def test_greedy_decoding_is_that_of_one_row_at_a_time(wordpiece, trained):
    ids = encode(wordpiece, [{"intent": i} for i in ("fog", "a very long walk home", "x")], 64)
    assert edits(trained, ids) == [edits(trained, [row])[0] for row in ids]


def test_an_interrupted_training_goes_on_where_it_was(wordpiece, data, trained, tmp_path):
    class Interrupted(Exception):
        pass

    student = fresh(wordpiece)
    calls = 0

    def stop(module, *_):
        nonlocal calls
        calls += module.training
        if calls > 15:  # in the second epoch
            raise Interrupted

    handle = student.t5.encoder.register_forward_hook(stop)
    checkpoint = tmp_path / "checkpoint.pt"
    with pytest.raises(Interrupted):
        finetune(student, wordpiece, CATALOG, *data, CONFIG, checkpoint=checkpoint)
    handle.remove()
    assert torch.load(checkpoint, weights_only=True)["epoch"] == 1
    again = finetune(fresh(wordpiece), wordpiece, CATALOG, *data, CONFIG, checkpoint=checkpoint)[0]
    for (name, a), b in zip(again.named_parameters(), trained.parameters(), strict=True):
        assert torch.allclose(a, b, atol=1e-4), name

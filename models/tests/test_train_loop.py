"""What a training keeps and promises: its log, its seeds, several processes, and the text codec's
other students."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from training import CATALOG, fresh, small_rows, tiny

from colorist_models import metrics
from colorist_models.errors import UserError
from colorist_models.text_train import TextTask, edits
from colorist_models.train import encode, finetune

FAST = {"lr": 2e-2, "encoder_lr": 2e-2}
TESTS = Path(__file__).parent


def trained(tmp_path, codec="slots", arch="t5", **settings):
    tokenizer, config = tiny(**settings)
    train, dev = small_rows()
    student = fresh(tokenizer, config, codec, arch)
    checkpoint = tmp_path / "checkpoint.pt"
    return finetune(student, tokenizer, CATALOG, train, dev, config, checkpoint=checkpoint)


def log_of(folder):
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def equal(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def test_every_step_and_evaluation_is_logged_and_drawn(tmp_path):
    average, log = trained(tmp_path)
    lines = log_of(tmp_path)
    steps = [line for line in lines if "loss" in line]
    assert [line["step"] for line in steps] == list(range(1, 9))
    assert steps[0]["loss"].keys() == {"used", "choice", "value", "cosine", "size"}
    assert all(len(line["lr"]) == 2 for line in steps)
    assert [line for line in lines if "dev" in line] == log
    assert log[-1]["step"] == 8 and log[-1]["dev"].keys() == {*CATALOG.names, "overall"}
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    # The same seed gives the same bits, another one does not.
    again = tmp_path / "again"
    again.mkdir()
    assert equal(trained(again)[0].state_dict(), average.state_dict())
    other = tmp_path / "other"
    other.mkdir()
    assert not equal(trained(other, seed=1)[0].state_dict(), average.state_dict())


def test_a_loss_that_is_not_finite_ends_the_training(tmp_path):
    with pytest.raises(UserError, match=r"step \d+: the loss is not finite; lower lr"):
        trained(tmp_path, lr=1e30, encoder_lr=1e30)


def test_a_resumed_training_ends_with_the_same_bits_and_one_log(tmp_path, monkeypatch):
    whole = tmp_path / "whole"
    whole.mkdir()
    average, _ = trained(whole)
    cut = tmp_path / "cut"
    cut.mkdir()
    rounds = []

    def interrupted(scores):
        rounds.append(scores)
        if len(rounds) == 2:
            raise KeyboardInterrupt
        return "first round"

    with monkeypatch.context() as patch:
        patch.setattr(metrics, "one_line", interrupted)
        with pytest.raises(KeyboardInterrupt):
            trained(cut)
    state = torch.load(cut / "checkpoint.pt", weights_only=True)
    assert 0 < state["step"] < 8 == log_of(cut)[-1]["step"]
    assert equal(trained(cut)[0].state_dict(), average.state_dict())
    assert log_of(cut) == log_of(whole)


def test_two_processes_train_one_student(tmp_path):
    two, one = tmp_path / "two", tmp_path / "one"
    two.mkdir()
    one.mkdir()
    # --multi_gpu chooses the launcher that needs no MPI; without a GPU the processes use the CPU.
    launch = ["--multi_gpu", "--num_processes=2", "--num_machines=1", "--main_process_port=0"]
    launch += ["--mixed_precision=no", "--dynamo_backend=no"]
    module = [sys.executable, "-m", "accelerate.commands.launch", *launch]
    paths = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    subprocess.run(
        [*module, str(TESTS / "launched.py"), str(two)],
        check=True,
        env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
    )
    first, second = (torch.load(two / f"process{i}.pt", weights_only=True) for i in (0, 1))
    assert equal(first["weights"], second["weights"])
    assert first["log"] == second["log"]
    trained(one)
    lines, alone = log_of(two), log_of(one)
    assert [line["step"] for line in lines] == [line["step"] for line in alone]
    # Each has half of every batch.
    assert len(first["rows"]) == 8 and max(first["rows"]) == 8
    assert all(0 <= a - b <= 1 for a, b in zip(first["rows"], second["rows"], strict=True))
    for line, own in zip(lines, alone, strict=True):
        # The cosine's mean is over the rows that use a tool: that of two halves is another one.
        for name in ("used", "choice", "value") if "loss" in own else ():
            assert line["loss"][name] == pytest.approx(own["loss"][name], rel=0.03), name
    assert lines[-1]["dev"]["overall"] == pytest.approx(alone[-1]["dev"]["overall"], abs=0.02)


def test_a_llama_learns_and_answers_alone_as_in_a_batch(tmp_path):
    average, _ = trained(tmp_path, "text", "llama", steps=12, every=12, **FAST)
    losses = [line["loss"] for line in log_of(tmp_path) if "loss" in line]
    assert losses[0].keys() == {*CATALOG.names}
    assert all(losses[-1][tool] < 0.9 * losses[0][tool] for tool in CATALOG.names)
    tokenizer, _ = tiny()
    ids = encode(tokenizer, small_rows()[1], 64)
    assert len({len(row) for row in ids}) > 1  # so some are padded
    assert edits(average, ids) == [edits(average, [row])[0] for row in ids]


@pytest.mark.parametrize("arch", ["t5", "llama"])
def test_the_rationale_is_learned_beside_the_lines(tmp_path, arch):
    trained(tmp_path, "text", arch, rationale=0.5, steps=12, every=12, lr=0.1, encoder_lr=0.1)
    losses = [line["loss"] for line in log_of(tmp_path) if "loss" in line]
    assert losses[0].keys() == {*CATALOG.names, "why"}
    assert losses[-1]["why"] < 0.97 * losses[0]["why"]


def test_rows_without_a_rationale_take_no_part_in_its_term():
    tokenizer, config = tiny(rationale=1.0)
    train, dev = small_rows()
    student = fresh(tokenizer, config, "text")

    def why(rows, batch):
        ids = [encode(tokenizer, part, 64) for part in (rows, dev)]
        weight = torch.ones(len(rows))
        task = TextTask(student, tokenizer, ids[0], rows, ids[1], dev, CATALOG, weight, config)
        with torch.no_grad():
            return task.loss(student, batch)["why"].item()

    bare = [{**row, "why": None if i == 1 else row["why"]} for i, row in enumerate(train)]
    assert why(train, [0, 1]) != pytest.approx(why(train, [0]), rel=1e-4)
    assert why(bare, [0, 1]) == pytest.approx(why(train, [0]), rel=2e-2)
    assert why(bare, [1]) == 0
    with pytest.raises(UserError, match="why"):
        why([{**row, "why": None} for row in train], [0])


def test_slots_write_no_rationale(tmp_path):
    with pytest.raises(UserError, match="text"):
        trained(tmp_path, rationale=0.5)

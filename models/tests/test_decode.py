"""Decoding and metrics, against values worked out by hand and against the Rust core."""

import json
import os
import subprocess

import numpy as np

from colorist_models import decode, metrics, rows
from colorist_models.catalog import Catalog

CATALOG = Catalog.load()


def logits_for(**choices: object) -> np.ndarray:
    """Logits of one row that put (nearly) all weight on the named classes."""
    out = np.zeros((1, len(CATALOG.slots), len(CATALOG.classes)), np.float32)
    for name, cls in choices.items():
        out[0, CATALOG.slot(name), CATALOG.classes.index(cls)] = 40
    return out


def decided(logits: np.ndarray, **settings) -> dict:
    how = decode.Decoding(**settings)
    p = decode.probabilities(logits, CATALOG)
    return decode.edits(decode.decide(p, how, CATALOG), CATALOG)[0]


def all_zero() -> dict:
    return {s.name: 0 for s in CATALOG.slots if s.name.startswith(("adjust.", "selective"))}


def test_values_and_names_are_read_at_their_slots():
    choices = all_zero() | {
        "adjust.used": "used",
        "adjust.contrast": -35,
        "selectiveAdjust.used": "used",
        "selectiveAdjust.blue.luminance": 20,
        "filter.name": "mono_Noir",
        "filter.intensity": 80,
    }
    assert decided(logits_for(**choices)) == {
        "adjust": {"contrast": -35},
        "selectiveAdjust": {"blue": [0, 20]},
        "filter": ["mono_Noir", 80],
    }


def test_a_tool_below_its_threshold_or_without_values_is_not_used():
    choices = all_zero() | {
        "adjust.used": "used",
        "selectiveAdjust.used": "unused",
        "filter.name": "none",
    }
    assert decided(logits_for(**choices)) == {
        "adjust": None,
        "selectiveAdjust": None,
        "filter": None,
    }


def test_the_mean_is_rounded_half_away_from_zero_and_the_dead_zone_clears():
    p = decode.Probabilities(
        np.ones((1, 3)), np.zeros((1, 26)), [np.eye(46)[[1]]], np.array([[40.0]])
    )
    p.values[0, :4] = [2.5, -2.5, 1.9, -2.0]
    values = decode.decide(p, decode.Decoding(deadzone=2.0), CATALOG).values[0, :4]
    assert values.tolist() == [3, -3, 0, -2]


def test_scores_by_hand():
    teacher = [
        {"adjust": {"contrast": 30}, "selectiveAdjust": None, "filter": ["mono_Noir", 50]},
        {"adjust": {"contrast": 10}, "selectiveAdjust": {"red": [10, 0]}, "filter": None},
    ]
    student = [
        {
            "adjust": {"contrast": 10, "shadows": 10},
            "selectiveAdjust": None,
            "filter": ["mono_Noir", 9],
        },
        {"adjust": None, "selectiveAdjust": {"red": [0, 10]}, "filter": ["mono_Sepia", 20]},
    ]
    s = metrics.scores(CATALOG.targets(student), CATALOG.targets(teacher), CATALOG)
    assert np.isclose(s["adjust"]["f1"], 2 / 3) and np.isclose(s["adjust"]["quality"], 0.5**0.5)
    assert (s["selectiveAdjust"]["f1"], s["selectiveAdjust"]["quality"]) == (1.0, 0.0)
    assert np.isclose(s["filter"]["f1"], 2 / 3) and s["filter"]["quality"] == 1.0
    finals = [2 * (2 / 3) * 0.5**0.5 / (2 / 3 + 0.5**0.5), 0.0, 0.8]
    assert np.isclose(s["overall"], np.mean(finals))


def test_scores_equal_the_rust_core(tmp_path):
    """`colorist eval` is the reported number; the training loop's must be the same."""
    teacher = rows.split()[1][:200]
    other = rows.split()[0][:200]
    answers = [
        {"intent": t["intent"], **{k: o[k] for k in CATALOG.names}}
        for t, o in zip(teacher, other, strict=True)
    ]
    rows.write_jsonl(tmp_path / "rows.jsonl", teacher)
    rows.write_jsonl(tmp_path / "answers.jsonl", answers)
    command = [os.environ["COLORIST_BIN"], "eval", "--json", "--data", str(tmp_path / "rows.jsonl")]
    command += ["--predictions", str(tmp_path / "answers.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    ours = metrics.scores(CATALOG.targets(answers), CATALOG.targets(teacher), CATALOG)
    theirs = json.loads(done.stdout)["subsets"]["all"]
    assert np.isclose(theirs["overall"], ours["overall"], atol=1e-6)
    for tool in CATALOG.names:
        for name in ("precision", "recall", "f1", "quality", "final"):
            assert np.isclose(theirs[tool][name], ours[tool][name], atol=1e-6), (tool, name)

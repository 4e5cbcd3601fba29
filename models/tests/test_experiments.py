"""`experiments` and `evaluate` from the command line, with toy students and few rows."""

import csv

import numpy as np
import pytest

from colorist_models import rows
from colorist_models.cli import main
from colorist_models.experiments.gain import gain, overall, parts

KINDS = {"adjust": "sliders", "selectiveAdjust": "grid", "filter": "choice"}


@pytest.fixture
def few(tmp_path, monkeypatch):
    """A data folder with the first rows of the teacher, and a cache of its own."""
    monkeypatch.setenv("COLORIST_CACHE", str(tmp_path / "cache"))
    data = tmp_path / "data"
    data.mkdir()
    (data / "catalog.json").write_bytes((rows.DATA / "catalog.json").read_bytes())
    for part in ("teacher", "augment"):
        first = rows.read_jsonl(rows.DATA / part / "t1.jsonl")[:120]
        rows.write_jsonl(data / part / "t1.jsonl", first)
    return data


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_an_experiment_gives_a_table_a_picture_and_gains(few, tmp_path, capsys):
    out = tmp_path / "out"
    command = ["experiments", "rq2", "--quick", "--data", str(few), "--out", str(out)]
    main(command)
    assert "12.5% + augmentation against 12.5%" in capsys.readouterr().out
    found = table(out / "rq2.csv")
    full, eighth, grown, bank, *_ = [r for r in found if r["subset"] == "all"]
    assert int(eighth["training rows"]) < int(full["training rows"]) / 4
    assert int(eighth["development rows"]) < int(full["development rows"])
    assert int(eighth["training rows"]) < int(grown["training rows"]) <= int(bank["training rows"])
    assert {r["samples"] for r in found if r["subset"] == "r5"} == {"0"}
    assert {r["overall"] for r in found if r["subset"] == "r5"} == {""}
    assert all("experiments rq2" in r["command"] and r["steps"] == "4" for r in found)
    assert str(tmp_path) not in (out / "rq2.csv").read_text()
    assert (out / "rq2.png").read_bytes().startswith(b"\x89PNG")
    assert {r["against"] for r in table(out / "rq2-gain.csv")} == {"12.5%", "12.5%, no prior"}


def test_figures_of_toys_and_of_other_rows_never_go_where_the_real_ones_are():
    with pytest.raises(SystemExit, match="--out"):
        main(["experiments", "rq1", "--quick"])
    with pytest.raises(SystemExit, match=r"not this project's rows.*--out"):
        main(["experiments", "rq1", "--data", "elsewhere"])
    with pytest.raises(SystemExit, match="rq1, rq2, ours"):
        main(["experiments", "rq9"])


def test_evaluate_scores_by_how_often_the_teacher_answered(few, tmp_path):
    train, test = (
        [{k: v for k, v in r.items() if k != "field"} for r in p] for p in rows.split(few)
    )
    test = [{**row, "calls": 1 + i % 6} for i, row in enumerate(test)]
    for file in (few / "teacher").iterdir():
        file.unlink()
    rows.write_jsonl(few / "train.jsonl", train)
    rows.write_jsonl(few / "test.jsonl", test)
    rows.write_jsonl(tmp_path / "same.jsonl", test)
    out = tmp_path / "out"
    answers = ["--predictions", str(tmp_path / "same.jsonl")]
    main(["evaluate", "--data", str(few), *answers, "--out", str(out)])
    found = {r["subset"]: r for r in table(out / "evaluate.csv")}
    assert [float(found[s]["overall"]) for s in ("all", "r3", "r5")] == [1, 1, 1]
    counts = [int(found[s]["samples"]) for s in ("all", "r3", "r5")]
    assert counts == [len(test), *(sum(r["calls"] >= n for r in test) for n in (3, 5))]
    assert (out / "evaluate.png").exists()


def test_the_gain_is_paired_and_agrees_with_the_metrics():
    test = rows.split()[1][:200]
    half = [{**r, "filter": None} if i % 2 else r for i, r in enumerate(test)]
    own, worse = parts(test, test, KINDS), parts(test, half, KINDS)
    assert overall(own.sum(0)) == pytest.approx(1)
    used = np.array([r["filter"] is not None for r in test])
    kept = np.array([r["filter"] is not None for r in half])
    recall = kept.sum() / used.sum()
    f1 = 2 * recall / (1 + recall)
    assert overall(worse.sum(0)) == pytest.approx((2 + 2 * f1 / (f1 + 1)) / 3)
    found = gain([worse], [own])
    assert found.low < found.relative < found.high and found.low > 0
    none = gain([own, worse], [own, worse])
    assert (none.relative, none.low, none.high) == (0, 0, 0)

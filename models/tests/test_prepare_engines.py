"""`prepare`: both engines do what plain loops do, and options that mean nothing are refused."""

from __future__ import annotations

import dataclasses
import json
import random
from collections import Counter
from pathlib import Path

import pytest
from preparing import BAD, GOOD, OTHERS, TOOLS, Folder, answer, balanced, logged, parquet
from statsmodels.stats.proportion import proportion_confint

from colorist_models import rows
from colorist_models.errors import UserError
from colorist_models.logs import prepare as step
from colorist_models.logs import simulate


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def random_case(seed: int) -> tuple[list[dict], list[str]]:
    """Answers to 25 intents and some 1,500 rows of a log, good and bad."""
    draw = random.Random(seed)
    answers = []
    for i in range(25):
        for tool in TOOLS:
            for sample in range(draw.randint(1, 3)):
                name = f"{draw.getrandbits(64):016x}"
                parameters = draw.choice([GOOD[tool], None])
                answers.append(answer(name, f"Look {i}", tool, parameters, sample=sample))
    draw.shuffle(answers)
    log = []
    for a in answers:
        for _ in range(draw.randint(0, 12)):
            shown = draw.randint(0, 4)
            wording = draw.choice([a["intent"], a["intent"].lower() + "!", "look 3"])
            exported = draw.randint(0, shown) if draw.random() < 0.4 else 0
            log.append(f"{wording},{a['tool']},{a['answer_id']},{shown},{exported}")
    log += draw.choices(list(BAD), k=100)
    draw.shuffle(log)
    return answers, log


def reference(answers: list[dict], log: list[str]) -> dict[str, dict]:
    """What `prepare` should write, by plain loops and statsmodels' Wilson interval."""
    by_id = {a["answer_id"]: a for a in answers}
    counts: dict[str, list[int]] = {}
    for line in log:
        fields = line.split(",")
        if line in BAD or rows.normalized(fields[0]) != rows.normalized(by_id[fields[2]]["intent"]):
            continue
        total = counts.setdefault(fields[2], [0, 0])
        total[0] += int(fields[3])
        total[1] += int(fields[4])
    best: dict[tuple[str, str], tuple] = {}
    for name, (shown, exported) in counts.items():
        if exported:
            a = by_id[name]
            low, _ = proportion_confint(exported, shown, method="wilson")
            score = (-round(low, 12), -exported, -shown, name)
            key = (a["intent"], a["tool"])
            best[key] = min(best.get(key, score), score)
    found = {}
    for intent in {a["intent"] for a in answers}:
        winners = [best.get((intent, tool)) for tool in TOOLS]
        if all(winners):
            chosen = {tool: by_id[w[-1]] for tool, w in zip(TOOLS, winners, strict=True)}
            samples = Counter(a["tool"] for a in answers if a["intent"] == intent)
            found[intent] = {
                "intent": intent,
                "why": "; ".join(a["rationale"] for a in chosen.values()),
                **{tool: a["parameters"] for tool, a in chosen.items()},
                "calls": max(samples.values()),
            }
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_rows_are_those_of_plain_loops(folder, seed):
    answers, log = random_case(seed)
    expected = reference(answers, log)
    assert len(expected) > 5
    _, found = folder.run(answers, log, test="3")
    assert found == expected


def test_spark_writes_the_same_bytes_as_duckdb(folder):
    answers, log = random_case(99)
    plain = [line for line in log if line not in BAD]
    parquet(folder.path / "a log.parquet", plain[::2])
    files = (str(folder.path / "*.parquet"), str(folder.path / "log.csv"))
    settings = folder.settings(answers, log[1::2], logs=files, test="0.3")
    written = {}
    # Compiling every query costs more than so few rows do.
    spark = {
        "spark.master": "local[1]",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    }
    for engine in ("duckdb", "spark"):
        out = folder.path / engine
        step.prepare(
            dataclasses.replace(settings, engine=engine, out=out, spark=tuple(spark.items()))
        )
        names = ("train.jsonl", "test.jsonl", "report.json")
        written[engine] = {name: (out / name).read_text() for name in names}
    assert written["spark"] == written["duckdb"]
    report = json.loads(written["spark"]["report.json"])
    balanced(report)
    assert len(report["logs"]["dropped"]) > 5 and report["intents"]["kept"] > 5


def test_spark_without_java_says_so(folder, monkeypatch):
    monkeypatch.setenv("PATH", str(folder.path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(UserError, match="Spark needs Java"):
        folder.run(OTHERS, logged(OTHERS), engine="spark")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"engine": "hive"}, "--engine hive"),
        ({"rank": "luck"}, "--rank luck"),
        ({"memory": "lots"}, "DuckDB refuses"),
        ({"memory": "1KB"}, "--memory|DuckDB refuses"),
        ({"logs": ("nowhere/*.csv",)}, "no log file at nowhere"),
    ],
)
def test_options_that_mean_nothing_are_refused(folder, options, message):
    with pytest.raises(UserError, match=message):
        folder.run(OTHERS, logged(OTHERS), **options)


def test_simulated_logs_say_that_they_are(folder, capsys):
    simulate.simulate_command(
        folder.path / "s", rows=3000, answers=None, intents=20, samples=2, data=folder.path, seed=1
    )
    folder.command(folder.path / "s" / "simulated-answers.jsonl", "s/*.parquet")
    report = json.loads((folder.path / "out" / "report.json").read_text())
    balanced(report)
    assert report["simulated"] and report["logs"]["rows"] == 3000
    assert "SIMULATED" in capsys.readouterr().out

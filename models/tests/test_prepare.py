"""`prepare`: the right answers win, every row of a log is accounted for, and both engines agree."""

from __future__ import annotations

import dataclasses
import gzip
import json
import random
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from statsmodels.stats.proportion import proportion_confint

from colorist_models import rows
from colorist_models.cli import main
from colorist_models.errors import UserError
from colorist_models.logs import prepare as step
from colorist_models.logs import relations, simulate
from colorist_models.logs.split import held_out, place

CATALOG = {
    "tools": [
        {
            "name": "grade",
            "kind": "sliders",
            "sliders": {"glow": {"min": 0, "max": 100}, "fade": {"min": -50, "max": 50}},
        },
        {
            "name": "colors",
            "kind": "grid",
            "rows": ["red", "blue"],
            "columns": {"saturation": {"min": -100, "max": 100}, "light": {"min": -50, "max": 50}},
        },
        {"name": "sticker", "kind": "choice", "names": {"heart": "for love", "star": "for joy"}},
    ]
}
TOOLS = [tool["name"] for tool in CATALOG["tools"]]
GOOD = {"grade": {"glow": 20}, "colors": {"red": [5, 0]}, "sticker": ["heart"]}
HEADER = "intent,tool,answer_id,shown,exported"


def answer(name: str, intent: str, tool: str, parameters=..., **more) -> dict:
    """An answer as `collect` writes it."""
    given = GOOD[tool] if parameters is ... else parameters
    return {
        "answer_id": name,
        "intent": intent,
        "tool": tool,
        "rationale": f"why {name}",
        "parameters": given,
        **more,
    }


def full(intent: str, *extra: dict) -> list[dict]:
    """One answer to an intent per tool, called INTENT-TOOL, and others."""
    return [answer(f"{intent}-{tool}", intent, tool) for tool in TOOLS] + list(extra)


def logged(answers: list[dict], shown: int = 10, exported: int = 5) -> list[str]:
    """A line of a log per answer."""
    return [f"{a['intent']},{a['tool']},{a['answer_id']},{shown},{exported}" for a in answers]


class Folder:
    """A data folder, an answers file and a log, and the step run on them."""

    def __init__(self, path: Path):
        self.path = path
        (path / "catalog.json").write_text(json.dumps(CATALOG))

    def settings(self, answers: list, log: list[str] | None, **options) -> step.Settings:
        lines = [a if isinstance(a, str) else json.dumps(a, ensure_ascii=False) for a in answers]
        (self.path / "answers.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if log is not None:
            (self.path / "log.csv").write_text("\n".join([HEADER, *log]) + "\n", encoding="utf-8")
            options.setdefault("logs", (str(self.path / "log.csv"),))
        return step.Settings(
            data=self.path,
            answers=self.path / "answers.jsonl",
            out=self.path / "out",
            **{"test": "1", "threads": 1, **options},
        )

    def run(self, answers: list, log: list[str] | None, **options) -> tuple[dict, dict[str, dict]]:
        """The report, checked for completeness, and the rows by intent."""
        report = step.prepare(self.settings(answers, log, **options))
        balanced(report)
        return report, self.written()

    def command(self, answers: Path, logs: str) -> None:
        """The same from the command line."""
        options = {"data": self.path, "out": self.path / "out", "test": 1, "threads": 1}
        options |= {"answers": answers, "logs": self.path / logs}
        main(["prepare", *(f"--{name}={value}" for name, value in options.items())])

    def written(self) -> dict[str, dict]:
        train, test = (rows.read_jsonl(self.path / "out" / f"{s}.jsonl") for s in ("train", "test"))
        both = {row["intent"]: row for row in train + test}
        assert len(both) == len(train) + len(test)
        return both


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def balanced(report: dict) -> None:
    """What came in is what went out plus what was dropped."""
    lost = sum(entry["rows"] for entry in report["logs"]["dropped"].values())
    used = sum(entry["log_rows"] for entry in report["outcomes"].values())
    assert report["logs"]["rows"] == lost + used
    answers = report["answers"]
    refused = sum(entry["lines"] for entry in answers["refused"].values())
    assert answers["lines"] == answers["known"] + answers["repeated"] + refused
    assert answers["known"] == sum(entry["answers"] for entry in report["outcomes"].values())
    intents = report["intents"]
    gone = intents["without_answer"] + intents["incomplete"]
    assert intents["answered"] == intents["kept"] + gone
    assert intents["kept"] == intents["train"] + intents["test"]


OTHERS = full("a") + full("b")
"""Two intents whose answers always win, so that there is something on both sides of the split."""
THREE = {  # answer: exported of shown
    "few": (1, 1),  # rate 1, lower end 0.21
    "some": (8, 10),  # rate 0.8, lower end 0.49
    "many": (50, 100),  # rate 0.5, lower end 0.40
}


@pytest.mark.parametrize(
    ("rank", "min_shown", "winner"),
    [
        ("wilson", 1, "some"),
        ("wilson", 11, "many"),
        ("rate", 1, "few"),
        ("rate", 2, "some"),
    ],
)
def test_the_answer_with_the_best_export_rate_is_chosen(folder, rank, min_shown, winner):
    stickers = [answer(name, "c", "sticker", ["star"]) for name in THREE]
    others = [a for a in full("c") if a["tool"] != "sticker"]
    log = logged(OTHERS + others, 200, 100)
    log += [f"c,sticker,{name},{shown},{out}" for name, (out, shown) in THREE.items()]
    report, found = folder.run(OTHERS + others + stickers, log, rank=rank, min_shown=min_shown)
    assert found["c"]["why"] == f"why c-grade; why c-colors; why {winner}"
    assert found["c"]["calls"] == 3
    assert report["outcomes"]["chosen"]["answers"] == 9


@pytest.mark.parametrize(
    ("counts", "winner"),
    [
        ({"x": (10, 5), "y": (100, 50)}, "y"),  # the same rate: more exports
        ({"y": (10, 5), "x": (10, 5)}, "x"),  # the same counts: the smaller id
    ],
)
def test_ties_are_broken_by_exports_and_then_by_the_id(folder, counts, winner):
    grades = [answer(name, "c", "grade") for name in counts]
    others = [a for a in full("c") if a["tool"] != "grade"]
    log = logged(OTHERS + others) + [f"c,grade,{n},{s},{e}" for n, (s, e) in counts.items()]
    _, found = folder.run(OTHERS + others + grades, log, rank="rate")
    assert found["c"]["why"].startswith(f"why {winner};")


def test_exposures_are_summed_before_those_without_an_export_are_dropped(folder):
    # Dropped one by one, the first would have 2 of 2 and win.
    often = ["c,grade,seldom,1,0"] * 8 + ["c,grade,seldom,1,1"] * 2
    log = logged(OTHERS + full("c")[1:]) + often + ["c,grade,half,10,5", "c,grade,never,90,0"]
    grades = [answer(name, "c", "grade") for name in ("seldom", "half", "never")]
    report, found = folder.run(OTHERS + full("c")[1:] + grades, log, rank="rate")
    assert found["c"]["why"].startswith("why half;")
    assert report["outcomes"][relations.NEVER_EXPORTED] == {
        "answers": 1,
        "log_rows": 1,
        "shown": 90,
        "exported": 0,
    }
    assert report["outcomes"][relations.NOT_BEST]["log_rows"] == 10


def test_null_is_unused_and_the_table_counts_it(folder, capsys):
    answers = [*OTHERS, *full("c")]
    answers[-1]["parameters"] = None
    folder.settings(answers, logged(answers))
    report, found = folder.run(answers, logged(answers))
    assert found["c"]["sticker"] is None and found["c"]["grade"] == {"glow": 20}
    assert report["used"]["sticker"]["all"] == {"used": 2, "of": 3}
    assert report["used"]["grade"]["all"] == {"used": 3, "of": 3}
    sides = report["used"]["sticker"]
    assert sides["train"]["used"] + sides["test"]["used"] == 2
    assert (sides["train"]["of"], sides["test"]["of"]) == (2, 1)
    train, test = rows.split(folder.path / "out")  # a data folder, read as any other
    assert (len(train), len(test)) == (2, 1)
    folder.command(folder.path / "answers.jsonl", "log.csv")
    printed = capsys.readouterr().out
    assert "Used / All" in printed and "2 / 3" in printed


def test_an_intent_that_lacks_a_tools_answer_is_dropped_or_unused_as_told(folder):
    answers = [*OTHERS, *full("c"), *full("d")]
    log = logged([a for a in answers if a["answer_id"] != "c-colors" and a["intent"] != "d"])
    report, found = folder.run(answers, log)
    assert "c" not in found
    assert report["intents"] | {"train": 0, "test": 0} == {
        "answered": 4,
        "without_answer": 1,
        "incomplete": 1,
        "kept": 2,
        "train": 0,
        "test": 0,
    }
    assert report["outcomes"]["the intent is incomplete"]["answers"] == 2
    report, found = folder.run(answers, log, missing="unused")
    assert found["c"]["colors"] is None and found["c"]["grade"] == {"glow": 20}
    assert report["intents"]["incomplete"] == 0 and "d" not in found


def test_wordings_that_normalize_to_the_same_are_the_same_intent(folder):
    two = [answer("w1", "Straße  am Meer", "grade"), answer("w2", "STRASSE AM MEER!", "grade")]
    rest = [a | {"intent": "strasse am meer"} for a in full("c")[1:]]
    answers = [*OTHERS, *two, *rest]
    log = [
        *logged(OTHERS + rest, 10, 9),
        "strasse am meer.,grade,w1,10,1",
        "ＳＴＲＡＳＳＥ am\u00a0meer,grade,w2,10,4",  # noqa: RUF001 (full-width letters)
    ]
    report, found = folder.run(answers, log)
    assert report["logs"]["dropped"] == {}
    row = found["Straße  am Meer"]  # as the first answer has it
    assert row["why"].startswith("why w2;") and row["calls"] == 2


BAD = {
    "a,grade,a-grade,5": "wrong number of fields",
    "a,grade,a-grade,5,1,1": "wrong number of fields",
    '"a,grade,a-grade,5,1': "a quote that is not closed on its line",
    "a,grade,a-grade,many,1": relations.NOT_A_COUNT,
    "a,grade,a-grade,5,": relations.NOT_A_COUNT,
    "a,grade,a-grade,5,0.5": relations.NOT_A_COUNT,
    "a,grade,a-grade,NaN,1": relations.NOT_A_COUNT,
    "a,grade,a-grade,99999999999999999999,1": relations.NOT_A_COUNT,
    "a,grade,a-grade,5,-1": relations.NEGATIVE,
    "a,grade,a-grade,1000000001,1": relations.TOO_LARGE,
    "a,grade,a-grade,5,6": relations.TOO_MANY_EXPORTS,
    "a,paint,a-grade,5,1": relations.UNKNOWN_TOOL,
    "a,,a-grade,5,1": relations.UNKNOWN_TOOL,
    "a,grade,other,5,1": relations.UNKNOWN_ANSWER,
    "a,grade,,5,1": relations.UNKNOWN_ANSWER,
    "a,colors,a-grade,5,1": relations.OTHER_TOOL,
    ",grade,a-grade,5,1": relations.EMPTY_INTENT,
    " ... ,grade,a-grade,5,1": relations.EMPTY_INTENT,
    "secret words,grade,a-grade,5,1": relations.OTHER_INTENT,
}


def test_bad_rows_are_dropped_counted_and_named(folder):
    good = logged(OTHERS)
    report, _ = folder.run(OTHERS, good + list(BAD))
    dropped = report["logs"]["dropped"]
    assert {reason: entry["rows"] for reason, entry in dropped.items()} == Counter(BAD.values())
    for number, reason in enumerate(BAD.values(), start=len(good) + 2):
        assert f"{folder.path / 'log.csv'}, row {number}" in dropped[reason]["first"]
    assert "secret" not in json.dumps(report)


@pytest.mark.parametrize("line", list(BAD)[::3])
def test_strict_refuses_a_bad_row_by_its_place(folder, line):
    good = logged(OTHERS)
    with pytest.raises(UserError) as caught:
        folder.run(OTHERS, [*good, line, *good], strict=True)
    assert str(caught.value) == f"{folder.path / 'log.csv'}, row {len(good) + 2}: {BAD[line]}"


def test_a_line_that_is_not_utf8_costs_itself_only(folder):
    settings = folder.settings(OTHERS, logged(OTHERS))
    log = folder.path / "log.csv"
    log.write_bytes(log.read_bytes().replace(b"\n", b"\r\n") + b"\r\n\xff,grade,a-grade,1,1\r\n")
    report = step.prepare(settings)
    assert report["logs"]["dropped"] == {"not UTF-8": {"rows": 1, "first": [f"{log}, row 9"]}}


def parquet(path: Path, lines: list[str], **types: pa.DataType) -> None:
    """Lines of a log as a Parquet file; counts are int64 where no other type is given."""
    texts = [dict(zip(HEADER.split(","), line.split(","), strict=True)) for line in lines]
    columns = {}
    for name in HEADER.split(","):
        values = pa.array([text[name] for text in texts], pa.string())
        kind = types.get(name, pa.int64() if name in ("shown", "exported") else pa.string())
        columns[name] = values.cast(kind)
    pq.write_table(pa.table(columns), path)


@pytest.mark.parametrize(
    "types",
    [
        {},
        {"shown": pa.float64(), "exported": pa.float64()},
        {"shown": pa.uint64(), "exported": pa.int8()},
        {"shown": pa.string(), "exported": pa.string()},
    ],
)
def test_parquet_of_several_types_and_gzip_say_the_same_as_csv(folder, types):
    lines = [*logged(OTHERS), "a,grade,a-grade,5,6"]
    expected, found = folder.run(OTHERS, lines)
    parquet(folder.path / "log.parquet", lines, **types)
    with gzip.open(folder.path / "log.csv.gz", "wt") as file:
        file.write("\n".join([HEADER, *lines]))
    for name, row in (("log.parquet", 7), ("log.csv.gz", 8)):
        report, same = folder.run(OTHERS, None, logs=(str(folder.path / name),))
        assert same == found
        dropped = report["logs"].pop("dropped")[relations.TOO_MANY_EXPORTS]
        assert dropped == {"rows": 1, "first": [f"{folder.path / name}, row {row}"]}
        assert report["outcomes"] == expected["outcomes"]


def test_nan_and_fractions_in_parquet_are_no_counts(folder):
    lines = [*logged(OTHERS), "a,grade,a-grade,nan,1", "a,grade,a-grade,2.5,1"]
    parquet(folder.path / "log.parquet", lines, shown=pa.float64())
    report, _ = folder.run(OTHERS, None, logs=(str(folder.path / "log.parquet"),))
    assert report["logs"]["dropped"][relations.NOT_A_COUNT]["rows"] == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("log.csv", b"intent,tool,shown,exported\n", "0 of 'answer_id'"),
        ("log.csv", b"", "0 of 'intent'"),
        ("log.csv", b"tool," + HEADER.encode(), "2 of 'tool'"),
        ("log.csv.gz", gzip.compress(HEADER.encode())[:-9], "cut off, damaged or no gzip file"),
        ("log.csv.gz", gzip.compress(HEADER.encode())[:10] + b"\xff" * 9, "cut off, damaged or"),
        ("log.parquet", b"PAR1", "not a readable Parquet file"),
        ("log.txt", b"", "a log is a .csv, .csv.gz or .parquet file"),
    ],
)
def test_a_file_that_is_no_log_is_refused(folder, name, content, message):
    (folder.path / name).write_bytes(content)
    with pytest.raises(UserError, match=message) as caught:
        folder.run(OTHERS, None, logs=(str(folder.path / name),))
    assert name in str(caught.value)


def test_a_file_whose_name_looks_like_a_glob_is_found(folder):
    for name in ("log[1].parquet", "log[1].csv"):
        parquet(folder.path / "log.parquet", logged(OTHERS))
        folder.settings(OTHERS, logged(OTHERS))
        (folder.path / f"log{Path(name).suffix}").rename(folder.path / name)
        report, _ = folder.run(OTHERS, None, logs=(str(folder.path / name),))
        assert report["logs"] == {"files": 1, "rows": 6, "dropped": {}}


@pytest.mark.parametrize("name", ["filename", "File_Row_Number"])
def test_parquet_with_a_column_that_duckdb_adds_is_refused(folder, name):
    log = folder.path / "log.parquet"
    parquet(log, logged(OTHERS))
    table = pq.read_table(log)
    pq.write_table(table.append_column(name, table["intent"]), log)
    with pytest.raises(UserError, match=rf"log\.parquet: rename column '{name}'"):
        folder.run(OTHERS, None, logs=(str(log),))


def test_parquet_with_damaged_pages_is_named(folder):
    log = folder.path / "log.parquet"
    parquet(log, logged(OTHERS) * 50)
    raw = bytearray(log.read_bytes())
    raw[4:400] = b"\xff" * 396
    log.write_bytes(raw)
    with pytest.raises(UserError, match=r"log\.parquet is damaged"):
        folder.run(OTHERS, None, logs=(str(log),))


def test_parquet_with_unfit_columns_is_refused(folder):
    one, two = folder.path / "1.parquet", folder.path / "2.parquet"
    parquet(one, logged(OTHERS))
    parquet(two, logged(OTHERS), shown=pa.float64())
    with pytest.raises(UserError, match=r"2\.parquet: column 'shown' is double, but int64"):
        folder.run(OTHERS, None, logs=(str(folder.path / "*.parquet"),))
    pq.write_table(pq.read_table(one).drop_columns(["tool"]), two)
    with pytest.raises(UserError, match=r"2\.parquet has no column 'tool'"):
        folder.run(OTHERS, None, logs=(str(two),))


REFUSED = {
    "{": "not a JSON object",
    "[]": "not a JSON object",
    '{"answer_id": "\\ud800"}': "not a JSON object",
    json.dumps(answer("", "c", "grade")): "no answer_id",
    json.dumps(answer("n", " .", "grade")): "an empty intent",
    json.dumps(answer("n", "c", "grade") | {"tool": "paint"}): "a tool that is not in the catalog",
    json.dumps(answer("n", "c", "grade", {"glow": float("nan")})): "grade.glow is not a whole",
    json.dumps(answer("n", "c", "grade", {"glow": -5})): "grade.glow is -5; it goes from 0 to 100",
    json.dumps(answer("n", "c", "sticker", ["moon"])): "sticker has no 'moon'",
    json.dumps(answer("n", "c", "sticker", [["heart"]])): "sticker is neither null nor",
}


@pytest.mark.parametrize("line", REFUSED)
def test_an_answer_that_does_not_fit_is_refused_and_counted(folder, line):
    report, _ = folder.run([*OTHERS, line], [*logged(OTHERS), "c,grade,n,5,1"])
    ((reason, refused),) = report["answers"]["refused"].items()
    assert refused["lines"] == 1 and refused["first"][0].startswith("line 7")
    assert REFUSED[line] in f"{reason} {refused['first']}"
    known = '"n"' in line
    dropped = relations.REFUSED_ANSWER if known else relations.UNKNOWN_ANSWER
    assert report["logs"]["dropped"][dropped]["rows"] == 1
    with pytest.raises(UserError, match=rf"answers\.jsonl, line 7: {REFUSED[line]}"):
        folder.run([*OTHERS, line], logged(OTHERS), strict=True)


def test_an_id_of_two_answers_is_refused_and_a_repeated_answer_is_not(folder):
    twice = [*OTHERS, *full("c"), answer("c-grade", "c", "grade", {"glow": 95}), OTHERS[0]]
    report, found = folder.run(twice, logged(OTHERS + full("c")))
    assert report["answers"]["repeated"] == 1
    refused = report["answers"]["refused"]["its answer_id has another answer too"]
    assert refused == {"lines": 2, "first": ["line 7", "line 10"]}
    assert report["logs"]["dropped"][relations.REFUSED_ANSWER]["rows"] == 1
    assert set(found) == {"a", "b"}
    with pytest.raises(UserError, match="line 10: its answer_id has another answer too, in line 7"):
        folder.run(twice, logged(OTHERS), strict=True)


def test_the_split_is_the_repositorys_and_never_depends_on_order():
    keys = [rows.normalized(f"intent number {i}") for i in range(3000)]
    assert held_out(keys, "0.2") == {key for key in keys if rows.is_test(key)}
    thousand = held_out(keys, "1000")
    assert len(thousand) == 1000 and thousand == held_out(keys[::-1], "1000")
    assert held_out(keys, "600") < thousand  # more test intents keep those that were there
    other = held_out(keys, "1000", seed=1)
    assert len(other) == 1000 and 200 < len(other & thousand) < 470
    assert all(0 <= place(key, seed) < 1 for key in keys for seed in (0, 7))


@pytest.mark.parametrize("size", ["0", "3", "1.0", "nan", "-1", "some", "0.0000001"])
def test_a_split_without_two_sides_is_refused(size):
    with pytest.raises(UserError, match=f"--test {size}"):
        held_out(["a", "b", "c"], size)


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

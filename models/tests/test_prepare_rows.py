"""`prepare`: every row of a log and every answer is accounted for; what cannot be read is named."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from preparing import BAD, HEADER, OTHERS, Folder, answer, full, logged, parquet

from colorist_models.errors import UserError
from colorist_models.logs import prepare as step
from colorist_models.logs import relations


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


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

"""Another editor's tools, from the example's folder to a pack that the core answers with."""

import json

import pytest
from core import run

from colorist_models import baselines, cli, rows, text
from colorist_models.catalog import Catalog
from colorist_models.metrics import scores
from colorist_models.paths import MODELS

STICKERS = MODELS / "examples" / "stickers"
CATALOG = rows.catalog(STICKERS)
SMALL = {
    "prior.vocab": 2400,
    "prior.d_model": 16,
    "prior.d_ff": 16,
    "prior.num_heads": 2,
    "prior.d_kv": 8,
    "prior.layers": 1,
    "train.epochs": 1,
    "train.batch": 64,
    "polish": "null",
}


def answers(pack, *intents: str) -> list[dict]:
    given = "".join(f"{i}\n" for i in intents)
    said = run("edit", "--jsonl", "--pack", str(pack), given=given)
    return [json.loads(line) for line in said.splitlines()]


def test_the_example_is_what_its_card_says():
    train, test = rows.split(STICKERS)
    every = [*train, *test]
    assert (len(train), len(test)) == (164, 44)
    assert sum(r["grade"] is None and r["sticker"] is None for r in every) == 21
    assert {r["sticker"][0] for r in every if r["sticker"]} == set(CATALOG.tool("sticker").options)
    assert all(r["why"] for r in every)
    bank = rows.similar_bank(STICKERS)
    assert (
        set(bank) <= {rows.normalized(r["intent"]) for r in every}
        and sum(map(len, bank.values())) == 322
    )


SETTINGS = [a for k, v in SMALL.items() for a in ("--set", f"{k}={v}")]


@pytest.fixture
def data(tmp_path, monkeypatch) -> list[str]:
    """The options of a small training on the example's rows, in a cache of its own."""
    monkeypatch.setenv("COLORIST_CACHE", str(tmp_path / "cache"))
    return ["--data", str(STICKERS), "--no-prior", *SETTINGS]


def test_from_a_data_folder_to_a_pack_that_answers(data, tmp_path, capsys):
    out = tmp_path / "pack"
    cli.main(["pack", "--out", str(out), *data])
    assert "int8: test" in capsys.readouterr().out
    manifest = json.loads((out / "pack.json").read_text())
    assert manifest["catalog"] == CATALOG.raw
    assert manifest["licence"] == "unknown"
    assert manifest["training"]["teacher"] == "the rows of stickers"
    names = ["grade.used", "grade.glow", "grade.fade", "grade.warmth", "sticker.name"]
    assert [s["name"] for s in manifest["slots"]] == names
    assert set(manifest["decode"]["thresholds"]) == {"grade", "sticker"}
    goldens = rows.read_jsonl(out / "goldens.jsonl")
    given = answers(out, *(g["intent"] for g in goldens), "hearts please")
    for golden, answer in zip(goldens, given, strict=False):
        assert {tool: answer[tool] for tool in CATALOG.names} == golden["edit"]
    assert set(given[-1]["confidence"]) == {"grade", "sticker"}


def test_a_text_student_of_other_tools_answers_too(data, tmp_path):
    student, out = str(tmp_path / "student"), tmp_path / "pack"
    cli.main(["train", "--codec", "text", "--out", student, *data])
    cli.main(["export", "--from", student, "--data", str(STICKERS), "--out", str(out)])
    (answer,) = answers(out, "hearts please")
    assert set(answer["confidence"]) == {"grade", "sticker"}
    with pytest.raises(SystemExit, match="not trained for this catalog"):
        cli.main(["export", "--from", student, "--out", str(tmp_path / "other")])


def test_the_golden_pack_answers_sensibly():
    """One request for each tool, both and neither."""
    pack = MODELS.parent / "tests" / "golden" / "sticker-pack"
    heart, warm, night, neither = answers(
        pack, "hearts please", "a bit warmer", "good night my friend", "save this"
    )
    assert heart["sticker"] == {"name": "heart"} and heart["grade"] is None
    assert warm["sticker"] is None and warm["grade"]["warmth"] > 0
    assert night["sticker"] == {"name": "moon"} and night["grade"]["warmth"] < 0
    assert neither["grade"] is None and neither["sticker"] is None


def test_lines_of_a_choice_without_an_amount():
    edit = {"grade": {"glow": 40}, "sticker": ["moon"]}
    lines = ["grade glow 40", "sticker moon"]
    assert text.lines(edit, CATALOG) == lines and text.read(lines, CATALOG) == edit
    unused = ["grade unused", "sticker unused"]
    assert text.lines({}, CATALOG) == unused
    assert text.read(unused, CATALOG) == {"grade": None, "sticker": None}
    for line in ("sticker", "sticker moon 5", "sticker moonlight", "sticker moon star"):
        with pytest.raises(text.LineError, match="sticker"):
            text.read([lines[0], line], CATALOG)


def test_baselines_answer_with_any_tools():
    train, test = rows.split(STICKERS)
    y, n = CATALOG.targets(train), len(test)
    same = baselines.constant(y, n, CATALOG)
    assert same.used.all() and same.values.shape == (n, 3) and same.choices.shape == (n, 1)
    teacher = CATALOG.targets(test)
    assert scores(teacher, teacher, CATALOG)["overall"] == 1.0
    assert 0 < scores(same, teacher, CATALOG)["overall"] < 1


def test_no_tool_is_named_in_code_but_in_the_editor_form():
    """The catalog is the only place that names tools."""
    names = [f'"{name}"' for name in Catalog.load().names]
    package = MODELS / "colorist_models"
    found = {
        path.name for path in package.rglob("*.py") if any(n in path.read_text() for n in names[:2])
    }
    assert found == {"catalog_form.py"}

"""Catalogs and rows that are not of the form are refused, with their place and without the text."""

import json

import pytest

from colorist_models import rows
from colorist_models.catalog import Catalog
from colorist_models.catalog_form import CatalogError
from colorist_models.errors import UserError

TOOLS = {
    "tools": [
        {"name": "grade", "kind": "sliders", "sliders": {"glow": {"min": 0, "max": 100}}},
        {
            "name": "colors",
            "kind": "grid",
            "rows": ["red", "blue"],
            "columns": {"sat": {"min": -100, "max": 100}, "light": {"min": -10, "max": 10}},
        },
        {"name": "sticker", "kind": "choice", "names": {"heart": "", "star": ""}},
        {
            "name": "frame",
            "kind": "choice",
            "names": {"thin": "", "thick": ""},
            "amount": {"name": "size", "min": 0, "max": 30},
        },
    ]
}
GOOD = {
    "intent": "secret words",
    "why": "because",
    "grade": {"glow": 20},
    "colors": {"blue": [0, -5]},
    "sticker": ["heart"],
    "frame": ["thick", 10],
    "calls": 3,
}


def folder(home, teacher=(), **files):
    """A data folder with these rows; `files` (`test` for test.jsonl) besides."""
    (home / "teacher").mkdir(parents=True)
    (home / "catalog.json").write_text(json.dumps(TOOLS))
    lines = [r if isinstance(r, str) else json.dumps(r) for r in teacher]
    (home / "teacher" / "a.jsonl").write_text("".join(f"{line}\n" for line in lines))
    for name, content in files.items():
        rows.write_jsonl(home / f"{name}.jsonl", content)
    return home


def test_slots_of_any_tools():
    names = [s.name for s in Catalog(TOOLS).slots]
    assert names == [
        "grade.used", "grade.glow",
        "colors.used", "colors.red.sat", "colors.red.light", "colors.blue.sat", "colors.blue.light",
        "sticker.name",
        "frame.name", "frame.size",
    ]  # fmt: skip
    catalog = Catalog(TOOLS)
    classes = {s.name: catalog.classes[s.start : s.end] for s in catalog.slots}
    assert classes["grade.used"] == ["unused", "used"]
    assert classes["colors.red.light"] == [-10, -5, 0, 5, 10]
    assert classes["sticker.name"] == ["none", "heart", "star"]
    assert classes["frame.name"] == ["none", "thin", "thick"]


def test_the_editor_form_is_a_shorthand():
    own = Catalog.load()
    editor = own.raw
    tools = [
        {"name": "adjust", "kind": "sliders", "sliders": editor["adjust"]},
        {
            "name": "selectiveAdjust",
            "kind": "grid",
            "rows": editor["selectiveAdjust"]["colors"],
            "columns": {c: editor["selectiveAdjust"][c] for c in ("saturation", "luminance")},
        },
        {
            "name": "filter",
            "kind": "choice",
            "names": editor["filter"]["names"],
            "amount": {"name": "intensity", **editor["filter"]["intensity"]},
        },
    ]
    general = Catalog({"tools": tools})
    assert general.slots == own.slots and general.classes == own.classes
    assert general.tools == own.tools


def changed(**tool) -> dict:
    """The catalog with its first tool changed; None takes a key away."""
    first = {k: v for k, v in (TOOLS["tools"][0] | tool).items() if v is not None}
    return {"tools": [first, *TOOLS["tools"][1:]]}


RANGE = {"min": 0, "max": 10}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ([], "the catalog is not an object"),
        ({}, "neither 'tools' nor 'adjust'"),
        ({"tools": {}}, "'tools' is not a list"),
        ({"tools": []}, "0 tools; there can be 1 to 16"),
        ({"tools": TOOLS["tools"] * 5}, "20 tools"),
        ({"tools": TOOLS["tools"] * 2}, "'grade' is there twice"),
        (changed(kind="slider"), "tool 1: 'kind' is none of sliders, grid, choice"),
        (changed(kind=["grid"]), "tool 1: 'kind' is none of"),
        (changed(name=""), "tool 1: a name is a string"),
        (changed(name=" a"), "tool 1: a name is a string"),
        (changed(name="a.b"), "'a.b' has a dot"),
        (changed(name="intent"), "'intent' has a meaning of its own"),
        (changed(name="confidence"), "'confidence' has a meaning of its own"),
        (changed(name=None), "tool 1 has no 'name'"),
        (changed(colour="x"), "tool 1 has 'colour', which is not known"),
        (changed(sliders={}), "grade.sliders: there is no name"),
        (changed(sliders={"used": RANGE}), "'used' has a meaning"),
        (changed(sliders={"glow": {"min": 5, "max": 10}}), "grade.sliders.glow: 'min' and 'max'"),
        (changed(sliders={"glow": {"min": 0, "max": 0}}), "with 0 between them"),
        (changed(sliders={"glow": {"min": 0, "max": 1.5}}), "whole numbers"),
        (changed(sliders={"glow": {"min": 0}}), "grade.sliders.glow has no 'max'"),
        (changed(kind="grid", sliders=None, rows=["a", "a"], columns={"x": RANGE}), "twice"),
        (changed(kind="grid", sliders=None, rows="ab", columns={"x": RANGE}), "is not a list"),
        (changed(kind="choice", sliders=None, names={"none": ""}), "'none' has a meaning"),
        (changed(kind="choice", sliders=None, names={}), "grade.names: there is no name"),
        (
            changed(kind="choice", sliders=None, names={"a": ""}, amount={"name": "name", **RANGE}),
            "'name' has a meaning",
        ),
    ],
)
def test_a_catalog_that_is_not_of_the_form(raw, said, tmp_path):
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps(raw))
    with pytest.raises(CatalogError, match=said) as error:
        Catalog.load(path)
    assert str(error.value).startswith(str(path))


def test_ranges_that_no_slot_has_are_refused_for_slots_only(tmp_path):
    path = tmp_path / "catalog.json"
    for low, high in ((-200, 100), (0, 4)):
        raw = changed(sliders={"glow": {"min": low, "max": high}})
        path.write_text(json.dumps(raw))
        for catalog, place in ((Catalog(raw), ""), (Catalog.load(path), f"{path}: ")):
            said = f"^{place}grade.glow goes from {low} to {high}"
            with pytest.raises(CatalogError, match=said):
                _ = catalog.slots


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('{"intent": "secret words"', "not JSON"),
        ("[1]", "not an object"),
        (GOOD | {"intent": " "}, "'intent' is not a text"),
        (GOOD | {"intent": 3}, "'intent' is not a text"),
        (GOOD | {"why": 3}, "'why' is not a text"),
        (GOOD | {"calls": 0}, "'calls' is not a whole number above 0"),
        (GOOD | {"stickers": None}, "'stickers' is no tool of the catalog"),
        (GOOD | {"grade": {"shine": 5}}, "grade has no 'shine'; it has glow"),
        (GOOD | {"grade": {"glow": 105}}, "grade.glow is 105; it goes from 0 to 100"),
        (GOOD | {"grade": {"glow": float("nan")}}, "not JSON: NaN"),
        ('{"intent": "secret words", "intent": "words"}', "the same name twice"),
        ('{"intent": "secret words", "grade": {"glow": 5, "glow": 50}}', "the same name twice"),
        (r'{"intent": "secret words \ud800"}', "half a surrogate pair"),
        pytest.param('{"calls": ' + "9" * 5000 + "}", "too many digits", id="digits"),
        pytest.param("[" * 100_000, "nested too deeply", id="deep"),
        (GOOD | {"grade": {"glow": "5"}}, "grade.glow is not a whole number"),
        (GOOD | {"grade": {"glow": True}}, "grade.glow is not a whole number"),
        (GOOD | {"grade": {}}, "grade changes nothing; write null"),
        (GOOD | {"grade": {"glow": 0}}, "grade changes nothing; write null"),
        (GOOD | {"grade": [20]}, "neither null nor of the form {slider: value}"),
        (GOOD | {"colors": {"green": [1, 2]}}, "colors has no 'green'; it has red, blue"),
        (GOOD | {"colors": {"red": [1]}}, "colors.red has 1 numbers"),
        (GOOD | {"colors": {"red": 5}}, r"of the form {row: \[sat, light\]}"),
        (GOOD | {"sticker": ["moon"]}, "sticker has no 'moon'; it has heart, star"),
        (GOOD | {"sticker": "heart"}, r"of the form \[name\]"),
        (GOOD | {"sticker": ["heart", 5]}, "sticker.heart has 1 numbers"),
        (GOOD | {"frame": ["thin"]}, r"frame.thin has 0 numbers; it takes \[name, size\]"),
        (GOOD | {"frame": ["thin", 0]}, "frame changes nothing"),
    ],
)
def test_a_row_that_is_not_of_the_catalog(row, said, tmp_path):
    data = folder(tmp_path / "data", [GOOD | {"intent": "another"}, row])
    with pytest.raises(UserError, match=said) as error:
        rows.split(data)
    assert f"{data / 'teacher' / 'a.jsonl'}, line 2: " in str(error.value)
    assert "secret" not in str(error.value)


def test_a_tool_that_a_row_lacks_is_not_used(tmp_path):
    data = folder(tmp_path, [GOOD, {"intent": "nothing"}])
    targets = rows.catalog(data).targets(rows.teacher_rows(data=data))
    assert targets.used.tolist() == [[1, 1, 1, 1], [0, 0, 0, 0]]
    assert targets.values[0].tolist() == [20, 0, 0, 0, -5]
    assert targets.choices.tolist() == [[1, 2], [0, 0]]
    assert targets.amounts.tolist() == [[0, 10], [0, 0]]


def test_the_same_intent_twice_is_refused_with_both_places(tmp_path):
    twice = [GOOD, GOOD | {"intent": "  Secret WORDS!"}]
    data = folder(tmp_path / "one", twice)
    with pytest.raises(
        UserError, match=r"a.jsonl, line 2: the same intent as in .*line 1"
    ) as error:
        rows.split(data)
    assert "secret" not in str(error.value).lower()
    data = folder(tmp_path / "both", train=twice[:1], test=twice[1:])
    with pytest.raises(UserError, match=r"test.jsonl, line 1: .* in .*train.jsonl, line 1"):
        rows.split(data)


def test_rows_that_were_split_before_stay_where_they_are(tmp_path):
    train = [GOOD | {"intent": f"a {i}"} for i in range(9)]
    test = [GOOD | {"intent": f"b {i}"} for i in range(3)]
    assert rows.split(folder(tmp_path, train=train, test=test)) == (train, test)


@pytest.mark.parametrize(
    ("files", "said"),
    [({}, "neither train.jsonl and test.jsonl nor teacher"), ({"train": [GOOD]}, "no test.jsonl")],
)
def test_a_folder_without_rows(files, said, tmp_path):
    with pytest.raises(UserError, match=said):
        rows.split(folder(tmp_path, **files))


def test_a_bank_that_is_not_of_the_form(tmp_path):
    data = folder(tmp_path, [GOOD])
    rows.write_jsonl(data / "augment" / "b.jsonl", [{"intent": "x", "similar": "y"}])
    with pytest.raises(UserError, match=r"b.jsonl, line 1: 'similar' is not a list of texts"):
        rows.similar_bank(data)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"grade",', '"grade",\n"name": "tone",', "catalog.json: .*same name twice"),
        ('"max": 100', '"max": NaN', "catalog.json: not JSON: NaN"),
        ('"max": 100', '"max": ' + "9" * 5000, "catalog.json: .*too many digits"),
        ('"grade",', '\n"grade"', "catalog.json, line 2: not JSON"),
    ],
    ids=["twice", "NaN", "digits", "comma"],
)
def test_a_catalog_that_is_not_strict_json(tmp_path, old, new, said):
    (tmp_path / "catalog.json").write_text(json.dumps(TOOLS).replace(old, new, 1))
    with pytest.raises(CatalogError, match=said):
        rows.catalog(tmp_path)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(CatalogError, match=r"catalog.json cannot be read: No such file"):
        rows.split(tmp_path)
    data = folder(tmp_path, [GOOD])
    (data / "teacher" / "a.jsonl").write_bytes(b'{"intent": "caf\xe9"}')
    with pytest.raises(UserError, match=r"a.jsonl is not UTF-8"):
        rows.split(data)
    (data / "catalog.json").write_text('{"tools": [\n}')
    with pytest.raises(CatalogError, match=r"catalog.json, line 2: not JSON"):
        rows.split(data)


def test_a_bank_is_keyed_by_the_normalized_intent(tmp_path, capsys):
    """A wording of a test row holds its row out, however the bank writes the intent."""
    train = [GOOD | {"intent": "Dawn", "why": "own"}, GOOD | {"intent": "dusk"}]
    data = folder(tmp_path, train=train, test=[GOOD | {"intent": "Noon"}])
    bank = {"dawn!": ["daybreak"], "noon.": ["Dusk"], "midnight": ["night"]}
    lines = [{"intent": k, "similar": v} for k, v in bank.items()]
    rows.write_jsonl(data / "augment" / "b.jsonl", lines)
    extra = GOOD | {"intent": "dawn", "why": "other", "grade": {"glow": 1}, "similar": ["sunup"]}
    rows.write_jsonl(data / "teacher_extra" / "e.jsonl", [extra])
    for _ in range(2):
        got = rows.training_set(train, data=data, why=True)
    assert [(r["intent"], r["grade"]["glow"], r["why"]) for r in got] == [
        ("Dawn", 20, "own"),
        ("daybreak", 20, "own"),
        ("sunup", 1, "other"),
    ]
    assert capsys.readouterr().err.count("augment: 1 intents are in no row") == 1

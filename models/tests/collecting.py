"""What the tests of `collect` share: another editor's tools, and the command line."""

import json

from colorist_models import rows

CATALOG = {
    "tools": [
        {
            "name": "tone",
            "kind": "sliders",
            "sliders": {
                "glow": {"min": 0, "max": 50, "meaning": "soft light"},
                "fade light": {"min": -20, "max": 20},
            },
        },
        {
            "name": "colors",
            "kind": "grid",
            "rows": ["red", "blue"],
            "columns": {"amount": {"min": -100, "max": 100}, "light": {"min": -5, "max": 5}},
        },
        {"name": "sticker", "kind": "choice", "names": {"heart": "for love", "star": "for $tars"}},
    ]
}
EXAMPLE = {
    "intent": "in love",
    "why": "hearts and a glow",
    "tone": {"glow": 20},
    "colors": None,
    "sticker": ["heart"],
}
KEY = "sk-not-to-be-seen"
NONE = '{"rationale": "not this tool", "parameters": null}'


def folder(tmp_path, monkeypatch):
    """A data folder of another editor's tools; the endpoint's key is set."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    data = tmp_path / "data"
    data.mkdir()
    (data / "catalog.json").write_text(json.dumps(CATALOG))
    (data / "example.jsonl").write_text(json.dumps(EXAMPLE))
    return data


def arguments(data, url, intents, *more, base=None):
    """A command line of `collect`."""
    base = base or data.parent
    path = base / "intents.txt"
    path.write_text("\n".join(intents) + "\n")
    out = str(base / "out")
    given = ["--data", str(data), "--intents", str(path), "--out", out, "--base-url", url]
    return ["collect", *given, "--model", "m", "--first-wait", "0.001", *more]


def read(data, name="answers.jsonl"):
    """The rows of a file that `collect` wrote."""
    return rows.read_jsonl(data.parent / "out" / name)

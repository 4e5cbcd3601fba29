"""A small catalog, answers and logs, good and bad, for tests of `prepare`."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from colorist_models import rows
from colorist_models.cli import main
from colorist_models.logs import prepare as step
from colorist_models.logs import relations

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


def parquet(path: Path, lines: list[str], **types: pa.DataType) -> None:
    """Lines of a log as a Parquet file; counts are int64 where no other type is given."""
    texts = [dict(zip(HEADER.split(","), line.split(","), strict=True)) for line in lines]
    columns = {}
    for name in HEADER.split(","):
        values = pa.array([text[name] for text in texts], pa.string())
        kind = types.get(name, pa.int64() if name in ("shown", "exported") else pa.string())
        columns[name] = values.cast(kind)
    pq.write_table(pa.table(columns), path)

"""SIMULATED behavior logs, to measure `prepare` with. Nobody's behavior is in them, the files say
so in their metadata, and no figure of quality may come from them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer

from .. import rows as data_rows
from ..catalog import Catalog, Tool, Value
from ..errors import UserError
from ..paths import DATA
from .sources import SIMULATED

_BATCH = 1_000_000
_SCHEMA = pa.schema(
    [(name, pa.dictionary(pa.int32(), pa.string())) for name in ("intent", "tool", "answer_id")]
    + [("shown", pa.int32()), ("exported", pa.int32())]
)


def simulate_answers(
    out: Path, catalog: Catalog, intents: int, samples: int, seed: int = 0
) -> None:
    """Writes simulated answers: `samples` per tool to each of `intents` made-up intents, a fifth of
    them null, the others with one random value."""
    random = np.random.default_rng(seed)
    with out.open("w", encoding="utf-8") as file:
        for i in range(intents):
            for tool in catalog.tools:
                for sample in range(samples):
                    intent = f"simulated intent {i}"
                    text = f"{intent}\n{tool.name}\n{sample}"
                    row = {
                        "answer_id": hashlib.sha256(text.encode()).hexdigest()[:16],
                        "intent": intent,
                        "tool": tool.name,
                        "sample": sample,
                        "rationale": "simulated",
                        "parameters": _parameters(tool, random),
                        "model": "simulated",
                    }
                    file.write(json.dumps(row) + "\n")


def _parameters(tool: Tool, random: np.random.Generator) -> Any:
    if random.random() < 0.2:
        return None

    def number(value: Value) -> int:
        drawn = int(random.integers(value.low, value.high))
        # 0 is left out: a tool that changes nothing is written null.
        return drawn if drawn < 0 else drawn + 1

    names = list(tool.numbers)
    name = names[int(random.integers(len(names)))]
    numbers = [number(value) for value in tool.numbers[name]]
    if tool.is_choice:
        return [name, *numbers]
    return {name: numbers if tool.kind == "grid" else numbers[0]}


def simulate_logs(answers: Path, out: Path, rows: int, seed: int = 0) -> None:
    """Writes `rows` exposures of the answers in a file as Parquet, one row each. Which answer is
    shown follows a power law; every answer has an export rate of its own, drawn from Beta(2, 5),
    and one in twenty is never exported."""
    random = np.random.default_rng(seed)
    columns: list[list[str]] = [[], [], []]
    with answers.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            for column, name in zip(columns, ("intent", "tool", "answer_id"), strict=True):
                column.append(row[name])
    count = len(columns[0])
    if not count:
        raise UserError(f"{answers} has no answer")
    rates = random.beta(2, 5, count) * (random.random(count) >= 0.05)
    places = random.permutation(count)
    coded = []
    for column in columns:
        names, codes = np.unique(np.array(column, dtype=object), return_inverse=True)
        coded.append((pa.array(names, pa.string()), codes.astype(np.int32)))
    with pq.ParquetWriter(
        out, _SCHEMA, dictionary_pagesize_limit=256 << 20, store_schema=False
    ) as writer:
        for start in range(0, rows, _BATCH):
            size = min(_BATCH, rows - start)
            # The inverse of the distribution of a density that falls as 1 / sqrt(place).
            which = places[(random.random(size) ** 2 * count).astype(np.int64)]
            exported = random.random(size) < rates[which]
            arrays = [pa.DictionaryArray.from_arrays(codes[which], names) for names, codes in coded]
            counts = [pa.array(np.ones(size, np.int32)), pa.array(exported.astype(np.int32))]
            writer.write_table(pa.table([*arrays, *counts], schema=_SCHEMA))
        writer.add_key_value_metadata({SIMULATED: b"true"})


def simulate_command(
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    rows: Annotated[int, typer.Option(min=1, help="Exposures in the log.")] = 1_000_000,
    answers: Annotated[
        Path | None, typer.Option(help="Answers to show; without it, simulated ones are written.")
    ] = None,
    intents: Annotated[int, typer.Option(min=1, help="How many simulated intents.")] = 1000,
    samples: Annotated[int, typer.Option(min=1, help="Simulated answers per tool.")] = 2,
    data: Annotated[Path, typer.Option(help="The folder with catalog.json.")] = DATA,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
) -> None:
    """Writes SIMULATED logs (and answers) to measure `prepare` with: nobody's behavior."""
    out.mkdir(parents=True, exist_ok=True)
    if answers is None:
        answers = out / "simulated-answers.jsonl"
        simulate_answers(answers, data_rows.catalog(data), intents, samples, seed)
    simulate_logs(answers, out / "simulated-logs.parquet", rows, seed)
    typer.echo(f"simulated: {out}")


if __name__ == "__main__":
    typer.run(simulate_command)

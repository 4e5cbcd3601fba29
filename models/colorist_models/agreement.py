"""The command `agreement`: what each way to store weights changes, against float32."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from . import checkpoint, export, folders, rows, t5_graphs
from .cached import Cached, session
from .catalog import Catalog
from .quantize import KINDS, quantize
from .student import SlotsStudent, Student
from .text import Spelling
from .text_walk import Walk

ROOM = 96
"""Tokens of the longest line that is compared; longer ones are cut there."""


def compare(logits: np.ndarray, exact: np.ndarray, allowed: np.ndarray) -> dict:
    """Agreement of `logits` with `exact` (both N, words) where `allowed` (N, words) may be chosen:
    share of equal choices among the rows that have a choice, mean and greatest difference."""
    difference = np.abs(logits - exact)[allowed]
    choice, right = (np.where(allowed, x, -np.inf).argmax(1) for x in (logits, exact))
    free = allowed.sum(1) > 1
    return {
        "choices": int(free.sum()),
        "equal": float((choice == right)[free].mean()),
        "mean_difference": float(difference.mean()),
        "greatest_difference": float(difference.max()),
    }


def text(source: checkpoint.Checkpoint, catalog: Catalog, texts: list[str], zeros: bool) -> dict:
    """Each of KINDS on the lines that the float graphs write for `texts`, token by token."""
    special = checkpoint.ends(source.model.config)
    walk = Walk(Spelling(source.tokenizer, catalog, zeros, special=special))
    words = walk.vocabulary
    ids = [source.tokenizer.encode(t).ids for t in texts]
    out: dict = {}
    with tempfile.TemporaryDirectory() as tmp:
        raw = {role: Path(tmp) / f"{role}.raw" for role in ("encoder", "decoder")}
        t5_graphs.encoder(source.model, raw["encoder"])
        t5_graphs.decoder(source.model, t5_graphs.head(source.model, words), raw["decoder"], words)
        right: list[np.ndarray] = []
        for kind in KINDS:
            paths = {role: Path(tmp) / f"{role}.onnx" for role in raw}
            for role, path in paths.items():
                quantize(raw[role], path, kind)
            graphs = Cached(paths["encoder"], paths["decoder"], ROOM)
            found, allowed, took = [], [], []
            steps = iter(right)
            for x in ids:
                graphs.read(x)
                state = np.array(walk.start)
                last = np.full(len(state), walk.index[walk.spelling.start])
                for _ in range(ROOM):
                    before = time.perf_counter()
                    logits = graphs.write([[int(t)] for t in last])
                    took.append(time.perf_counter() - before)
                    live = state != walk.final
                    exact = next(steps) if kind != "float32" else logits
                    found.append(logits)
                    if kind == "float32":
                        right.append(logits)
                    allowed.append(walk.allowed[state] & live[:, None])
                    last = np.where(walk.allowed[state], exact, -np.inf).argmax(1)
                    last = np.where(live, last, walk.end)
                    state = np.where(live, walk.next[state, last], state)
                    if (state == walk.final).all():
                        break
            live = np.concatenate(allowed).any(1)
            out[kind] = {
                "bytes": sum(p.stat().st_size for p in paths.values()),
                "pass_ms": 1e3 * float(np.median(took)),
                **compare(*(np.concatenate(x)[live] for x in (found, right, allowed))),
            }
    return out


def slots(student: SlotsStudent, tokenizer: Tokenizer, catalog: Catalog, texts: list[str]) -> dict:
    """Each of KINDS on the classes that the float graph chooses for `texts`."""
    allowed = np.zeros((len(catalog.slots), len(catalog.classes)), bool)
    for row, slot in zip(allowed, catalog.slots, strict=True):
        row[slot.start : slot.end] = True
    out: dict = {}
    right = np.empty(0)
    with tempfile.TemporaryDirectory() as tmp:
        raw, path = Path(tmp) / "raw.onnx", Path(tmp) / "student.onnx"
        export.to_onnx(student, raw)
        for kind in KINDS:
            quantize(raw, path, kind)
            found, took = _all(session(path), tokenizer, texts)
            if kind == "float32":
                right = found
            out[kind] = {
                "bytes": path.stat().st_size,
                "pass_ms": 1e3 * float(np.median(took)),
                **compare(found, right, np.tile(allowed, (len(texts), 1))),
            }
    return out


def _all(graph: ort.InferenceSession, tokenizer: Tokenizer, texts: list[str]):
    found, took = [], []
    for text_ in texts:
        x = np.array([tokenizer.encode(text_).ids], np.int64)
        before = time.perf_counter()
        found.append(graph.run(None, {"input_ids": x, "attention_mask": np.ones_like(x)})[0][0])
        took.append(time.perf_counter() - before)
    return np.concatenate(found), took


def table(results: dict) -> str:
    """The results as lines of a Markdown table."""
    lines = [
        "| weights | MB | ms a pass | equal choices | mean | greatest |",
        "|---|" + "---:|" * 5,
    ]
    for kind, r in results.items():
        lines.append(
            f"| {kind} | {r['bytes'] / 1e6:.1f} | {r['pass_ms']:.2f} | {r['equal']:.4f} "
            f"| {r['mean_difference']:.4f} | {r['greatest_difference']:.3f} |"
        )
    return "\n".join(lines)


def run(
    source: str, *, zeros: bool, count: int, figures: Path | None, data: Path | None = None
) -> str:
    """Compares on the first `count` held-out intents of the folder `data`; gives the table, and
    writes `figures` (JSON). A student's folder knows its own `zeros`."""
    catalog, folder = rows.catalog(data), Path(source)
    texts = [r["intent"] for r in rows.split(data)[1][:count]]
    student: Student | None = None
    if (folder / folders.FACTS).is_file():
        student, tokenizer, facts = folders.load(folder, catalog)
        zeros = facts.get("zeros", False)
    if isinstance(student, SlotsStudent):
        results = slots(student, tokenizer, catalog, texts)
    else:
        results = text(checkpoint.read(source), catalog, texts, zeros)
    if figures:
        figures.write_text(json.dumps(results, indent=1) + "\n")
    return table(results)

"""`export --target npu`: a slots pack gets a second graph, for neural processors."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .. import decode, goldens, pack, rows
from ..catalog import Catalog
from ..choices import Activations
from ..decode import Decoding
from ..errors import UserError
from . import calibrate, graph, weights

FILE = "student.npu.onnx"

_GOLDENS = "goldens.jsonl"

PROVIDERS = ["qnn"]
"""The execution providers that run such graphs."""

SAMPLES = 64
"""How many training intents the ranges are taken from."""

GREATEST = 10
"""A golden is kept where both graphs use the same tools and names with values no farther apart."""

DROPPED = 0.1
"""The greatest share of the goldens that may be dropped."""

TOLERANCE = {"differing": 0.05, "greatest": 15}
"""What a device may make of the goldens that were kept (see the manifest's `npu.tolerance`)."""


def is_pack(folder: Path) -> bool:
    """Whether there is a pack in the folder."""
    return (folder / "pack.json").is_file()


def copy(source: Path, target: Path) -> None:
    """Copies a pack's files to another folder."""
    manifest = json.loads((source / "pack.json").read_text(encoding="utf-8"))
    target.mkdir(parents=True, exist_ok=True)
    for file in (*manifest["files"], "pack.json", "pack.sha256"):
        if target.resolve() != source.resolve():
            shutil.copyfile(source / file, target / file)


def add(folder: Path, activations: Activations, data: Path | None = None) -> str:
    """Adds the graph to the pack in `folder`, calibrated on training intents of the data folder,
    and tells how near its answers to the goldens are. The goldens hold what int8 products made of
    the student, with their noise; this graph is nearer to the float student. So those are dropped
    on which the two disagree: a device could not reproduce them. Raises UserError for a pack with
    another codec and when too many goldens disagree, UnsupportedGraph."""
    manifest = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
    if manifest["codec"] != "slots":
        raise UserError(f"{folder}: only packs with --codec slots have a form for NPUs")
    tokenizer = Tokenizer.from_file(str(folder / manifest["tokenizer"]["file"]))
    tokens, pad_id = manifest["tokenizer"]["max_tokens"], manifest["tokenizer"]["pad_id"]
    train = sorted({row["intent"] for row in rows.split(data)[0]})
    drawn = np.random.default_rng(0).permutation(len(train))[:SAMPLES]
    samples = calibrate.feeds(tokenizer, [train[i] for i in drawn], tokens, pad_id)
    read = weights.read(folder / manifest["graph"]["file"], tokens)
    with tempfile.TemporaryDirectory() as temporary:
        plain, stored = Path(temporary) / "plain.onnx", Path(temporary) / FILE
        graph.write(read, tokens, calibrate.masks(read, tokens, samples), plain)
        calibrate.quantized(plain, stored, samples, activations)
        kept, told = _compare(folder, manifest, stored, tokenizer)
        shutil.copyfile(stored, folder / FILE)
    if kept:
        rows.write_jsonl(folder / _GOLDENS, kept)
    manifest["npu"] = {
        "file": FILE,
        "inputs": graph.INPUTS,
        "outputs": graph.OUTPUTS,
        "tokens": tokens,
        "providers": PROVIDERS,
        "quantization": {"kind": "static-qdq", "activations": activations, "weights": "int8"},
        "tolerance": TOLERANCE,
    }
    for file in {FILE, *manifest["files"]} & {FILE, _GOLDENS}:
        content = (folder / file).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        manifest["files"][file] = {"size": len(content), "sha256": digest}
    pack.seal(folder, manifest)
    return told


def _compare(
    folder: Path, manifest: dict, file: Path, tokenizer: Tokenizer
) -> tuple[list[dict], str]:
    """The goldens that the graph reproduces, and what was found, in words. Raises UserError."""
    path = folder / _GOLDENS
    known = rows.read_jsonl(path) if path.is_file() else []
    if not known:
        return [], "there are no goldens to compare with"
    catalog, how = Catalog(manifest["catalog"]), Decoding(**manifest["decode"])
    info = manifest["tokenizer"]
    intents = [golden["intent"] for golden in known]
    feeds = calibrate.feeds(tokenizer, intents, info["max_tokens"], info["pad_id"])
    session = calibrate.session(file)
    logits = np.concatenate([np.asarray(session.run(None, feed)[0]) for feed in feeds])
    decided = decode.decide(decode.probabilities(logits, catalog), how, catalog)
    kept, apart = [], []
    for answer, golden in zip(decode.edits(decided, catalog), known, strict=True):
        far = distance(goldens.full(answer, catalog), golden["edit"])
        if far is not None and far <= GREATEST:
            kept.append(golden)
            apart.append(far)
    told = f"{len(kept)} of {len(known)} goldens kept, values at most {max(apart, default=0)} apart"
    if len(known) - len(kept) > max(1, DROPPED * len(known)):
        raise UserError(f"{told}; too few, take --activations uint16")
    return kept, told


def distance(answer: dict, golden: dict) -> int | None:
    """The greatest distance of two answers' values, in the full form; None where they use other
    tools or names."""
    greatest = 0
    for tool, wanted in golden.items():
        found = answer[tool]
        if (found is None) != (wanted is None):
            return None
        if wanted is None:
            continue
        for name, value in _numbers(wanted).items():
            other = _numbers(found)[name]
            if isinstance(value, str) or isinstance(other, str):
                if value != other:
                    return None
            else:
                greatest = max(greatest, abs(value - other))
    return greatest


def _numbers(tool: dict) -> dict[str, int | str]:
    """A tool's values by name; a grid's by row and column."""
    out: dict[str, int | str] = {}
    for name, value in tool.items():
        if isinstance(value, dict):
            out |= {f"{name}.{column}": number for column, number in value.items()}
        else:
            out[name] = value
    return out

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

PROVIDERS = ["qnn"]
"""The execution providers that run such graphs."""

SAMPLES = 128
"""How many training intents the ranges are taken from."""

DIFFERING, GREATEST = 0.05, 5
"""What of a pack's goldens may come out differently: the share that uses other tools, chooses
another name or has a value farther away than GREATEST; and the distance of all other values."""


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
    and tells how far its answers to the goldens are from the pack's. Raises UserError for a pack
    with another codec, UnsupportedGraph, and UserError when the goldens come out differently."""
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
        differing, greatest, count = _compare(folder, manifest, stored, tokenizer)
        told = f"{differing} of {count} goldens differ, the others by at most {greatest}"
        if differing > DIFFERING * count:
            raise UserError(f"with {activations} activations {told}; take uint16")
        shutil.copyfile(stored, folder / FILE)
    content = (folder / FILE).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    manifest["npu"] = {
        "file": FILE,
        "inputs": graph.INPUTS,
        "outputs": graph.OUTPUTS,
        "tokens": tokens,
        "providers": PROVIDERS,
        "quantization": {"kind": "static-qdq", "activations": activations, "weights": "int8"},
        "tolerance": {"differing": DIFFERING, "greatest": GREATEST},
    }
    manifest["files"][FILE] = {"size": len(content), "sha256": digest}
    pack.seal(folder, manifest)
    return told


def _compare(
    folder: Path, manifest: dict, file: Path, tokenizer: Tokenizer
) -> tuple[int, int, int]:
    """How many of the pack's goldens the graph answers differently, the greatest distance of a
    value in the others, and how many goldens there are."""
    path = folder / "goldens.jsonl"
    if not path.is_file():
        return 0, 0, 0
    catalog, how = Catalog(manifest["catalog"]), Decoding(**manifest["decode"])
    known = rows.read_jsonl(path)
    info = manifest["tokenizer"]
    intents = [golden["intent"] for golden in known]
    feeds = calibrate.feeds(tokenizer, intents, info["max_tokens"], info["pad_id"])
    session = calibrate.session(file)
    logits = np.concatenate([np.asarray(session.run(None, feed)[0]) for feed in feeds])
    answers = decode.edits(decode.decide(decode.probabilities(logits, catalog), how, catalog), catalog)
    apart = [
        distance(goldens.full(answer, catalog), golden["edit"])
        for answer, golden in zip(answers, known, strict=True)
    ]
    near = [d for d in apart if d is not None and d <= GREATEST]
    return len(apart) - len(near), max(near, default=0), len(known)


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

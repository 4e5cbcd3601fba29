"""Writes a pack: the folder that an app ships (see the format in ARCHITECTURE.md)."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from tokenizers import Tokenizer

from . import vocab
from .catalog import Catalog
from .rows import write_jsonl

FORMAT = 1
MAX_TOKENS = 64


def write(
    folder: Path,
    *,
    name: str,
    graph: Path,
    tokenizer: Tokenizer,
    catalog: Catalog,
    architecture: dict,
    quantization: dict,
    decode: dict,
    goldens: list[dict],
    licence: str,
    training: dict,
    metrics: dict,
    version: str = "0.1.0",
) -> None:
    """Writes the pack's files, then `pack.json` with their sizes and hashes, then `pack.sha256`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(graph, folder / "student.onnx")
    vocab.save(tokenizer, folder / "tokenizer.json")
    write_jsonl(folder / "goldens.jsonl", goldens)
    files = {}
    for file in ("student.onnx", "tokenizer.json", "goldens.jsonl"):
        data = (folder / file).read_bytes()
        files[file] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    manifest = {
        "format": FORMAT,
        "name": name,
        "version": version,
        "codec": "slots",
        "architecture": architecture,
        "quantization": quantization,
        "tokenizer": {
            "kind": "wordpiece",
            "file": "tokenizer.json",
            "max_tokens": MAX_TOKENS,
            "pad_id": 0,
        },
        "graph": {
            "file": "student.onnx",
            "inputs": ["input_ids", "attention_mask"],
            "outputs": ["logits"],
        },
        "classes": catalog.classes,
        "slots": [{"name": s.name, "classes": [s.start, s.end]} for s in catalog.slots],
        "decode": decode,
        "catalog": catalog.raw,
        "licence": licence,
        "training": training,
        "metrics": metrics,
        "files": files,
    }
    seal(folder, manifest)


def seal(folder: Path, manifest: dict) -> None:
    """Writes `pack.json`, and the `pack.sha256` that vouches for it."""
    data = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    (folder / "pack.json").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    (folder / "pack.sha256").write_text(f"{digest}  pack.json\n")

"""Writes a pack: the folder that an app ships (see the format in ARCHITECTURE.md)."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from tokenizers import Tokenizer, models
from transformers import T5Config

from . import vocab
from .catalog import STEP, Catalog
from .rows import write_jsonl

FORMAT = 1
MAX_TOKENS = 64

_TOKENIZERS = {models.WordPiece: "wordpiece", models.Unigram: "unigram-metaspace"}


def architecture(cfg: T5Config, parameters: int) -> dict:
    """The shape of a student, as packs tell it."""
    return {
        "family": "t5-v1.1" if cfg.is_gated_act else "t5",
        "d_model": cfg.d_model,
        "d_ff": cfg.d_ff,
        "d_kv": cfg.d_kv,
        "num_heads": cfg.num_heads,
        "encoder_layers": cfg.num_layers,
        "decoder_layers": cfg.num_decoder_layers,
        "vocab_size": cfg.vocab_size,
        "parameters": parameters,
    }


def facts(folder: Path, cfg: T5Config, parameters: int, quantization: dict, **given) -> dict:
    """The arguments of `_write` for a model that nothing but its configuration is known of, with
    those that are `given`."""
    return {
        "name": folder.name,
        "pad_id": cfg.pad_token_id,
        "architecture": architecture(cfg, parameters),
        "quantization": quantization,
        "goldens": [],
        "licence": "unknown",
        "training": {},
        "metrics": {},
        **given,
    }


def write(folder: Path, *, graph: Path, catalog: Catalog, decode: dict, **common) -> None:
    """Writes a pack with the slots codec; for the other arguments see `_write`."""
    student = {
        "codec": "slots",
        "graph": {
            "file": "student.onnx",
            "inputs": ["input_ids", "attention_mask"],
            "outputs": ["logits"],
        },
        "classes": catalog.classes,
        "slots": [{"name": s.name, "classes": [s.start, s.end]} for s in catalog.slots],
        "decode": decode,
    }
    _write(folder, {"student.onnx": graph}, student, catalog=catalog, **common)


def write_text(
    folder: Path,
    *,
    kind: str,
    graphs: dict[str, Path],
    zeros: bool,
    decoder_start_id: int,
    end_id: int,
    vocabulary: list[int] | None,
    **common,
) -> None:
    """Writes a pack with the text codec: `graphs` by their role in the manifest, of a `kind` that
    the core knows (`cached` or `optimum`); `zeros`, whether lines name values of 0 too; the ids of
    the tokens that start and end a line; `vocabulary`, the token ids that the decoder knows, or
    None for all. For the other arguments see `_write`."""
    student = {
        "codec": "text",
        "text": {
            "zeros": zeros,
            "step": STEP,
            "decoder_start_id": decoder_start_id,
            "end_id": end_id,
            "vocabulary": vocabulary,
            "graphs": {"kind": kind, **{role: path.name for role, path in graphs.items()}},
        },
    }
    _write(folder, {path.name: path for path in graphs.values()}, student, **common)


def _write(
    folder: Path,
    graphs: dict[str, Path],
    student: dict,
    *,
    name: str,
    tokenizer: Tokenizer,
    catalog: Catalog,
    architecture: dict,
    quantization: dict,
    goldens: list[dict],
    licence: str,
    training: dict,
    metrics: dict,
    version: str = "0.1.0",
    pad_id: int = 0,
) -> None:
    """Writes the pack's files, then `pack.json` with their sizes and hashes, then `pack.sha256`."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, source in graphs.items():
        shutil.copyfile(source, folder / file)
    vocab.save(tokenizer, folder / "tokenizer.json")
    names = [*graphs, "tokenizer.json"]
    if goldens:
        write_jsonl(folder / "goldens.jsonl", goldens)
        names.append("goldens.jsonl")
    files = {}
    for file in names:
        with (folder / file).open("rb") as f:
            digest = hashlib.file_digest(f, "sha256").hexdigest()
        files[file] = {"size": (folder / file).stat().st_size, "sha256": digest}
    manifest = {
        "format": FORMAT,
        "name": name,
        "version": version,
        "codec": student["codec"],
        "architecture": architecture,
        "quantization": quantization,
        "tokenizer": {
            "kind": _TOKENIZERS[type(tokenizer.model)],
            "file": "tokenizer.json",
            "max_tokens": MAX_TOKENS,
            "pad_id": pad_id,
        },
        **student,
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

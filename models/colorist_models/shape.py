"""The command `shape`: packs with random weights, as large and as fast as a real checkpoint's."""

from __future__ import annotations

from pathlib import Path

import torch

from . import checkpoint, export, rows, stand_in
from .choices import Quantization, Shape
from .paths import cache_dir
from .student import SlotsStudent


def run(
    shape: Shape,
    *,
    codec: str,
    zeros: bool,
    whole: bool,
    quantize: Quantization,
    seed: int,
    out: Path | None,
    data: Path | None = None,
) -> Path:
    """Makes the checkpoint (once) and a pack of it for the catalog in the folder `data`; gives the
    pack's folder."""
    catalog = rows.catalog(data)
    home = cache_dir() / "models" / "shapes"
    # The tokenizer spells the catalog's names.
    own = f"-{data.resolve().name}" if data else ""
    folder = home / f"{shape}-{seed}{own}"
    if not (folder / "model.safetensors").exists():
        stand_in.save(folder, shape, seed, catalog.words)
    options = [codec, quantize, *("zeros",) * zeros, *("whole",) * whole]
    target = out or home / "-".join([folder.name, *options])
    licence, training = "Apache-2.0", {"from": f"random weights, seed {seed}"}
    read = checkpoint.read(str(folder))
    if codec == "slots":
        torch.manual_seed(seed)
        student = SlotsStudent(read.model.config, catalog)
        student.t5.load_state_dict(read.model.state_dict(), strict=False)
        export.slots_pack(
            student,
            read.tokenizer,
            catalog,
            target,
            kind=quantize,
            licence=licence,
            training=training,
        )
    else:
        export.text_pack(
            read,
            catalog,
            target,
            kind=quantize,
            zeros=zeros,
            restricted=not whole,
            licence=licence,
            training=training,
        )
    return target

"""The command `shape`: packs with random weights, as large and as fast as a real checkpoint's."""

from __future__ import annotations

from pathlib import Path

import torch

from . import checkpoint, export, stand_in
from .catalog import Catalog
from .paths import cache_dir
from .student import SlotsStudent


def run(
    shape: str,
    *,
    codec: str,
    zeros: bool,
    whole: bool,
    quantize: str,
    seed: int,
    out: Path | None,
) -> Path:
    """Makes the checkpoint (once) and a pack of it; gives the pack's folder."""
    catalog = Catalog.load()
    home = cache_dir() / "models" / "shapes"
    folder = home / f"{shape}-{seed}"
    if not (folder / "model.safetensors").exists():
        names = [*catalog.TOOLS, *catalog.sliders, *catalog.colors, *catalog.filters]
        stand_in.save(folder, shape, seed, names)
    options = [codec, quantize, *("zeros",) * zeros, *("whole",) * whole]
    target = out or home / "-".join([folder.name, *options])
    common = {
        "kind": quantize,
        "licence": "Apache-2.0",
        "training": {"from": f"random weights, seed {seed}"},
    }
    read = checkpoint.read(str(folder))
    if codec == "slots":
        torch.manual_seed(seed)
        student = SlotsStudent(read.model.config, catalog)
        student.t5.load_state_dict(read.model.state_dict(), strict=False)
        export.slots_pack(student, read.tokenizer, catalog, target, **common)
    else:
        common |= {"zeros": zeros, "restricted": not whole}
        export.text_pack(read, catalog, target, **common)
    return target

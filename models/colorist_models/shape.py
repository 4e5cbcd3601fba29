"""The command `shape`: packs with random weights, as large and as fast as a real checkpoint's."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from . import checkpoint, export, stand_in
from .catalog import Catalog
from .paths import cache_dir
from .student import SlotsStudent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("shape", choices=stand_in.SHAPES)
    export.add_form(parser)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="the pack's folder")


def run(args: argparse.Namespace) -> Path:
    """Makes the checkpoint (once) and a pack of it; gives the pack's folder."""
    catalog = Catalog.load()
    home = cache_dir() / "models" / "shapes"
    folder = home / f"{args.shape}-{args.seed}"
    if not (folder / "model.safetensors").exists():
        names = [*catalog.TOOLS, *catalog.sliders, *catalog.colors, *catalog.filters]
        stand_in.save(folder, args.shape, args.seed, names)
    options = [args.codec, args.quantize, *("zeros",) * args.zeros, *("whole",) * args.whole]
    target = args.out or home / "-".join([folder.name, *options])
    common = {
        "kind": args.quantize,
        "licence": "Apache-2.0",
        "training": {"from": f"random weights, seed {args.seed}"},
    }
    read = checkpoint.read(str(folder))
    if args.codec == "slots":
        torch.manual_seed(args.seed)
        student = SlotsStudent(read.model.config, catalog)
        student.t5.load_state_dict(read.model.state_dict(), strict=False)
        export.slots_pack(student, read.tokenizer, catalog, target, **common)
    else:
        common |= {"zeros": args.zeros, "restricted": not args.whole}
        export.text_pack(read, catalog, target, **common)
    return target

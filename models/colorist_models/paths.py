"""Where things are: the repository's data and packs, and the cache outside the repository."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MODELS = Path(__file__).resolve().parent.parent
DATA = MODELS / "data"
PACKS = MODELS / "packs"


def cache_dir() -> Path:
    """The folder for everything that can be made again (prior, checkpoints, toolchains).

    `COLORIST_CACHE` overrides it; otherwise it is the platform's cache folder plus `colorist`, the
    same one that the Rust core looks into for ONNX Runtime.
    """
    if path := os.environ.get("COLORIST_CACHE"):
        return Path(path)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "colorist"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "colorist"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "colorist"

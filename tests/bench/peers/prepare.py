"""Makes what contenders run, once, in the cache folder: each in a process that ends before any
measurement begins."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from . import contenders, steps

ROOT = Path(__file__).parents[3]

PACKS = {
    contenders.SLOTS: ["--codec", "slots"],
    "changed": ["--codec", "text"],
    "all": ["--codec", "text", "--zeros"],
}
"""The options with which `colorist_models shape` makes each of Colorist's packs."""

SOURCES = {
    "onnx": "checkpoint",
    "optimum": "onnx",
    "bare": "optimum",
    "transformers_js": "onnx",
    "ctranslate2": "checkpoint",
    "candle": "checkpoint",
}
"""What each conversion starts from."""


class Workshop:
    """Makes things of one shape. `cache` is the project's cache folder."""

    def __init__(
        self, cache: Path, shape: str, python: str, models_python: str, candle: Path | None
    ):
        self.shape, self.python, self.models_python = shape, python, models_python
        self.candle = candle
        self.cache = cache
        self.home = cache / "peers" / shape
        self.weights = cache / "models" / "shapes" / f"{shape}-0"
        """Where `colorist_models shape` keeps the checkpoint that all its packs are made of."""

    def made(self, name: str) -> Path:
        """The folder of a pack or of a conversion; made where missing, with what it starts from."""
        return steps.made(self.home / name, self._maker(name))

    def _maker(self, name: str) -> Callable[[Path], None]:
        if name in PACKS:
            return lambda target: self._pack(name, target)
        return lambda target: self._convert(name, target)

    def _pack(self, name: str, target: Path) -> None:
        command = [self.models_python, "-m", "colorist_models", "shape", self.shape]
        run([*command, *PACKS[name], "--out", str(target)], ROOT / "models", self.cache)

    def _convert(self, name: str, target: Path) -> None:
        if name == "checkpoint":
            self.made("changed")
            source = self.weights
        else:
            source = self.made(SOURCES[name])
        command = [self.python, "-m", "peers.convert", name, str(source), str(target)]
        if name == "ctranslate2":
            command.append(str(self.made("all")))
        if name == "candle":
            command = [str(self.candle), "convert", str(source), str(target)]
        run(command, Path(__file__).parent.parent, self.cache)


def run(command: list[str], folder: Path, cache: Path) -> None:
    """Runs a program that makes something; what it says is shown only where it fails."""
    environment = contenders.plain_environment() | contenders.KEEP_MEMORY
    environment["COLORIST_CACHE"] = str(cache)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        raise SystemExit(f"error: {' '.join(command[:4])} failed; its reason is above")

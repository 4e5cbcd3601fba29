"""`--set KEY=VALUE`: any field of the training's configuration, from the command line."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import get_args

from .choices import Codec
from .errors import UserError
from .paths import PACKS
from .pipeline import Config


def _names(target: object) -> set[str]:
    """The settings of a configuration; none of a plain value."""
    if dataclasses.is_dataclass(target):
        return {f.name for f in dataclasses.fields(target)}
    return set()


def read(
    assignments: list[str],
    *,
    codec: str = "slots",
    base: str | None = None,
    prior: bool = True,
    data: Path | None = None,
) -> Config:
    """The default configuration with `key=value` applied; dots lead into `prior`, `train` and
    `polish`, values are JSON or plain words. Raises UserError for a key that does not exist or has
    no meaning here."""
    config = Config(codec=codec, base=base, data=str(data) if data else None)
    config.from_prior = prior
    if base:
        config.prior = None
    for assignment in assignments:
        path, _, value = assignment.partition("=")
        target: object = config
        *parents, name = path.split(".")
        for parent in parents:
            if parent not in _names(target):
                raise UserError(f"no setting {path!r}")
            target = getattr(target, parent)
            if target is None:
                raise UserError(f"{path!r} cannot be set together with --base")
        if name not in _names(target):
            raise UserError(f"no setting {path!r}")
        if base and name in ("dropout", "decoder_layers"):
            raise UserError(f"{path!r} is the base's own and cannot be set with --base")
        try:
            setattr(target, name, json.loads(value))
        except json.JSONDecodeError:
            setattr(target, name, value)
    if config.codec not in get_args(Codec):
        known = " and ".join(get_args(Codec))
        raise UserError(f"no codec {config.codec!r}: there are {known}")
    return config


def spare_the_shipped(config: Config, out: Path | None) -> None:
    """Another kind of student goes over the shipped pack only where somebody says so. Raises
    UserError."""
    plain = Config()
    other = config.base or config.data or config.codec != plain.codec
    if out is None and config.name == plain.name and other:
        raise UserError(
            f"this would write over {PACKS / plain.name}, which is of another kind; "
            "say where the pack goes with --out FOLDER or --set name=NAME"
        )

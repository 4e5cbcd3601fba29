"""`--set KEY=VALUE`: any field of the training's configuration, from the command line."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

from .choices import Codec
from .errors import UserError
from .paths import PACKS
from .pipeline import Config

POSITIVE = {
    *("epochs", "batch", "lr", "decoder_layers", "sigma", "similar_weight", "max_tokens", "steps"),
    *("fraction", "vocab", "d_model", "d_kv", "num_heads", "d_ff", "layers"),
}
"""Settings that are above 0; all others that are numbers are 0 or more."""
SHARES = {"dropout", "ema", "smooth", "fraction"}
"""Settings that are at most 1; all others that are numbers are at most `MOST`."""
MOST = 2**31 - 1
_KINDS = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}


def _value(path: str, target: object, given: str) -> Any:
    """`given` as what the setting at `path` of `target` takes; raises UserError."""
    name = path.rpartition(".")[2]
    hint = get_type_hints(type(target))[name]
    kinds = get_args(hint) or (hint,)
    try:
        value = json.loads(given)
    except (ValueError, RecursionError):
        value = given
    if str in kinds and value is not None:
        return given if not isinstance(value, str) else value
    fits = type(value) in kinds or (type(value) is int and float in kinds)
    if not fits:
        wanted = [_KINDS[kind] for kind in kinds if kind in _KINDS]
        wanted += [f"its own settings, {path}.NAME," for kind in kinds if _names(kind)]
        wanted += ["null" for kind in kinds if kind is NoneType]
        raise UserError(f"{path}={given}: this takes {' or '.join(wanted)}")
    if type(value) in (int, float):
        most = 1 if name in SHARES else MOST
        low = value > 0 if name in POSITIVE else value >= 0
        if not (math.isfinite(value) and low and value <= most):
            least = "more than 0" if name in POSITIVE else "at least 0"
            raise UserError(f"{path}={given}: this takes {least} and at most {most}")
    return value


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
    no meaning here, or a value that is not of its kind or out of its range."""
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
                why = "together with --base" if base else f"where {parent!r} is null"
                raise UserError(f"{path!r} cannot be set {why}")
        if name not in _names(target):
            raise UserError(f"no setting {path!r}")
        if base and name in ("dropout", "decoder_layers"):
            raise UserError(f"{path!r} is the base's own and cannot be set with --base")
        setattr(target, name, _value(path, target, value))
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

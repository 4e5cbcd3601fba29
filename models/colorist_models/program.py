"""The desktop program `colorist`, which scores and times packs as apps will run them."""

from __future__ import annotations

import os
import subprocess

from .errors import UserError


def run(*arguments: str, given: str | None = None) -> str:
    """What the program prints, `given` on its standard input. `COLORIST_BIN` names it (`cargo xtask
    model` sets it)."""
    program = os.environ.get("COLORIST_BIN")
    if not program:
        raise UserError("set COLORIST_BIN to the built program, or use cargo xtask model")
    done = subprocess.run(
        [program, *arguments], input=given, stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    return done.stdout

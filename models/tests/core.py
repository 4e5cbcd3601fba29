"""The core's program, for tests of what it makes of a pack."""

import json
import os
import subprocess
from pathlib import Path

ENVIRONMENT = dict(os.environ)
"""That of the whole run: a test that has a cache folder of its own has no ONNX Runtime in it."""


def run(*arguments: str, given: str | None = None) -> str:
    """What the program prints."""
    command = [ENVIRONMENT["COLORIST_BIN"], *arguments]
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, check=True, env=ENVIRONMENT
    )
    return done.stdout


def write(pack: Path, decoding: str, *intents: str) -> list[dict]:
    """What `colorist write` prints for each intent. COLORIST_BIN names the program."""
    given = "\n".join(intents)
    said = run("write", "--pack", str(pack), "--decoding", decoding, given=given)
    return [json.loads(line) for line in said.splitlines()]

"""The core's program, for tests of what it makes of a pack."""

import json
import os
import subprocess
from pathlib import Path


def run(*arguments: str, given: str | None = None) -> str:
    """What the program prints."""
    command = [os.environ["COLORIST_BIN"], *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout


def write(pack: Path, decoding: str, *intents: str) -> list[dict]:
    """What `colorist write` prints for each intent. COLORIST_BIN names the program."""
    given = "\n".join(intents)
    said = run("write", "--pack", str(pack), "--decoding", decoding, given=given)
    return [json.loads(line) for line in said.splitlines()]

"""The core's program, for tests of what it makes of a pack."""

import json
import os
import subprocess
from pathlib import Path


def write(pack: Path, decoding: str, *intents: str) -> list[dict]:
    """What `colorist write` prints for each intent. COLORIST_BIN names the program."""
    command = [os.environ["COLORIST_BIN"], "write", "--pack", str(pack), "--decoding", decoding]
    given = "\n".join(intents)
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]

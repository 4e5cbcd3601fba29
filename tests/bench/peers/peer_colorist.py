"""Colorist, through the pipe of `colorist edit --jsonl`: an intent in, its edit out.

The time is the reader's: from the line that is written to the line that comes back, with the
tokenizer, the reading of the tokens and the pipe, which the peers' times are without.
"""

from __future__ import annotations

import json
import subprocess

from .job import Answer, Job, Peer, Request, serve


def load(job: Job) -> Peer:
    """Starts the program; it is ready when it has answered a first time."""
    program, pack = job.settings["program"], job.model
    options = ["--pack", pack, "--threads", str(job.threads)]
    child = subprocess.Popen(
        [program, "edit", "--jsonl", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def peer(request: Request) -> Answer:
        child.stdin.write(request.intent + "\n")
        child.stdin.flush()
        line = json.loads(child.stdout.readline())
        if "error" in line:
            raise RuntimeError(f"colorist: {line['error']['message']}")
        return None, line["timings"]["passes"]

    peer(job.requests[0])
    peer.pid = child.pid
    return peer


def write(program: str, pack: str, intents: list[str], threads: int) -> list[dict]:
    """What a text pack writes for each intent: `written`, `timings` with the passes. Raises
    CalledProcessError."""
    options = ["--pack", pack, "--threads", str(threads)]
    text = "".join(f"{intent}\n" for intent in intents)
    output = subprocess.run(
        [program, "write", *options], input=text, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in output.stdout.splitlines()]


if __name__ == "__main__":
    serve("colorist, onnxruntime 1.28.0", load)

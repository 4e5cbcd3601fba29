"""Which intents are held out for the test: by hash, so that the order of rows never matters."""

from __future__ import annotations

import hashlib

from ..errors import UserError

_HUNDREDTH = -(-(2**32) // 100)


def place(key: str, seed: int = 0) -> float:
    """Where a normalized intent stands, from 0 up to 1; those below a share are held out.

    From the first 32 bits of the SHA-256 of the key (behind "SEED:" for another seed than 0). The
    last two decimal digits count first, so that seed 0 and a share of 0.2 hold out what
    `rows.is_test` does.
    """
    text = f"{seed}:{key}" if seed else key
    bits = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    return (bits % 100 + bits // 100 / _HUNDREDTH) / 100


def held_out(keys: list[str], size: str, seed: int = 0) -> set[str]:
    """The keys held out: `size` is a share ("0.2": those whose place is below) or a number ("1000":
    those of the lowest places). Raises UserError for anything else, and where a side would be
    empty."""
    chosen: set[str]
    if size.isdecimal():
        number = int(size)
        if not 0 < number < len(keys):
            raise UserError(
                f"--test {size}: {len(keys)} intents are left, so it can be 1 to {len(keys) - 1}"
            )
        chosen = set(sorted(keys, key=lambda key: (place(key, seed), key))[:number])
    else:
        try:
            share = float(size)
        except ValueError:
            share = 0.0
        if not 0 < share < 1:
            raise UserError(f"--test {size}: give a number of intents or a share between 0 and 1")
        chosen = {key for key in keys if place(key, seed) < share}
        if not 0 < len(chosen) < len(keys):
            raise UserError(
                f"--test {size} holds out {len(chosen)} of {len(keys)} intents; "
                "collect more, or give a number"
            )
    return chosen

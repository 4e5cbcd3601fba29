"""What a user can mend: the program prints the message and nothing else."""

from __future__ import annotations


class UserError(ValueError):
    """Input that cannot be used. The message says which file and row, and what to do; it never
    holds an intent."""

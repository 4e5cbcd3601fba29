"""Text for the language prior: WordNet's words and glosses, and phrases in the manner of intents.

WordNet 3.0 (WordNet licence, Princeton University) is read from Debian's package `wordnet-base`.
Only texts are used, never a teacher's answer; test intents are not among them.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

WORDNET = Path("/usr/share/wordnet")

_TEMPLATES = [
    "{adj} {noun}",
    "{adj} {noun} {noun2}",
    "make it look like a {noun}",
    "{noun} vibes",
    "{noun} aesthetic but {adj}",
    "like a {adj} {noun}",
    "more {adj}",
    "less {adj} please",
    "a bit {adj}",
    "very {adj} and {adj2}",
    "slightly {adj} {noun}",
    "the {noun} should look {adj}",
    "{noun} at night",
    "{adj}, {adj2}",
    "old {noun} footage",
    "{noun} and {noun2}",
    "give my {noun} a {adj} feeling",
    "{noun} light",
]


def wordnet(folder: Path = WORDNET) -> tuple[dict[str, list[str]], list[str]]:
    """(words by part of speech, glosses). Raises FileNotFoundError that says what to install."""
    if not (folder / "data.noun").exists():
        raise FileNotFoundError(
            f"WordNet is not at {folder}: install Debian's package wordnet-base, "
            "or train without the prior (--no-prior)"
        )
    words: dict[str, list[str]] = {}
    glosses: list[str] = []
    for pos in ("noun", "verb", "adj", "adv"):
        found = set()
        for line in (folder / f"data.{pos}").read_text().splitlines():
            if line.startswith("  "):
                continue  # the licence at the head of each file
            head, _, gloss = line.partition(" | ")
            fields = head.split()
            for i in range(int(fields[3], 16)):
                found.add(re.sub(r"\(.*\)", "", fields[4 + 2 * i]).replace("_", " "))
            glosses.append(gloss.strip())
        words[pos] = sorted(found)
    return words, glosses


def build(intents: list[str], seed: int, *, words: int, glosses: int, phrases: int) -> list[str]:
    """A shuffled corpus: so many of WordNet's words and glosses, composed phrases, and the training
    intents."""
    rng = random.Random(seed)
    by_pos, all_glosses = wordnet()
    simple = {
        pos: [w for w in by_pos[pos] if w.islower() and len(w.split()) <= 2]
        for pos in ("noun", "adj")
    }
    composed = [
        rng.choice(_TEMPLATES).format(
            adj=rng.choice(simple["adj"]),
            adj2=rng.choice(simple["adj"]),
            noun=rng.choice(simple["noun"]),
            noun2=rng.choice(simple["noun"]),
        )
        for _ in range(phrases)
    ]
    lemmas = sorted(set().union(*by_pos.values()))
    corpus = rng.sample(lemmas, min(words, len(lemmas))) + rng.sample(all_glosses, glosses)
    corpus += composed + intents
    rng.shuffle(corpus)
    return corpus

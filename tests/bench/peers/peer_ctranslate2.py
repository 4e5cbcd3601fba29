"""CTranslate2 in int8.

`target_prefix` forces the tokens: in greedy search CTranslate2 runs the whole decoder step by step
over a prefix and only replaces what was sampled (its src/decoding.cc, GreedySearch), so no work is
saved. The callback ends each row where its line ends, and CTranslate2 then drops it from the batch.
"""

from __future__ import annotations

import json
from pathlib import Path

import ctranslate2

from .job import Answer, Job, Peer, Request, serve


def load(job: Job) -> Peer:
    """Opens the converted model with as many threads as the job or its settings say."""
    folder = Path(job.model)
    settings = job.settings
    translator = ctranslate2.Translator(
        str(folder),
        device="cpu",
        compute_type=settings.get("compute_type", "int8"),
        inter_threads=1,
        intra_threads=settings.get("threads", job.threads),
    )
    words = json.loads((folder / "shared_vocabulary.json").read_text(encoding="utf-8"))
    ids = {word: i for i, word in enumerate(words)}

    def peer(request: Request) -> Answer:
        steps = 0
        lengths = [len(row) for row in request.rows]

        def ends(step: ctranslate2.GenerationStepResult) -> bool:
            nonlocal steps
            steps = max(steps, step.step + 1)
            return step.step + 1 >= lengths[step.batch_id]

        results = translator.translate_batch(
            [[words[i] for i in request.source]] * len(request.rows),
            [[words[i] for i in row] for row in request.rows],
            beam_size=1,
            max_decoding_length=max(lengths),
            return_end_token=True,
            use_vmap=True,
            callback=ends,
        )
        return [[ids[word] for word in result.hypotheses[0]] for result in results], steps

    return peer


if __name__ == "__main__":
    serve(f"ctranslate2 {ctranslate2.__version__}", load)

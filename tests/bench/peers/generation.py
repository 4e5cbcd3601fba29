"""Three tools as one greedy batch in `transformers`' own generation loop, for any of its models."""

from __future__ import annotations

import torch
from transformers import LogitsProcessorList
from transformers.modeling_outputs import BaseModelOutput

from .forcing import ForcedTokens, written
from .job import Answer, Request

PAD, END = 0, 1


def generate(model, request: Request, **options) -> Answer:
    """Writes the request's rows. The encoder runs once for all three of them."""
    with torch.inference_mode():
        source = torch.tensor([request.source])
        mask = torch.ones_like(source)
        states = model.get_encoder()(input_ids=source, attention_mask=mask).last_hidden_state
        count = len(request.rows)
        forced = ForcedTokens(request.rows, PAD)
        sequences = model.generate(
            encoder_outputs=BaseModelOutput(
                last_hidden_state=states.expand(count, -1, -1).contiguous()
            ),
            attention_mask=mask.expand(count, -1),
            logits_processor=LogitsProcessorList([forced]),
            num_beams=1,
            do_sample=False,
            use_cache=True,
            max_new_tokens=forced.tokens.shape[1],
            **options,
        )
    return written(sequences, END), forced.steps

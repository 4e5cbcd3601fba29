"""The student: T5 v1.1 (FlanT5's architecture) that fills all slots in one decoder pass.

Each slot is a sentinel (`<extra_id_k>`) in the decoder's input, as in T5's own pre-training; the
answer is read at its position. The untied head's vocabulary is one token per slot and class
("contrast +10" and "shadows +10" are different words), and a slot looks at its own words only. The
queries are constant, so an edit costs one encoder pass and one decoder pass, without a loop or a
cache.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers import PreTrainedConfig, T5Config, T5Model
from transformers.models.t5.modeling_t5 import T5Attention

from .catalog import Catalog

Hidden = Any
"""What a student makes of a text: states (batch, sequence, d_model), or of another architecture
what only its own methods look into."""


def t5_config(vocab_size: int, **shape) -> T5Config:
    """T5 v1.1: gated GELU, RMS norm, relative position bias, untied head."""
    return T5Config(  # type: ignore[call-arg] # fields of its base that it hands on
        vocab_size=vocab_size,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        pad_token_id=0,
        decoder_start_token_id=0,
        use_cache=False,
        attn_implementation="eager",
        **shape,
    )


class Student(nn.Module):
    """T5 without a head of its own; each codec adds the rows that it reads."""

    codec: str
    config: PreTrainedConfig
    catalog: Catalog
    fresh: tuple[str, ...] = ("t5.decoder", "head")
    """Beginnings of the names of parameters that start at random: these learn faster."""

    def __init__(self, config: T5Config, t5: T5Model | None = None):
        super().__init__()
        self.config = config
        self.t5 = t5 or T5Model(config)
        self.scale = config.d_model**-0.5

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.embeddings.device

    @property
    def embeddings(self) -> torch.Tensor:
        """The table of all pieces (vocabulary, d_model)."""
        return self.t5.shared.weight

    def without_encoder_dropout(self) -> None:
        """For the converted encoder (see `convert`), which rests on directions that are constant
        over all tokens; dropout breaks them: measured, 10% takes its agreement with MiniLM from
        0.95 to 0.35. Only the decoder is then regularized by dropout."""
        for module in self.t5.encoder.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
            elif isinstance(module, T5Attention):
                module.dropout = 0.0

    def encode(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Hidden:
        """Hidden states (batch, sequence, d_model)."""
        return self.t5.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


class SlotsStudent(Student):
    """`input_ids`, `attention_mask` (batch, sequence) -> logits (batch, slots, classes).

    `sentinels`: the id of each slot's query; by default the vocabulary's last entries,
    `<extra_id_0>` the very last, as in T5.
    """

    codec = "slots"
    config: T5Config
    sentinels: torch.Tensor

    def __init__(
        self,
        config: T5Config,
        catalog: Catalog,
        t5: T5Model | None = None,
        sentinels: list[int] | None = None,
    ):
        super().__init__(config, t5)
        self.catalog = catalog
        slots = len(catalog.slots)
        # (slots, classes, d_model); rows outside a slot's range are never read.
        head = torch.randn(slots, len(catalog.classes), config.d_model) * self.scale
        self.head = nn.Parameter(head)
        last = config.vocab_size - 1
        ids = torch.tensor(sentinels or range(last, last - slots, -1))
        self.register_buffer("sentinels", ids, persistent=False)

    def decode(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Logits (batch, slots, classes) from `encode`'s hidden states and the mask of their text
        (batch, sequence)."""
        queries = self.sentinels[None].expand(hidden.shape[0], -1)
        out = self.t5.decoder(
            input_ids=queries,
            encoder_hidden_states=hidden,
            encoder_attention_mask=attention_mask,
        ).last_hidden_state
        return torch.einsum("bsd,scd->bsc", out, self.head)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Logits (batch, slots, classes) from ids and mask (batch, sequence)."""
        return self.decode(self.encode(input_ids, attention_mask), attention_mask)

"""The decoder-only student: a small Llama that writes the text codec's lines. A baseline.

A sequence is the intent, a separator (the lines' start piece) and one tool's line; the tool's word,
which begins the line, says which task it is. Embeddings start from the prior's, all layers at
random: an encoder's layers are no decoder's. It is scored through its predictions and has no pack.
"""

from __future__ import annotations

import torch
from transformers import Cache, DynamicCache, LlamaConfig, LlamaModel
from transformers.cache_utils import DynamicLayer

from .catalog import Catalog
from .text import Spelling
from .text_student import TextStudent

LAYERS = 8
"""With the shape of `colorist-small` 22.1 million parameters: slots has 21.9, text 20.9."""

Prefix = list[tuple[torch.Tensor, torch.Tensor]]
"""The intent's keys and values, layer by layer (batch, heads, sequence, head size)."""


def llama_config(
    vocab_size: int, *, d_model: int, d_kv: int, num_heads: int, d_ff: int, num_layers: int
) -> LlamaConfig:
    """A Llama with full attention heads and tied embeddings, named as T5's shape is."""
    return LlamaConfig(
        vocab_size=vocab_size,
        hidden_size=d_model,
        head_dim=d_kv,
        num_attention_heads=num_heads,
        num_key_value_heads=num_heads,
        intermediate_size=d_ff,
        num_hidden_layers=num_layers,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        pad_token_id=0,
    )


class LlamaStudent(TextStudent):
    """`encode` gives the intent's keys and values, so that the lines share them; `head` has a row
    for each id of the walk's vocabulary, as in `TextStudent`."""

    codec = "llama"
    fresh = ("model.layers", "model.norm", "head")

    def __init__(self, config: LlamaConfig, catalog: Catalog, spelling: Spelling):
        torch.nn.Module.__init__(self)
        self.config, self.model = config, LlamaModel(config)
        self.scale = config.hidden_size**-0.5
        self.learn_lines(catalog, spelling, config.hidden_size)

    @property
    def embeddings(self) -> torch.Tensor:
        """The table of all pieces (vocabulary, hidden size)."""
        return self.model.embed_tokens.weight

    @property
    def tied_scale(self) -> float:
        """A Llama's embeddings are small already."""
        return 1.0

    def start_from(self, table: torch.Tensor) -> None:
        """Takes the prior's embeddings, whose scale is T5's, at a Llama's."""
        with torch.no_grad():
            self.embeddings.copy_(table * self.scale)

    def encode(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Prefix:
        """Keys and values of the intents (batch, sequence), which are padded at their ends."""
        cache = DynamicCache()
        self.model(input_ids=input_ids, attention_mask=attention_mask, past_key_values=cache)
        prefix = []
        for layer in cache.layers:
            assert isinstance(layer, DynamicLayer), "all layers have full attention"
            assert layer.keys is not None and layer.values is not None
            prefix.append((layer.keys, layer.values))
        return prefix

    def begin(self, hidden: Prefix) -> DynamicCache:
        """A cache that holds the intent and grows with a line."""
        cache = DynamicCache()
        for i, (keys, values) in enumerate(hidden):
            cache.update(keys, values, i)
        return cache

    def decode(
        self, hidden: Prefix, mask: torch.Tensor, written: torch.Tensor, cache: Cache | None = None
    ) -> torch.Tensor:
        """States after each piece of `written` (batch, length, hidden size); `mask` is the
        intents'."""
        cache = self.begin(hidden) if cache is None else cache
        before, length = cache.get_seq_length() - mask.shape[1], written.shape[1]
        seen = torch.cat([mask, mask.new_ones(len(mask), before + length)], 1)
        # Positions do not count the padding between an intent and its line.
        positions = mask.sum(1, keepdim=True) + before + torch.arange(length, device=mask.device)
        return self.model(
            inputs_embeds=written,
            attention_mask=seen,
            position_ids=positions,
            past_key_values=cache,
        ).last_hidden_state

"""A T5 as the folder that Optimum 2.3 (optimum-onnx 0.1) writes: the same files, names and axes,
checked against a folder that it wrote. Only the way there differs: transformers' code is traced
with its caches opened by hand."""

from __future__ import annotations

import warnings
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper
from torch import nn
from transformers import DynamicCache, EncoderDecoderCache, T5ForConditionalGeneration

OPSET = 18
BATCH, TEXT, LINE, PAST = (
    "batch_size",
    "encoder_sequence_length",
    "decoder_sequence_length",
    "past_decoder_sequence_length",
)


class _Encoder(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        return self.model.encoder(input_ids, attention_mask).last_hidden_state


class _Decoder(nn.Module):
    """Without a past: gives every key and value. With: takes them instead of the encoder's states,
    and gives the decoder's own only."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, encoder_attention_mask, input_ids, given):
        model, cache = self.model, EncoderDecoderCache(DynamicCache(), DynamicCache())
        past = [] if isinstance(given, torch.Tensor) else given
        states = encoder_attention_mask[..., None].float() if past else given
        for i in range(len(past) // 4):
            cache.self_attention_cache.update(past[4 * i], past[4 * i + 1], i)
            cache.cross_attention_cache.update(past[4 * i + 2], past[4 * i + 3], i)
            cache.is_updated[i] = True
        out = model.decoder(
            input_ids,
            encoder_hidden_states=states,
            encoder_attention_mask=encoder_attention_mask,
            past_key_values=cache,
            use_cache=True,
        ).last_hidden_state
        if model.config.scale_decoder_outputs:
            out = out * model.config.d_model**-0.5
        sides = [cache.self_attention_cache] + [cache.cross_attention_cache] * (not past)
        layers = range(model.config.num_decoder_layers)
        return model.lm_head(out), *(
            t for i in layers for s in sides for t in (s.layers[i].keys, s.layers[i].values)
        )


def write(model: T5ForConditionalGeneration, folder: Path) -> None:
    """Writes encoder_model.onnx, the two decoders and the merged one."""
    folder.mkdir(parents=True, exist_ok=True)
    cfg = model.config
    names = [
        f"{i}.{side}.{what}"
        for i in range(cfg.num_decoder_layers)
        for side in ("decoder", "encoder")
        for what in ("key", "value")
    ]
    past_names = [f"past_key_values.{n}" for n in names]
    text, states = torch.ones(2, 5, dtype=torch.long), torch.randn(2, 5, cfg.d_model)
    line = torch.ones(2, 3, dtype=torch.long)
    axes = {
        "input_ids": {0: BATCH, 1: LINE},
        "encoder_attention_mask": {0: BATCH, 1: TEXT},
        "encoder_hidden_states": {0: BATCH, 1: TEXT},
        "logits": {0: BATCH, 1: LINE},
    }
    for n in names:
        length = TEXT if ".encoder." in n else PAST
        axes[f"past_key_values.{n}"] = {0: BATCH, 2: length}
        axes[f"present.{n}"] = {0: BATCH, 2: length if length == TEXT else f"{PAST} + {LINE}"}

    def export(module, inputs, name, given, made, axes=axes):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                module.eval(),
                inputs,
                str(folder / name),
                input_names=given,
                output_names=made,
                dynamic_axes={k: v for k, v in axes.items() if k in (*given, *made)},
                opset_version=OPSET,
                dynamo=False,
            )

    sides = {0: BATCH, 1: TEXT}
    export(
        _Encoder(model),
        (text, text),
        "encoder_model.onnx",
        ["input_ids", "attention_mask"],
        ["last_hidden_state"],
        dict.fromkeys(("input_ids", "attention_mask", "last_hidden_state"), sides),
    )
    given = ["encoder_attention_mask", "input_ids", "encoder_hidden_states"]
    made = ["logits", *(f"present.{n}" for n in names)]
    export(_Decoder(model), (text, line, states), "decoder_model.onnx", given, made)
    past = [
        torch.randn(2, cfg.num_heads, 5 if ".encoder." in n else 4, cfg.d_kv) for n in past_names
    ]
    made = ["logits", *(f"present.{n}" for n in names if ".decoder." in n)]
    export(
        _Decoder(model),
        (text, line[:, :1], past),
        "decoder_with_past_model.onnx",
        [*given[:2], *past_names],
        made,
    )
    _merge(folder, [*given, *past_names], cfg.num_heads, cfg.d_kv)


def _merge(folder: Path, given: list[str], heads: int, width: int) -> None:
    """One graph that chooses between the two decoders, as Optimum merges them."""
    first, past = (
        onnx.load(folder / f"decoder{name}_model.onnx").graph for name in ("", "_with_past")
    )
    inputs = {v.name: v for g in (first, past) for v in g.input}
    outputs, made = list(first.output), {v.name for v in past.output}
    for v in outputs:
        if v.name not in made:  # the text's keys and values: of no use to a caller that has them
            nothing = helper.make_tensor(v.name, TensorProto.FLOAT, [0, heads, 1, width], [])
            past.node.append(helper.make_node("Constant", [], [v.name], value=nothing))
    branches = []
    for name, g in (("then_branch", past), ("else_branch", first)):
        branches.append(helper.make_graph(g.node, name, [], outputs, g.initializer))
    node = helper.make_node(
        "If",
        ["use_cache_branch"],
        [v.name for v in outputs],
        name="optimum::if",
        then_branch=branches[0],
        else_branch=branches[1],
    )
    choice = helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1])
    graph = helper.make_graph([node], "merged", [*(inputs[n] for n in given), choice], outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    onnx.save(model, folder / "decoder_model_merged.onnx")

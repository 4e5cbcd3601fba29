"""Folders that Hugging Face Optimum exported from a T5: taken into a pack as they are."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from tokenizers import Tokenizer
from transformers import T5Config, T5ForConditionalGeneration

from . import checkpoint, pack, text
from .catalog import Catalog
from .checkpoint import CheckpointError

ENCODER = "encoder_model.onnx"
MERGED = "decoder_model_merged.onnx"
FIRST, WITH_PAST = "decoder_model.onnx", "decoder_with_past_model.onnx"


def is_one(folder: Path) -> bool:
    """Whether the folder has graphs rather than weights."""
    return folder.is_dir() and any(folder.glob("*.onnx"))


def graphs(folder: Path) -> dict[str, Path]:
    """The graph files by their role in the manifest: the merged decoder when there is one, else
    the two decoders. Raises CheckpointError for what is missing or is not what its name says."""
    if not (folder / ENCODER).exists():
        raise CheckpointError(f"{folder} has no {ENCODER}; export it for text2text-generation")
    if (folder / MERGED).exists():
        decoders = {"merged": MERGED}
    elif (folder / FIRST).exists() and (folder / WITH_PAST).exists():
        decoders = {"decoder": FIRST, "with_past": WITH_PAST}
    else:
        raise CheckpointError(
            f"{folder} has neither {MERGED} nor both {FIRST} and {WITH_PAST}; "
            "export it with the task text2text-generation-with-past"
        )
    found = {role: folder / name for role, name in {"encoder": ENCODER, **decoders}.items()}
    for role, path in found.items():
        _check(role, path)
    return found


def _check(role: str, path: Path) -> None:
    try:
        graph = onnx.load(path, load_external_data=False).graph
    except Exception as error:  # protobuf's own type, which is not a public one
        raise CheckpointError(f"{path} is no ONNX file") from error
    if any(t.data_location == onnx.TensorProto.EXTERNAL for t in graph.initializer):
        raise CheckpointError(
            f"{path} keeps its weights in another file; a pack's graph is one file: "
            "load it with onnx.load and save it again"
        )
    given, made = ({v.name for v in side} for side in (graph.input, graph.output))
    needs = {
        "encoder": ({"input_ids", "attention_mask"}, {"last_hidden_state"}),
        "decoder": ({"input_ids", "encoder_hidden_states"}, {"logits", "present.0.decoder.key"}),
        "with_past": ({"input_ids", "past_key_values.0.decoder.key"}, {"logits"}),
        "merged": ({"input_ids", "use_cache_branch"}, {"logits", "present.0.decoder.key"}),
    }[role]
    missing = sorted((needs[0] - given) | (needs[1] - made))
    if missing:
        raise CheckpointError(f"{path} has no {', '.join(missing)}: its name says something else")


def read_folder(folder: Path) -> tuple[T5Config, Tokenizer]:
    """Configuration and tokenizer. Raises CheckpointError, UnsupportedModel."""
    cfg = checkpoint.read_config(str(folder))
    return cfg, checkpoint.read_tokenizer(str(folder))


def text_pack(
    folder: Path, catalog: Catalog, target: Path, *, zeros: bool = False, **common
) -> None:
    """Writes a pack with the text codec around the folder's graphs. For `common` see
    pack.write_text. Raises CheckpointError, UnsupportedModel, SpellingError."""
    files = graphs(folder)
    cfg, tokenizer = read_folder(folder)
    start, end = checkpoint.ends(cfg)
    text.Spelling(tokenizer, catalog, zeros, special=(start, end))
    with torch.device("meta"):
        parameters = T5ForConditionalGeneration(cfg).num_parameters()
    if not cfg.scale_decoder_outputs:  # the head is one of its own, which transformers ties here
        parameters += cfg.vocab_size * cfg.d_model
    pack.write_text(
        target,
        kind="optimum",
        graphs=files,
        zeros=zeros,
        decoder_start_id=start,
        end_id=end,
        vocabulary=None,
        tokenizer=tokenizer,
        catalog=catalog,
        **pack.facts(target, cfg, parameters, {"kind": "as exported"}, **common),
    )

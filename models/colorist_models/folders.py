"""Students as folders: a Hugging Face T5 in, a fine-tuned student out.

A student's folder is what transformers writes (config.json, model.safetensors), `tokenizer.json`,
and `colorist.json`, which says what the weights were trained to write, and for which catalog; the
slots codec adds `head.pt`, one row per slot and class.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import T5Config, T5ForConditionalGeneration, T5Model

from . import checkpoint, t5_graphs, vocab
from .catalog import STEP, Catalog
from .checkpoint import CheckpointError
from .decode import Decoding
from .student import SlotsStudent, Student
from .text import Spelling
from .text_student import TextStudent

FACTS = "colorist.json"
HEAD = "head.pt"
GRAPH_BYTES = 2**31
"""What protobuf can hold."""


def from_base(
    source: str, codec: str, catalog: Catalog, zeros: bool = False
) -> tuple[Student, Tokenizer]:
    """A student that starts from any Hugging Face T5 (a folder, or the id of one that transformers
    can fetch), with its tokenizer.

    The text codec takes its head's rows for the pieces that the catalog needs. The slots codec asks
    with the sentinels that T5 was pre-trained with, and its head starts from the same rows: a class
    is the mean of its word's pieces. Raises CheckpointError, UnsupportedModel, SpellingError.
    """
    if not Path(source).is_dir():
        try:
            checkpoint.read_config(source)
        except CheckpointError as error:
            raise CheckpointError(
                f"{source} is no folder here, and transformers cannot fetch it; "
                "give the path of a folder with config.json, model.safetensors and tokenizer.json"
            ) from error
    read = checkpoint.read(source)
    tokenizer, model = read.tokenizer, read.model.float()
    tokenizer.no_padding()
    tokenizer.no_truncation()
    head = t5_graphs.head(model)
    with torch.device("meta"):
        t5 = T5Model(model.config)
    t5.shared, t5.encoder, t5.decoder = model.shared, model.encoder, model.decoder
    student: TextStudent | SlotsStudent
    if codec == "text":
        special = checkpoint.ends(model.config)
        spelling = Spelling(tokenizer, catalog, zeros, special=special)
        student = TextStudent(model.config, catalog, spelling, t5)
        student.head.data.copy_(head[student.tokens])
        student.fresh = ()
    else:
        student = SlotsStudent(model.config, catalog, t5, _sentinels(tokenizer, catalog))
        for i, word in enumerate(catalog.classes):
            pieces = tokenizer.encode(str(word), add_special_tokens=False).ids
            if pieces:
                student.head.data[:, i] = head[pieces].mean(0)
        student.fresh = ("head",)
    _check_size(student)
    return student, tokenizer


def _check_size(student: Student) -> None:
    """Raises UnsupportedModel for what no ONNX file can hold: export begins in float32. A slots
    student is one graph, a text student one for its encoder and one for its decoder."""
    t5 = student.t5
    table = t5.shared.weight.numel()
    encoder, decoder = (
        sum(p.numel() for p in part.parameters()) for part in (t5.encoder, t5.decoder)
    )
    # Both have the table; a text student's decoder keeps only a few of its rows.
    both = encoder + decoder - table
    largest = both if student.codec == "slots" else max(encoder, decoder - table)
    if 4 * largest > GRAPH_BYTES:
        raise t5_graphs.UnsupportedModel(
            f"a graph of it would have {4 * largest / 1e9:.1f} GB in float32, more than the "
            f"{GRAPH_BYTES / 1e9:.1f} GB of an ONNX file; take a smaller base"
            + (", or --codec text" if student.codec == "slots" else "")
        )


def _sentinels(tokenizer: Tokenizer, catalog: Catalog) -> list[int]:
    found = [tokenizer.token_to_id(f"<extra_id_{k}>") for k in range(len(catalog.slots))]
    ids = [i for i in found if i is not None]
    if len(ids) < len(found):
        raise CheckpointError(
            f"the tokenizer has no <extra_id_{found.index(None)}>; this catalog's slots need "
            f"{len(found)} of T5's sentinels, the text codec needs none"
        )
    return ids


def save(
    student: Student,
    tokenizer: Tokenizer,
    folder: Path,
    training: dict,
    how: Decoding | None = None,
) -> None:
    """Writes a student's folder; `training` says what it was trained on and how, `how` is the
    decoding that was chosen for slots."""
    config = copy.deepcopy(student.config)
    facts = {"codec": student.codec, "step": STEP, "training": training}
    facts["catalog"] = student.catalog.learned
    if isinstance(student, TextStudent):
        facts["zeros"] = student.walk.spelling.zeros
        # What the student was trained with; a fresh T5Config has T5's own ids, which are other
        # tokens with other tokenizers.
        spelling = student.walk.spelling
        assert isinstance(config, T5Config), "a llama has no folder"
        config.decoder_start_token_id, config.eos_token_id = spelling.start, spelling.end
        # The head's scale, where T5 has one, is in the rows; words that no line has stay 0.
        config.scale_decoder_outputs = False
        with torch.device("meta"):
            model = T5ForConditionalGeneration(config)
        t5 = student.t5
        model.shared, model.encoder, model.decoder = t5.shared, t5.encoder, t5.decoder
        rows = torch.zeros(config.vocab_size, config.d_model)
        rows[student.tokens] = student.head.detach()
        model.lm_head.weight = torch.nn.Parameter(rows)
        model.save_pretrained(folder)
    else:
        assert isinstance(student, SlotsStudent)
        student.t5.save_pretrained(folder)
        torch.save(student.head.detach(), folder / HEAD)
        facts |= {"head": HEAD, "decode": (how or Decoding.of(student.catalog)).as_json()}
    # transformers 5 writes that all T5s have tied heads; what reads the file elsewhere believes it.
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"tie_word_embeddings": False}))
    vocab.save(tokenizer, folder / "tokenizer.json")
    (folder / FACTS).write_text(json.dumps(facts, indent=1))


def load(folder: Path, catalog: Catalog) -> tuple[Student, Tokenizer, dict]:
    """A saved student, its tokenizer, and what `colorist.json` says. Raises as `from_base` does,
    and CheckpointError for a folder that was not saved here."""
    if not (folder / FACTS).is_file():
        raise CheckpointError(f"{folder} has no {FACTS}: it was not written by `train`")
    facts = json.loads((folder / FACTS).read_text())
    # The order matters too: it is that of the slots and of the lines.
    learned = [json.dumps(c, ensure_ascii=False) for c in (facts.get("catalog"), catalog.learned)]
    if learned[0] != learned[1] or facts.get("step") != STEP:
        raise CheckpointError(
            f"{folder} was not trained for this catalog and its step of {STEP}; put its own "
            f"('catalog' in {FACTS}) into data/catalog.json, or train for this one"
        )
    student, tokenizer = from_base(str(folder), facts["codec"], catalog, facts.get("zeros", False))
    if isinstance(student, SlotsStudent):
        student.head.data.copy_(torch.load(folder / facts["head"], weights_only=True))
    return student.eval(), tokenizer, facts

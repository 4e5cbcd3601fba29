"""From a trained student to ONNX graphs and a pack."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import onnxruntime as ort
import torch
from tokenizers import Tokenizer
from torch import nn

from . import checkpoint, folders, optimum, pack, rows, t5_graphs, text
from .catalog import Catalog
from .checkpoint import Checkpoint, CheckpointError
from .choices import Activations, Quantization, Target
from .decode import Decoding
from .npu import add
from .quantize import describe, optimized, quantize
from .student import SlotsStudent


class _Request(nn.Module):
    """The student for one request: batch 1, the decoder's input a constant, so that everything up
    to the first cross-attention (which does not depend on the text) folds away.

    The head is one matrix over the words of all slots, a plain T5 head that int8 kernels like; each
    slot's own words are then picked out. Outside its range a slot repeats its first word.
    """

    words: torch.Tensor
    pick: torch.Tensor

    def __init__(self, student: SlotsStudent, catalog: Catalog):
        super().__init__()
        self.student = student
        rows, first, pick = [], 0, []
        words = sum(s.end - s.start for s in catalog.slots)
        for i, slot in enumerate(catalog.slots):
            rows.append(student.head[i, slot.start : slot.end])
            start = i * words + first
            own = [start + c - slot.start for c in range(slot.start, slot.end)]
            pick.append([start] * slot.start + own)
            pick[-1] += [start] * (len(catalog.classes) - slot.end)
            first += slot.end - slot.start
        self.register_buffer("words", torch.cat(rows).detach().T.contiguous())
        self.register_buffer("pick", torch.tensor(pick))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        student = self.student
        hidden = student.encode(input_ids, attention_mask)
        out = student.t5.decoder(
            input_ids=student.sentinels[None],
            encoder_hidden_states=hidden,
            encoder_attention_mask=attention_mask,
        ).last_hidden_state
        return torch.matmul(out, self.words).reshape(-1)[self.pick][None]


def to_onnx(student: SlotsStudent, path: Path) -> None:
    """Writes the float32 graph: int64 `input_ids`, `attention_mask` [1, sequence] -> float32
    `logits` [1, slots, classes]."""
    student = student.eval().float()
    example = torch.randint(5, 100, (1, 9))
    with tempfile.TemporaryDirectory() as tmp, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = Path(tmp) / "raw.onnx"
        torch.onnx.export(
            _Request(student, student.catalog).eval(),
            (example, torch.ones_like(example)),
            str(raw),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={"input_ids": {1: "sequence"}, "attention_mask": {1: "sequence"}},
            opset_version=17,
            dynamo=False,
        )
        optimized(raw, path, ort.GraphOptimizationLevel.ORT_ENABLE_BASIC)


def _size(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def slots_pack(
    student: SlotsStudent,
    tokenizer: Tokenizer,
    catalog: Catalog,
    folder: Path,
    *,
    kind: Quantization = "dynamic-int8",
    decode: Decoding | None = None,
    **common,
) -> None:
    """Writes a pack with the slots codec. `kind`: how weights are stored (quantize.KINDS)."""
    with tempfile.TemporaryDirectory() as tmp:
        raw, graph = Path(tmp) / "raw.onnx", Path(tmp) / "student.onnx"
        to_onnx(student, raw)
        quantize(raw, graph, kind)
        pack.write(
            folder,
            graph=graph,
            tokenizer=tokenizer,
            catalog=catalog,
            decode=(decode or Decoding.of(catalog)).as_json(),
            **pack.facts(folder, student.config, _size(student), describe(kind), **common),
        )


def text_pack(
    source: Checkpoint,
    catalog: Catalog,
    folder: Path,
    *,
    kind: Quantization = "dynamic-int8",
    zeros: bool = False,
    restricted: bool = True,
    **common,
) -> None:
    """Writes a T5 that was fine-tuned on the text codec's lines as a pack. `kind`: how weights are
    stored (quantize.KINDS); `restricted`: the decoder knows only the words of the catalog."""
    model, cfg = source.model, source.model.config
    start, end = checkpoint.ends(cfg)
    spelling = text.Spelling(source.tokenizer, catalog, zeros, special=(start, end))
    words = spelling.vocabulary if restricted else None
    with tempfile.TemporaryDirectory() as tmp:
        graphs = {role: Path(tmp) / f"{role}.onnx" for role in ("encoder", "decoder")}
        raw = Path(tmp) / "raw.onnx"
        t5_graphs.encoder(model, raw)
        quantize(raw, graphs["encoder"], kind)
        t5_graphs.decoder(model, t5_graphs.head(model, words), raw, words)
        quantize(raw, graphs["decoder"], kind)
        pack.write_text(
            folder,
            kind="cached",
            graphs=graphs,
            zeros=zeros,
            decoder_start_id=start,
            end_id=end,
            vocabulary=words,
            tokenizer=source.tokenizer,
            catalog=catalog,
            **pack.facts(folder, cfg, _size(model), describe(kind), **common),
        )


def run(
    source: str,
    out: Path,
    *,
    codec: str | None,
    zeros: bool,
    whole: bool,
    kind: Quantization,
    licence: str,
    data: Path | None = None,
    target: Target = "cpu",
    activations: Activations = "uint16",
) -> None:
    """Writes the pack of a T5 of transformers (folder or hub id), of a student's folder or of what
    Optimum exported. A student's folder knows its own `codec` and `zeros`; anything else is read as
    text. For the `target` npu a slots pack has a second graph with such `activations`; `source` may
    then be a pack too, of which `out` becomes a copy with that graph. `data` is the folder with the
    catalog and the training intents. Raises CheckpointError, UnsupportedModel, SpellingError,
    CatalogError, UserError."""
    catalog, folder = rows.catalog(data), Path(source)
    if target == "npu":
        if add.is_pack(folder):
            add.copy(folder, out)
        else:
            run(
                source,
                out,
                codec="slots",
                zeros=zeros,
                whole=whole,
                kind=kind,
                licence=licence,
                data=data,
            )
        print(f"{out}: {add.add(out, activations, data)}")
        return
    training = {"from": folder.name}
    if (folder / folders.FACTS).is_file():
        student, tokenizer, facts = folders.load(folder, catalog)
        if codec not in (None, student.codec):
            raise CheckpointError(f"{folder} was trained for --codec {student.codec}")
        training = facts["training"]
        zeros = facts.get("zeros", False)
        if isinstance(student, SlotsStudent):
            decode = Decoding(**facts["decode"])
            slots_pack(
                student,
                tokenizer,
                catalog,
                out,
                kind=kind,
                decode=decode,
                licence=licence,
                training=training,
            )
            return
    elif codec == "slots":
        raise CheckpointError(f"{folder} has no head for slots; give a folder written by `train`")
    if optimum.is_one(folder):
        optimum.text_pack(folder, catalog, out, zeros=zeros, licence=licence, training=training)
    else:
        text_pack(
            checkpoint.read(source),
            catalog,
            out,
            kind=kind,
            zeros=zeros,
            restricted=not whole,
            licence=licence,
            training=training,
        )

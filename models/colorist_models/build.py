"""From a configuration to a pack: training, export, int8, the scores of both, goldens."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from . import checkpoint, decode, export, folders, goldens, metrics, pack, rows, text_train
from .errors import UserError
from .paths import PACKS
from .pipeline import Config, datasets, run_onnx, train, training_facts
from .program import run
from .quantize import describe, quantize
from .text_student import TextStudent
from .train import encode, tune

MAX_INT8_LOSS = 0.005
"""How much of the overall score the int8 graphs may lose before no pack is written."""

MAX_PACK_MB = 25.0
"""The most that a pack may weigh which does not start from somebody's base."""


def build_pack(config: Config, target: Path | None = None) -> Path:
    """Trains, exports, quantizes, scores, and writes the pack with its goldens."""
    if config.arch != "t5":
        raise UserError("a llama is a baseline that is scored only: use `train` or `experiments`")
    student, tokenizer, cache = train(config)
    target = target or PACKS / config.name
    staging = target.with_name(target.name + ".new")
    shutil.rmtree(staging, ignore_errors=True)
    test = len(rows.split(config.folder)[1])
    write = _text if isinstance(student, TextStudent) else _slots
    scores = write(config, student, tokenizer, cache, staging)
    for name, score in scores.items():
        print(f"{name}: test {metrics.one_line(score)}")
    loss = scores["float32"]["overall"] - scores["int8"]["overall"]
    # Of few test rows, one may come out differently.
    if loss > max(MAX_INT8_LOSS, 1 / test):
        raise UserError(
            f"int8 loses {loss:.4f} against float, more than {max(MAX_INT8_LOSS, 1 / test):.4f}; "
            "train longer, or export the student with --quantize float32"
        )
    size = sum(f.stat().st_size for f in staging.iterdir()) / 1e6
    if size > MAX_PACK_MB and not config.base:
        raise UserError(
            f"the pack would weigh {size:.1f} MB, more than {MAX_PACK_MB}; train a smaller shape"
        )
    shutil.rmtree(target, ignore_errors=True)
    staging.rename(target)
    print(f"{target}: {size:.1f} MB")
    if _license(config) == "unknown":
        print("its license is unknown: say it with --set license=NAME")
    return target


def _license(config: Config) -> str:
    """A foreign base and the rows of others have terms of their own, which nobody can read out of
    them."""
    return config.license or ("unknown" if config.base or config.data else "Apache-2.0")


def _slots(config: Config, student, tokenizer, cache: Path, staging: Path) -> dict:
    """Chooses the thresholds on the development rows, on the int8 graph that ships."""
    catalog = rows.catalog(config.folder)
    fit, dev, test = datasets(config)
    graphs = {"float32": cache / "student.float.onnx", "int8": cache / "student.int8.onnx"}
    export.to_onnx(student, graphs["float32"])
    quantize(graphs["float32"], graphs["int8"])
    n = config.train.max_tokens
    ids_dev, ids_test = encode(tokenizer, dev, n), encode(tokenizer, test, n)
    how = tune(run_onnx(graphs["int8"], ids_dev), catalog.targets(dev), catalog)
    scores = {}
    for name, graph in graphs.items():
        p = decode.probabilities(run_onnx(graph, ids_test), catalog)
        edits = decode.decide(p, how, catalog)
        scores[name] = metrics.scores(edits, catalog.targets(test), catalog)
    golden = goldens.choose(
        goldens.intents(test, rows.first_intents(config.folder)),
        tokenizer,
        lambda ids: run_onnx(graphs["int8"], ids),
        how,
        catalog,
    )
    pack.write(
        staging,
        graph=graphs["int8"],
        tokenizer=tokenizer,
        catalog=catalog,
        decode=how.as_json(),
        **pack.facts(
            staging,
            student.config,
            sum(p.numel() for p in student.parameters()),
            describe("dynamic-int8"),
            name=config.name,
            goldens=golden,
            licence=_license(config),
            training=training_facts(config, fit, student.config),
            metrics={"test_rows": len(test), **scores},
        ),
    )
    return scores


def _text(config: Config, student, tokenizer, cache: Path, staging: Path) -> dict:
    """The int8 pack answers through the core itself, which also gives its goldens."""
    catalog = rows.catalog(config.folder)
    fit, _, test = datasets(config)
    intents = goldens.intents(test, rows.first_intents(config.folder))
    ids = encode(tokenizer, [{"intent": i} for i in intents], config.train.max_tokens)
    wanted = dict(zip(intents, text_train.edits(student, ids), strict=True))
    own = catalog.targets([wanted[r["intent"]] for r in test])
    scores = {"float32": metrics.scores(own, catalog.targets(test), catalog)}
    folders.save(student, tokenizer, cache / "student", training_facts(config, fit, student.config))
    export.text_pack(
        checkpoint.read(str(cache / "student")),
        catalog,
        staging,
        zeros=config.zeros,
        name=config.name,
        licence=_license(config),
        training=training_facts(config, fit, student.config),
    )
    data = cache / "test.jsonl"
    rows.write_jsonl(data, test)
    told = json.loads(run("eval", "--json", "--data", str(data), "--pack", str(staging)))
    scores["int8"] = told["subsets"]["all"]
    lines = run("edit", "--jsonl", "--pack", str(staging), given="".join(f"{i}\n" for i in intents))
    answers = [json.loads(line) for line in lines.splitlines()]
    edits = [goldens.full(wanted[intent], catalog) for intent in intents]
    same = [
        {"intent": intent, "edit": edit}
        for intent, edit, answer in zip(intents, edits, answers, strict=True)
        if all(edit[tool] == answer[tool] for tool in catalog.names)
    ]
    _seal(staging, same[: goldens.COUNT], {"test_rows": len(test), **scores})
    return scores


def _seal(folder: Path, chosen: list[dict], measured: dict) -> None:
    """Adds goldens and metrics to a pack that was already written."""
    rows.write_jsonl(folder / "goldens.jsonl", chosen)
    data = (folder / "goldens.jsonl").read_bytes()
    manifest = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(data).hexdigest()
    manifest["files"]["goldens.jsonl"] = {"size": len(data), "sha256": digest}
    manifest["metrics"] = measured
    pack.seal(folder, manifest)

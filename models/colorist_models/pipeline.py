"""The steps from rows to a pack; each keeps its result in the cache and is not run twice."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from tokenizers import Tokenizer

from . import corpus, decode, export, goldens, metrics, pack, prior, rows, vocab
from .catalog import Catalog, Targets
from .paths import PACKS, cache_dir
from .student import SlotsStudent, t5_config
from .train import TrainConfig, encode, finetune, infer, is_dev, tune


@dataclass
class PriorConfig:
    """Shape of the encoder and size of the prior's corpus."""

    vocab: int = 20480
    d_model: int = 384
    d_kv: int = 32
    num_heads: int = 12
    d_ff: int = 1024
    layers: int = 6
    words: int = 40_000
    glosses: int = 15_000
    phrases: int = 45_000
    seed: int = 0


POLISH = TrainConfig(
    epochs=2, lr=5e-4, encoder_lr=1e-4, similar_weight=1.0, w_value=0.3, w_size=0.6, seed=1
)


@dataclass
class Config:
    """Everything that decides what student comes out."""

    name: str = "colorist-small"
    prior: PriorConfig | None = field(default_factory=PriorConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    polish: TrainConfig | None = field(default_factory=lambda: POLISH)
    """A short second training that teaches the size of the values."""
    bank: bool = True
    extra: bool = True
    fraction: float = 1.0
    """Share of the training rows (own and extra), for learning curves."""


MAX_INT8_LOSS = 0.005
"""How much of the overall score the int8 graph may lose before no pack is written."""

MAX_PACK_MB = 25.0

RECIPE = 1
"""Raise it when code changes what a step makes of the same settings and rows."""


def _key(*parts: object) -> str:
    """A short name for a cache folder, from everything that its content depends on."""
    text = json.dumps(
        [asdict(p) if hasattr(p, "__dataclass_fields__") else p for p in (RECIPE, *parts)]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def datasets(config: Config) -> tuple[list[dict], list[dict], list[dict]]:
    """(rows to fit, development rows, test rows). A development row's wordings are not fitted."""
    train, test = rows.split()
    dev = [r for r in train if is_dev(r["intent"])]
    fit = rows.training_set(
        [r for r in train if not is_dev(r["intent"])],
        bank=config.bank,
        extra=config.extra,
        without=dev,
    )
    if config.fraction < 1:
        groups = sorted(
            {r["group"] for r in fit}, key=lambda g: hashlib.sha256(g.encode()).hexdigest()
        )
        kept = set(groups[: int(len(groups) * config.fraction)])
        fit = [r for r in fit if r["group"] in kept]
    return fit, dev, test


def build_prior(config: PriorConfig) -> Path:
    """The folder with `tokenizer.json` and `encoder.pt` of the language prior."""
    intents = [r["intent"] for r in rows.training_set(rows.split()[0])]
    folder = cache_dir() / "models" / f"prior-{_key(config, intents)}"
    if not (folder / "encoder.pt").exists():
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer = vocab.build(config.vocab, intents)
        vocab.save(tokenizer, folder / "tokenizer.json")
        torch.manual_seed(config.seed)
        student = new_student(config, tokenizer.get_vocab_size(), TrainConfig(dropout=0.0))
        texts = corpus.build(
            intents,
            config.seed,
            words=config.words,
            glosses=config.glosses,
            phrases=config.phrases,
        )
        checkpoint = folder / "checkpoint.pt"
        cosine = prior.distil(student, tokenizer, texts, seed=config.seed, checkpoint=checkpoint)
        print(f"prior: token cosine to MiniLM {cosine:.3f} over {len(texts)} texts")
        torch.save(student.state_dict(), folder / "encoder.tmp")
        (folder / "encoder.tmp").replace(folder / "encoder.pt")
        checkpoint.unlink(missing_ok=True)
    return folder


def new_student(shape: PriorConfig, vocab_size: int, config: TrainConfig) -> SlotsStudent:
    """A student of that shape with random weights."""
    t5 = t5_config(
        vocab_size,
        d_model=shape.d_model,
        d_kv=shape.d_kv,
        num_heads=shape.num_heads,
        d_ff=shape.d_ff,
        num_layers=shape.layers,
        num_decoder_layers=config.decoder_layers,
        dropout_rate=config.dropout,
    )
    return SlotsStudent(t5, Catalog.load())


def train(config: Config) -> tuple[SlotsStudent, Tokenizer, Path]:
    """The fine-tuned student, its tokenizer, and the folder where its checkpoint and log are."""
    catalog = Catalog.load()
    shape = config.prior or PriorConfig()
    fit, dev, _ = datasets(config)
    start = build_prior(config.prior) if config.prior else None
    torch.manual_seed(config.train.seed)
    if start:
        tokenizer = Tokenizer.from_file(str(start / "tokenizer.json"))
    else:
        tokenizer = vocab.build(shape.vocab, [r["intent"] for r in fit])
    student = new_student(shape, tokenizer.get_vocab_size(), config.train)
    if start:
        state = torch.load(start / "encoder.pt", weights_only=True)
        # The decoder is new; only embeddings and encoder come from the prior.
        state = {k: v for k, v in state.items() if k.startswith(("t5.shared", "t5.encoder"))}
        student.load_state_dict(state, strict=False)
    print(f"training on {len(fit)} rows, {len(dev)} for development")
    key = _key(replace(config, name="", polish=None), fit, catalog.learned, start and start.name)
    for settings in filter(None, (config.train, config.polish)):
        if settings is config.polish:
            key = _key(key, settings)
        folder = cache_dir() / "models" / f"train-{key}"
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "student.pt").exists():
            student, log = finetune(
                student, tokenizer, catalog, fit, dev, settings, checkpoint=folder / "checkpoint.pt"
            )
            (folder / "log.json").write_text(json.dumps(log, indent=1))
            torch.save(student.state_dict(), folder / "student.tmp")
            (folder / "student.tmp").replace(folder / "student.pt")
        student.load_state_dict(torch.load(folder / "student.pt", weights_only=True))
    return student.eval(), tokenizer, folder


def evaluate(logits_dev, logits_test, dev: Targets, test: Targets, catalog: Catalog) -> dict:
    """Test scores with the decoding chosen on the development rows."""
    how = tune(logits_dev, dev, catalog)
    p = decode.probabilities(logits_test, catalog)
    return {
        **metrics.scores(decode.decide(p, how, catalog), test, catalog),
        "decode": how.as_json(),
    }


def run_onnx(path: Path, ids: list[list[int]]) -> np.ndarray:
    """Logits (rows, slots, classes) of an exported graph, one row at a time as on a phone."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    options.log_severity_level = 3
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    out = []
    for row in ids:
        x = np.array([row], np.int64)
        out.append(session.run(None, {"input_ids": x, "attention_mask": np.ones_like(x)})[0][0])
    return np.stack(out)


def experiment(config: Config) -> dict:
    """Trains (or takes from the cache) and scores the float student: `dev` is for choosing among
    students, `test` for reporting the chosen one."""
    catalog = Catalog.load()
    student, tokenizer, _ = train(config)
    _, dev, test = datasets(config)
    n = config.train.max_tokens
    dev_logits = infer(student, encode(tokenizer, dev, n))
    test_logits = infer(student, encode(tokenizer, test, n))
    y_dev, y_test = catalog.targets(dev), catalog.targets(test)
    return {
        "dev": evaluate(dev_logits, dev_logits, y_dev, y_dev, catalog),
        "test": evaluate(dev_logits, test_logits, y_dev, y_test, catalog),
    }


def build_pack(config: Config, target: Path | None = None) -> Path:
    """Trains, exports, quantizes, chooses the decoding, and writes the pack with its goldens."""
    catalog = Catalog.load()
    student, tokenizer, folder = train(config)
    fit, dev, test = datasets(config)
    float_graph, int8_graph = folder / "student.float.onnx", folder / "student.int8.onnx"
    export.to_onnx(student, float_graph)
    export.quantize(float_graph, int8_graph)
    n = config.train.max_tokens
    ids_dev, ids_test = encode(tokenizer, dev, n), encode(tokenizer, test, n)
    y_dev, y_test = catalog.targets(dev), catalog.targets(test)
    logits = {g: (run_onnx(g, ids_dev), run_onnx(g, ids_test)) for g in (float_graph, int8_graph)}
    how = tune(logits[int8_graph][0], y_dev, catalog)
    scores = {}
    for name, graph in (("float32", float_graph), ("int8", int8_graph)):
        p = decode.probabilities(logits[graph][1], catalog)
        scores[name] = metrics.scores(decode.decide(p, how, catalog), y_test, catalog)
        print(f"{name}: test {metrics.one_line(scores[name])}")
    loss = scores["float32"]["overall"] - scores["int8"]["overall"]
    if loss > MAX_INT8_LOSS:
        raise RuntimeError(f"int8 loses {loss:.4f} against float, more than {MAX_INT8_LOSS}")
    target = target or PACKS / config.name
    golden = goldens.choose(test, tokenizer, lambda ids: run_onnx(int8_graph, ids), how, catalog)
    cfg = student.config
    staging = target.with_name(target.name + ".new")
    shutil.rmtree(staging, ignore_errors=True)
    pack.write(
        staging,
        name=config.name,
        graph=int8_graph,
        tokenizer=tokenizer,
        catalog=catalog,
        architecture={
            "family": "t5-v1.1",
            "d_model": cfg.d_model,
            "d_ff": cfg.d_ff,
            "d_kv": cfg.d_kv,
            "num_heads": cfg.num_heads,
            "encoder_layers": cfg.num_layers,
            "decoder_layers": cfg.num_decoder_layers,
            "vocab_size": cfg.vocab_size,
            "parameters": sum(p.numel() for p in student.parameters()),
        },
        quantization={"kind": "dynamic-int8", "weights": "int8, one scale per output channel"},
        decode=how.as_json(),
        goldens=golden,
        licence="Apache-2.0",
        training={
            "from": "a language prior distilled from all-MiniLM-L6-v2 (Apache-2.0)"
            if config.prior
            else "scratch",
            "rows": len(fit),
            "teacher": "a large language model; no user signals (models/data/README.md)",
            "config": asdict(config),
        },
        metrics={"test_rows": len(test), **scores},
    )
    size = sum(f.stat().st_size for f in staging.iterdir()) / 1e6
    if size > MAX_PACK_MB:
        raise RuntimeError(f"{staging} weighs {size:.1f} MB, more than {MAX_PACK_MB}")
    shutil.rmtree(target, ignore_errors=True)
    staging.rename(target)
    print(f"{target}: {size:.1f} MB")
    return target

"""The steps from rows to a pack; each keeps its result in the cache and is not run twice."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from tokenizers import Tokenizer
from transformers import T5Config

from . import decode, folders, metrics, rows
from .catalog import Catalog, Targets
from .errors import UserError
from .llama import LlamaStudent
from .paths import cache_dir
from .starts import PriorConfig, begin, key
from .student import SlotsStudent, Student
from .text_student import TextStudent
from .text_train import edits
from .train import TrainConfig, encode, finetune, infer, is_dev, processes, tune

POLISH = TrainConfig(
    epochs=2, lr=5e-4, encoder_lr=1e-4, similar_weight=1.0, w_value=0.3, w_size=0.6, seed=1
)


@dataclass
class Config:
    """Everything that decides what student comes out."""

    name: str = "colorist-small"
    prior: PriorConfig | None = field(default_factory=PriorConfig)
    """The student's shape and the prior of that shape. None: the same shape, random weights."""
    from_prior: bool = True
    """Whether to start from the prior, or from random weights in its shape."""
    train: TrainConfig = field(default_factory=TrainConfig)
    polish: TrainConfig | None = field(default_factory=lambda: replace(POLISH))
    """A short second training that teaches the size of the values."""
    bank: bool = True
    extra: bool = True
    fraction: float = 1.0
    """Share of the teacher's answers (development rows included), for learning curves."""
    codec: str = "slots"
    """`slots` (one decoder pass) or `text` (the decoder writes words)."""
    arch: str = "t5"
    """`t5`, or with the text codec `llama`: a decoder-only baseline that has no pack."""
    zeros: bool = False
    """Whether the text codec writes every slider and color, or only those that change."""
    base: str | None = None
    """A Hugging Face T5 to start from (folder or hub id), instead of the prior."""
    license: str | None = None
    """Under what terms the pack may be used; None: this project's, unknown with a base or with rows
    of others."""
    data: str | None = None
    """The folder with catalog and rows (see `rows`); None: this project's own. It is no part of a
    key, since what is in it is."""

    @property
    def folder(self) -> Path | None:
        """`data` as a path."""
        return Path(self.data) if self.data else None


LATER = ("codec", "zeros", "arch", "from_prior")
"""Settings that came later: with their first values they are no part of a key, so that what is in
the cache is still found."""


LATER_TRAIN = ("steps", "every", "rationale")
"""The same for the settings of a training."""


def _settings(config: Config) -> dict:
    """What decides the weights before the polish, but for what they start from."""
    settings = asdict(replace(config, name="", polish=None))
    first = asdict(Config())
    del settings["base"], settings["license"], settings["data"]
    settings["train"] = _known(config.train)
    if not config.from_prior and config.prior == PriorConfig():
        settings |= {"prior": None, "from_prior": True}
    return {k: v for k, v in settings.items() if k not in LATER or v != first[k]}


def _known(config: TrainConfig) -> dict:
    """The settings of a training, without those of LATER_TRAIN at their first values."""
    first = asdict(TrainConfig())
    return {k: v for k, v in asdict(config).items() if k not in LATER_TRAIN or v != first[k]}


def _polish(config: Config) -> TrainConfig | None:
    """The second training; what it adds to the loss is the slots codec's."""
    return config.polish if config.codec == "slots" else None


def _in_share(intent: str, fraction: float) -> bool:
    """Whether the teacher's answer for `intent` is among the first `fraction` of all, in the order
    of a hash: a smaller share is part of every larger one."""
    digest = hashlib.sha256(f"share{rows.normalized(intent)}".encode()).digest()
    return int.from_bytes(digest[:4], "big") < fraction * 2**32


def datasets(config: Config) -> tuple[list[dict], list[dict], list[dict]]:
    """(rows to fit, development rows, test rows). A development row's wordings are not fitted."""
    train, test = rows.split(config.folder)
    train = [r for r in train if _in_share(r["intent"], config.fraction)]
    dev = [r for r in train if is_dev(r["intent"])]
    fit = rows.training_set(
        [r for r in train if not is_dev(r["intent"])],
        bank=config.bank,
        extra=config.extra,
        without=dev,
        data=config.folder,
        why=bool(config.train.rationale),
    )
    fit = [r for r in fit if _in_share(r["group"], config.fraction)]
    for part, name in ((fit, "training"), (dev, "development"), (test, "test")):
        if not part:
            raise UserError(
                f"of {len(train) + len(test)} rows none is for {name}; the hashes of their intents "
                "decide, so more rows are needed"
            )
    return fit, dev, test


def train(
    config: Config, data: tuple[list[dict], list[dict]] | None = None
) -> tuple[Student, Tokenizer, Path]:
    """The fine-tuned student, its tokenizer, and the folder where its checkpoint and log are.

    `data`: the rows to fit and the development rows, where they are not those of `datasets`."""
    catalog = rows.catalog(config.folder)
    fit, dev = data or datasets(config)[:2]
    all_processes = processes()
    # The prior is made once; the other processes find it in the cache.
    with all_processes.main_process_first():
        student, tokenizer, start = begin(config, fit, catalog)
    all_processes.print(f"training on {len(fit)} rows, {len(dev)} for development")
    name = key(_settings(config), fit, catalog.learned, start)
    for settings in filter(None, (config.train, _polish(config))):
        if settings is config.polish:
            name = key(name, _known(settings))
        folder = cache_dir() / "models" / f"train-{name}"
        folder.mkdir(parents=True, exist_ok=True)
        # All processes look before one of them can have written it.
        done = (folder / "student.pt").exists()
        all_processes.wait_for_everyone()
        if not done:
            checkpoint = folder / "checkpoint.pt"
            student = finetune(
                student, tokenizer, catalog, fit, dev, settings, checkpoint=checkpoint
            )[0]
            if all_processes.is_main_process:
                torch.save(student.state_dict(), folder / "student.tmp")
                (folder / "student.tmp").replace(folder / "student.pt")
            all_processes.wait_for_everyone()
        weights = torch.load(folder / "student.pt", weights_only=True, map_location="cpu")
        student.load_state_dict(weights)
    return student.cpu().eval(), tokenizer, folder


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


def experiment(config: Config, out: Path | None = None) -> dict:
    """Trains (or takes from the cache) and scores the float student: `dev` is for choosing among
    students, `test` for reporting the chosen one. Saves its folder (`out`, or in the cache), but
    for a llama. Under `accelerate launch` the first process alone scores; the others give {}."""
    catalog = rows.catalog(config.folder)
    if out and config.arch != "t5":
        raise UserError("a llama is scored only: it has no folder, leave --out away")
    student, tokenizer, cache = train(config)
    if not processes().is_main_process:
        return {}
    fit, dev, test = datasets(config)
    n = config.train.max_tokens
    ids_dev, ids_test = encode(tokenizer, dev, n), encode(tokenizer, test, n)
    y_dev, y_test = catalog.targets(dev), catalog.targets(test)
    how = None
    if isinstance(student, TextStudent):
        scores = {
            name: metrics.scores(catalog.targets(edits(student, ids)), y, catalog)
            for name, ids, y in (("dev", ids_dev, y_dev), ("test", ids_test, y_test))
        }
    else:
        assert isinstance(student, SlotsStudent)
        dev_logits, test_logits = infer(student, ids_dev), infer(student, ids_test)
        scores = {
            "dev": evaluate(dev_logits, dev_logits, y_dev, y_dev, catalog),
            "test": evaluate(dev_logits, test_logits, y_dev, y_test, catalog),
        }
        how = decode.Decoding(**scores["dev"]["decode"])
    if not isinstance(student, LlamaStudent):
        assert isinstance(student.config, T5Config)
        facts = training_facts(config, fit, student.config)
        folders.save(student, tokenizer, out or cache / "student", facts, how)
    return scores


def training_facts(config: Config, fit: list[dict], shape: T5Config) -> dict:
    """What packs and folders tell of the training; `shape` is the student's configuration, because
    a base's dropout and layers are its own."""
    own = {"dropout": shape.dropout_rate, "decoder_layers": shape.num_decoder_layers}
    told = asdict(replace(config, base=config.base and Path(config.base).name))
    teacher = "a large language model; no user signals (models/data/README.md)"
    scratch = not (told.pop("from_prior") and config.prior)
    if told.pop("data") and config.folder:
        told["data"] = config.folder.resolve().name
        teacher = f"the rows of {told['data']}"
    for part in ("train", "polish"):
        told[part] = told[part] and told[part] | own
    start = "a language prior distilled from all-MiniLM-L6-v2 (Apache-2.0)"
    return {
        "from": (config.base and Path(config.base).name) or ("scratch" if scratch else start),
        "rows": len(fit),
        "teacher": teacher,
        "config": told,
    }

"""Fine-tuning: the teacher's rows into a student that starts from the language prior."""

from __future__ import annotations

import copy
import hashlib
import random
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from . import decode, metrics, minilm
from .catalog import Catalog, Targets
from .losses import SlotLoss, tensors
from .progress import Reporter
from .rows import normalized
from .student import SlotsStudent, Student
from .text_train import TextTask

DEV_PERCENT = 10


@dataclass
class TrainConfig:
    """Hyperparameters; the defaults are those of the shipped pack."""

    epochs: float = 5
    batch: int = 64
    lr: float = 1e-3
    encoder_lr: float = 2e-4
    weight_decay: float = 0.01
    dropout: float = 0.0
    decoder_layers: int = 1
    ema: float = 0.998
    sigma: float = 6.0
    w_value: float = 0.15
    w_cos: float = 1.0
    smooth: float = 0.05
    w_size: float = 0.0
    similar_weight: float = 0.7
    max_tokens: int = 64
    seed: int = 0


def is_dev(intent: str) -> bool:
    """A tenth of the training rows, by another hash: thresholds are chosen on it, never on test."""
    digest = hashlib.sha256(f"dev{normalized(intent)}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < DEV_PERCENT


def encode(tokenizer: Tokenizer, rows: list[dict], max_tokens: int) -> list[list[int]]:
    """Token ids of each row's intent."""
    return [e.ids[:max_tokens] for e in tokenizer.encode_batch([r["intent"] for r in rows])]


@torch.no_grad()
def infer(student: SlotsStudent, ids: list[list[int]], batch: int = 128) -> np.ndarray:
    """Logits (rows, slots, classes) in float32."""
    training = student.training
    student.eval()
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = None
    for start in range(0, len(order), batch):
        index = order[start : start + batch]
        logits = student(*minilm.pad([ids[i] for i in index], 0)).float().numpy()
        if out is None:
            out = np.empty((len(ids), *logits.shape[1:]), np.float32)
        out[index] = logits
    student.train(training)
    return out


def tune(logits: np.ndarray, teacher: Targets, catalog: Catalog) -> decode.Decoding:
    """The threshold of each tool that gives the best final score on the development rows, from a
    curve smoothed over its neighbors so that one row does not decide."""
    p = decode.probabilities(logits, catalog)
    grid = np.round(np.arange(0.15, 0.86, 0.025), 3)
    how = decode.Decoding.of(catalog)
    for tool in catalog.names:
        finals = []
        for threshold in grid:
            trial = copy.deepcopy(how)
            trial.thresholds[tool] = float(threshold)
            finals.append(
                metrics.scores(decode.decide(p, trial, catalog), teacher, catalog)[tool]["final"]
            )
        padded = np.pad(finals, 2, mode="edge")
        smooth = np.convolve(padded, np.ones(5) / 5, "valid")
        # On a plateau, the threshold nearest to one half.
        good = grid[smooth >= smooth.max() - 1e-3]
        how.thresholds[tool] = float(good[np.abs(good - 0.5).argmin()])
    return how


def _batches(ids: list[list[int]], size: int, rng: random.Random) -> list[list[int]]:
    """Shuffled batches of rows of like length."""
    order = list(range(len(ids)))
    rng.shuffle(order)
    out = []
    for start in range(0, len(order), size * 16):
        chunk = sorted(order[start : start + size * 16], key=lambda i: len(ids[i]))
        out += [chunk[i : i + size] for i in range(0, len(chunk), size)]
    rng.shuffle(out)
    return out


class SlotsTask:
    """Loss and development scores of the slots codec (see `finetune`)."""

    def __init__(self, student, ids, train, dev_ids, dev, catalog, weight, config):
        self.ids, self.dev_ids, self.catalog = ids, dev_ids, catalog
        self.target = tensors(catalog.targets(train), weight)
        self.dev = catalog.targets(dev)
        self.loss_of = SlotLoss(
            catalog, config.sigma, config.w_value, config.w_cos, config.smooth, config.w_size
        )

    def loss(self, student: SlotsStudent, batch: list[int]) -> dict[str, torch.Tensor]:
        """The named terms of `SlotLoss`."""
        input_ids, mask = minilm.pad([self.ids[i] for i in batch], 0)
        with torch.autocast("cpu", torch.bfloat16):
            logits = student(input_ids, mask)
        return self.loss_of(logits.float(), {k: v[batch] for k, v in self.target.items()})

    def scores(self, student: SlotsStudent) -> dict:
        """The metrics with the thresholds that are best on these very rows."""
        logits = infer(student, self.dev_ids)
        how = tune(logits, self.dev, self.catalog)
        predicted = decode.decide(decode.probabilities(logits, self.catalog), how, self.catalog)
        return metrics.scores(predicted, self.dev, self.catalog)


TASKS = {"slots": SlotsTask, "text": TextTask}


def finetune(
    student: Student,
    tokenizer: Tokenizer,
    catalog: Catalog,
    train: list[dict],
    dev: list[dict],
    config: TrainConfig,
    *,
    checkpoint: Path | None = None,
) -> tuple[Student, list[dict]]:
    """Trains and returns (the averaged student, a log of the development scores per epoch).

    The result is the exponential moving average of the weights. With `checkpoint`, the state is
    saved after each epoch and training goes on from there.
    """
    torch.manual_seed(config.seed)
    ids = encode(tokenizer, train, config.max_tokens)
    dev_ids = encode(tokenizer, dev, config.max_tokens)
    weight = torch.tensor([config.similar_weight if r["similar_wording"] else 1.0 for r in train])
    task = TASKS[student.codec](student, ids, train, dev_ids, dev, catalog, weight, config)
    groups: dict[bool, list] = {True: [], False: []}
    for name, p in student.named_parameters():
        groups[not name.startswith(student.fresh)].append(p)
    optimizer = torch.optim.AdamW(
        [
            {"params": groups[True], "lr": config.encoder_lr},
            {"params": groups[False], "lr": config.lr},
        ],
        betas=(0.9, 0.98),
        weight_decay=config.weight_decay,
        fused=True,
    )
    epochs = int(np.ceil(config.epochs))
    per_epoch = len(_batches(ids, config.batch, random.Random(0)))
    total = int(per_epoch * config.epochs)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / 100, max(0.02, 1 - s / total))
    )
    average = copy.deepcopy(student).eval()
    first_epoch, step, log = 0, 0, []
    if checkpoint and checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        student.load_state_dict(state["student"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        first_epoch, step, log = state["epoch"], state["step"], state["log"]
    student.train()
    with Reporter("train", total, step) as report:
        for epoch in range(first_epoch, epochs):
            torch.manual_seed(config.seed * 1000 + epoch)
            for batch in _batches(ids, config.batch, random.Random(config.seed * 1000 + epoch)):
                if step >= total:
                    break
                terms = task.loss(student, batch)
                optimizer.zero_grad()
                sum(terms.values()).backward()
                torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                step += 1
                keep = min(config.ema, (1 + step) / (10 + step))
                with torch.no_grad():
                    for a, p in zip(average.parameters(), student.parameters(), strict=True):
                        a.lerp_(p, 1 - keep)
                report.step("  ".join(f"{k} {v.item():.3f}" for k, v in terms.items()))
            scores = task.scores(average)
            log.append({"epoch": epoch + 1, "step": step, "dev": scores})
            print(f"epoch {epoch + 1}: dev {metrics.one_line(scores)}", flush=True)
            if checkpoint:
                state = {
                    "student": student.state_dict(),
                    "average": average.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "schedule": schedule.state_dict(),
                    "epoch": epoch + 1,
                    "step": step,
                    "log": log,
                    "config": asdict(config),
                }
                torch.save(state, checkpoint.with_suffix(".tmp"))
                checkpoint.with_suffix(".tmp").replace(checkpoint)
    return average, log

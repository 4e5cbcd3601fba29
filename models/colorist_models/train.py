"""Fine-tuning: the teacher's rows into a student that starts from the language prior."""

from __future__ import annotations

import copy
import hashlib
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.utils import broadcast_object_list
from tokenizers import Tokenizer

from . import decode, metrics, minilm
from .catalog import Catalog, Targets
from .errors import UserError
from .losses import SlotLoss, tensors
from .progress import Reporter
from .rows import normalized
from .student import SlotsStudent, Student
from .text_train import TextTask
from .training_log import TrainingLog

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
    steps: int | None = None
    """So many steps instead of `epochs`, so that students with other numbers of rows compare."""
    every: int = 0
    """Evaluations and checkpoints come at the ends of epochs, at least so many steps apart."""
    rationale: float = 0.0
    """Weight of the teacher's rationale as an extra label (text only; see `rationale`)."""


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
        padded = (t.to(student.device) for t in minilm.pad([ids[i] for i in index], 0))
        logits = student(*padded).float().cpu().numpy()
        if out is None:
            out = np.empty((len(ids), *logits.shape[1:]), np.float32)
        out[index] = logits
    student.train(training)
    assert out is not None, "no rows"
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


class Task(Protocol):
    """What a codec is trained for, and how its student is judged on the development rows."""

    def loss(self, student: Student, batch: list[int]) -> dict[str, torch.Tensor]: ...

    def scores(self, student: Student) -> dict: ...


class SlotsTask:
    """Loss and development scores of the slots codec (see `finetune`)."""

    def __init__(self, student, tokenizer, ids, train, dev_ids, dev, catalog, weight, config):
        if config.rationale:
            raise UserError("the slots codec writes no words: train.rationale is for text")
        self.ids, self.dev_ids, self.catalog = ids, dev_ids, catalog
        target = tensors(catalog.targets(train), weight)
        self.target = {name: tensor.to(student.device) for name, tensor in target.items()}
        self.dev = catalog.targets(dev)
        self.loss_of = SlotLoss(
            catalog, config.sigma, config.w_value, config.w_cos, config.smooth, config.w_size
        ).to(student.device)

    def loss(self, student: Student, batch: list[int]) -> dict[str, torch.Tensor]:
        """The named terms of `SlotLoss`."""
        assert isinstance(student, SlotsStudent)
        device = student.device
        input_ids, mask = (t.to(device) for t in minilm.pad([self.ids[i] for i in batch], 0))
        with torch.autocast(device.type, torch.bfloat16):
            logits = student(input_ids, mask)
        return self.loss_of(logits.float(), {k: v[batch] for k, v in self.target.items()})

    def scores(self, student: Student) -> dict:
        """The metrics with the thresholds that are best on these very rows."""
        assert isinstance(student, SlotsStudent)
        logits = infer(student, self.dev_ids)
        how = tune(logits, self.dev, self.catalog)
        predicted = decode.decide(decode.probabilities(logits, self.catalog), how, self.catalog)
        return metrics.scores(predicted, self.dev, self.catalog)


TASKS: dict[str, Callable[..., Task]] = {"slots": SlotsTask, "text": TextTask, "llama": TextTask}


def processes() -> Accelerator:
    """This process among those of the training (`accelerate launch`), on the CPU where there is
    nothing faster. Tasks choose their own precision."""
    return Accelerator(cpu=not torch.accelerator.is_available(), mixed_precision="no")


class _Loss(torch.nn.Module):
    """A student and its task as one module: what several processes synchronize is its forward."""

    def __init__(self, student: Student, task: Task):
        super().__init__()
        self.student, self.task = student, task

    def forward(self, batch: list[int]) -> dict[str, torch.Tensor]:
        return self.task.loss(self.student, batch)


def _optimizer(student: Student, config: TrainConfig) -> torch.optim.Optimizer:
    """AdamW with two groups: what is pre-trained, then what starts at random and learns faster."""
    groups: dict[bool, list] = {True: [], False: []}
    for name, p in student.named_parameters():
        groups[not name.startswith(student.fresh)].append(p)
    rates = ((groups[True], config.encoder_lr), (groups[False], config.lr))
    return torch.optim.AdamW(
        [{"params": parameters, "lr": lr} for parameters, lr in rates],
        betas=(0.9, 0.98),
        weight_decay=config.weight_decay,
        fused=True,
    )


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
    saved after each epoch and training goes on from there; `metrics.jsonl` and `curves.png`
    (`training_log`) are written beside it.

    Under `accelerate launch` each process takes its share of every batch, the gradients' mean is
    taken over the processes, and the first one alone evaluates and writes. `config.batch` is the
    batch of all processes together. Terms that are means over the rows that use a tool are then
    means of the processes' means. Raises UserError where the loss is not finite.
    """
    accelerator = processes()
    main, rank = accelerator.is_main_process, accelerator.process_index
    torch.manual_seed(config.seed)
    ids = encode(tokenizer, train, config.max_tokens)
    dev_ids = encode(tokenizer, dev, config.max_tokens)
    weight = torch.tensor([config.similar_weight if r["similar_wording"] else 1.0 for r in train])
    student.to(accelerator.device)
    task = TASKS[student.codec](
        student, tokenizer, ids, train, dev_ids, dev, catalog, weight, config
    )
    optimizer = _optimizer(student, config)
    per_epoch = len(_batches(ids, config.batch, random.Random(0)))
    total = config.steps or int(per_epoch * config.epochs)
    epochs = int(np.ceil(total / per_epoch))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / 100, max(0.02, 1 - s / total))
    )
    average = copy.deepcopy(student).eval()
    first_epoch, step, log = 0, 0, []
    if checkpoint and checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True, map_location=accelerator.device)
        student.load_state_dict(state["student"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        first_epoch, step, log = state["epoch"], state["step"], state["log"]
    told = TrainingLog(checkpoint.parent if checkpoint and main else None)
    told.resume(step)
    loss_of, optimizer = accelerator.prepare(_Loss(student, task), optimizer)
    student.train()
    with Reporter("train", total, step, show=main) as report:
        for epoch in range(first_epoch, epochs):
            seed = config.seed * 1000 + epoch
            torch.manual_seed(seed + 1_000_000 * rank)
            for batch in _batches(ids, config.batch, random.Random(seed)):
                if step >= total:
                    break
                # Every process needs a row: a gradient of nothing cannot be averaged.
                terms = loss_of(batch[rank :: accelerator.num_processes] or batch)
                optimizer.zero_grad()
                accelerator.backward(sum(terms.values()))
                accelerator.clip_grad_norm_(student.parameters(), 1.0)
                lr = schedule.get_last_lr()
                optimizer.step()
                schedule.step()
                step += 1
                keep = min(config.ema, (1 + step) / (10 + step))
                with torch.no_grad():
                    for a, p in zip(average.parameters(), student.parameters(), strict=True):
                        a.lerp_(p, 1 - keep)
                values = accelerator.reduce(torch.stack([*terms.values()]).detach(), "mean")
                loss = dict(zip(terms, values.tolist(), strict=True))
                if not values.isfinite().all():
                    raise UserError(f"step {step}: the loss is not finite; lower lr and encoder_lr")
                told.write(step=step, epoch=epoch + 1, lr=lr, loss=loss)
                report.step("  ".join(f"{k} {v:.3f}" for k, v in loss.items()))
            if step < total and step - (log[-1]["step"] if log else 0) < config.every:
                continue
            scores = broadcast_object_list([task.scores(average) if main else None])[0]
            log.append({"epoch": epoch + 1, "step": step, "dev": scores})
            if main:
                told.write(**log[-1])
                print(f"epoch {epoch + 1}: dev {metrics.one_line(scores)}", flush=True)
            if checkpoint and main:
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
    told.plot()
    accelerator.wait_for_everyone()
    return average, log

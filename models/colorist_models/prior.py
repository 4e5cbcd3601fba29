"""The language prior: a T5 encoder taught to know what MiniLM knows, before it sees a single edit.

Converted (see `convert`), then distilled: for each token its last hidden state, for each text its
sentence embedding, over the corpus of `corpus`.
"""

from __future__ import annotations

import random
from pathlib import Path

import torch
from torch.nn import functional as F

from . import convert, minilm, vocab
from .progress import Reporter
from .student import SlotsStudent


def pooled(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Unit-length mean over the tokens, shape (batch, d_model)."""
    mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    return F.normalize(mean, dim=-1)


def distil(
    student: SlotsStudent,
    tokenizer,
    corpus: list[str],
    *,
    seed: int,
    batch: int = 128,
    lr: float = 5e-4,
    max_tokens: int = 32,
    checkpoint: Path,
) -> float:
    """Trains `student`'s encoder in place over one pass of `corpus`; returns the mean cosine of its
    token states to MiniLM's over the last batches. Saves every 200 steps to `checkpoint`, goes on
    from there when it exists."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    bert = minilm.load()
    to_bert = torch.tensor(vocab.minilm_ids(tokenizer))
    ids = [e.ids[:max_tokens] for e in tokenizer.encode_batch(corpus)]
    projection = torch.nn.Parameter(
        convert.from_bert(student, bert, to_bert, rng.sample(ids, min(2500, len(ids))))
    )
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    batches = [order[i : i + batch] for i in range(0, len(order), batch)]
    rng.shuffle(batches)
    params = [p for n, p in student.t5.named_parameters() if not n.startswith("decoder")]
    optimizer = torch.optim.AdamW(
        [*params, projection], lr=lr, betas=(0.9, 0.98), weight_decay=0.0, fused=True
    )
    total = len(batches)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / 100, max(0.01, 1 - s / total))
    )
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        student.load_state_dict(state["student"])
        projection.data.copy_(state["projection"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        first = state["step"]
    cosines: list[float] = []
    student.train()
    with Reporter("prior", total, first) as report:
        for step in range(first, total):
            input_ids, mask = minilm.pad([ids[i] for i in batches[step]], 0)
            with torch.autocast("cpu", torch.bfloat16):
                with torch.no_grad():
                    want = bert(input_ids=to_bert[input_ids], attention_mask=mask).last_hidden_state
                got = student.encode(input_ids, mask) @ projection.T
            want, got, real = want.float(), got.float(), mask.bool()
            token = F.mse_loss(got[real], want[real]) / want[real].pow(2).mean()
            sentence = 1 - (pooled(want, mask) * pooled(got, mask)).sum(-1).mean()
            optimizer.zero_grad()
            (token + sentence).backward()
            torch.nn.utils.clip_grad_norm_(params, 1.0)
            optimizer.step()
            schedule.step()
            cosines.append(F.cosine_similarity(got[real], want[real]).mean().item())
            recent = sum(cosines[-50:]) / len(cosines[-50:])
            report.step(f"cosine {recent:.3f}")
            if step % 200 == 199 or step == total - 1:
                torch.save(
                    {
                        "student": student.state_dict(),
                        "projection": projection.data,
                        "optimizer": optimizer.state_dict(),
                        "schedule": schedule.state_dict(),
                        "step": step + 1,
                    },
                    checkpoint.with_suffix(".tmp"),
                )
                checkpoint.with_suffix(".tmp").replace(checkpoint)
    return sum(cosines[-50:]) / max(1, len(cosines[-50:]))

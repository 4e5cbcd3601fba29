"""What the student is trained for: the slots' classes, and the cosine that it is judged by."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from .catalog import STEP, VALUES, Catalog, Targets


class SlotLoss(nn.Module):
    """Sum of: cross-entropy of the used flags and the filter's name; cross-entropy of the values,
    smoothed along the value axis by a normal curve of `sigma` slider units; and 1 - cosine between
    the expected and the teacher's parameter vector, per tool, over the rows that use it.

    The cosine says nothing about size, and "a bit" differs from "a lot" in nothing else: with
    `w_size`, the Huber loss of the expected values (in units of 25) is added.
    """

    def __init__(
        self, catalog: Catalog, sigma: float = 6.0, w_value=0.15, w_cos=1.0, smooth=0.0, w_size=0.0
    ):
        super().__init__()
        self.catalog, self.w_value, self.w_cos, self.smooth = catalog, w_value, w_cos, smooth
        self.w_size = w_size
        self.k = len(catalog.sliders)
        self.slots = [*catalog.value_slots, catalog.slot("filter.intensity")]
        values = torch.tensor(VALUES, dtype=torch.float32)
        allowed = torch.zeros(len(self.slots), len(VALUES), dtype=torch.bool)
        for row, i in enumerate(self.slots):
            allowed[row, catalog.slots[i].start : catalog.slots[i].end] = True
        # soft[j]: the target distribution for the value VALUES[j]
        soft = torch.softmax(-((values[:, None] - values[None]) ** 2) / (2 * sigma**2), -1)
        self.register_buffer("values", values)
        self.register_buffer("blocked", (~allowed).float() * -1e9)
        self.register_buffer("soft", soft)

    def expectations(self, logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(log-probabilities, means) of the value slots; the last one is the filter's intensity."""
        raw = logits[:, self.slots, : len(VALUES)] + self.blocked
        log_p = torch.log_softmax(raw, -1)
        return log_p, log_p.exp() @ self.values

    def forward(self, logits: torch.Tensor, y: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """`logits` (batch, slots, classes), `y` from `tensors`; returns the named terms."""
        cat, weight = self.catalog, y["weight"]
        first = len(VALUES)
        used = 0.0
        for tool, i in (("adjust.used", 0), ("selectiveAdjust.used", 1)):
            ce = F.cross_entropy(
                logits[:, cat.slot(tool), first : first + 2], y["used"][:, i], reduction="none"
            )
            used = used + (ce * weight).mean()
        names = logits[:, cat.slot("filter.name"), first + 2 :]
        name = F.cross_entropy(names, y["filter"], reduction="none", label_smoothing=self.smooth)
        log_p, mean = self.expectations(logits)
        target = torch.cat([y["values"], y["intensity"][:, None]], 1)
        soft = self.soft[((target + 100) / STEP).round().long()]
        soft = soft * (self.blocked == 0)
        soft = soft / soft.sum(-1, keepdim=True)
        ce = -(soft * log_p.clamp(min=-30)).sum(-1)
        k = self.k
        gate = torch.cat(
            [
                y["used"][:, :1].expand(-1, k),
                y["used"][:, 1:2].expand(-1, ce.shape[1] - k - 1),
                y["used"][:, 2:3],
            ],
            1,
        ).float()
        value = (ce * gate * weight[:, None]).sum(1).mean()
        far = F.smooth_l1_loss(mean / 25, target / 25, beta=0.4, reduction="none")
        size = (far * gate * weight[:, None]).sum(1).mean()
        cosine = 0.0
        for i, cols in ((0, slice(0, k)), (1, slice(k, -1))):
            on = y["used"][:, i].float() * weight
            cos = F.cosine_similarity(mean[:, cols], target[:, cols], dim=-1, eps=1e-3)
            cosine = cosine + ((1 - cos) * on).sum() / on.sum().clamp(min=1)
        return {
            "used": used,
            "filter": (name * weight).mean(),
            "value": self.w_value * value,
            "cosine": self.w_cos * cosine,
            "size": self.w_size * size,
        }


def tensors(t: Targets, weight: torch.Tensor) -> dict[str, torch.Tensor]:
    """The targets as tensors, with a weight per row."""
    return {
        "used": torch.from_numpy(t.used),
        "values": torch.from_numpy(t.values),
        "filter": torch.from_numpy(t.filter),
        "intensity": torch.from_numpy(t.intensity),
        "weight": weight,
    }

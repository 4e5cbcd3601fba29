"""What the student is trained for: the slots' classes, and the cosine that it is judged by."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from .catalog import STEP, VALUES, Catalog, Targets


class SlotLoss(nn.Module):
    """Sum of: cross-entropy of the used flags and of the choices; cross-entropy of the numbers,
    smoothed along the value axis by a normal curve of `sigma` slider units; and 1 - cosine between
    the expected and the teacher's parameter vector, per tool, over the rows that use it.

    The cosine says nothing about size, and "a bit" differs from "a lot" in nothing else: with
    `w_size`, the Huber loss of the expected values (in units of 25) is added.
    """

    values: torch.Tensor
    blocked: torch.Tensor
    soft: torch.Tensor
    places: torch.Tensor
    gate: torch.Tensor

    def __init__(
        self, catalog: Catalog, sigma: float = 6.0, w_value=0.15, w_cos=1.0, smooth=0.0, w_size=0.0
    ):
        super().__init__()
        self.catalog, self.w_value, self.w_cos, self.smooth = catalog, w_value, w_cos, smooth
        self.w_size = w_size
        # The values of all tools, then the amounts of the choices.
        self.slots = [*catalog.value_slots, *(slot for _, slot in catalog.amounts)]
        self.with_amount = [choice for choice, _ in catalog.amounts]
        index = {tool.name: i for i, tool in enumerate(catalog.tools)}
        gate = [index[tool.name] for tool in catalog.tools for _ in tool.values]
        gate += [index[catalog.choices[choice].name] for choice in self.with_amount]
        values = torch.tensor(VALUES, dtype=torch.float32)
        allowed = torch.zeros(len(self.slots), len(VALUES), dtype=torch.bool)
        for row, i in enumerate(self.slots):
            allowed[row, catalog.slots[i].start : catalog.slots[i].end] = True
        # soft[j]: the target distribution for the value VALUES[j]
        soft = torch.softmax(-((values[:, None] - values[None]) ** 2) / (2 * sigma**2), -1)
        self.register_buffer("values", values)
        self.register_buffer("places", torch.tensor(self.slots, dtype=torch.long))
        self.register_buffer("gate", torch.tensor(gate, dtype=torch.long))
        self.register_buffer("blocked", (~allowed).float() * -1e9)
        self.register_buffer("soft", soft)

    def expectations(self, logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(log-probabilities, means) of the numbers' slots: all values, then the amounts."""
        raw = logits[:, self.places, : len(VALUES)] + self.blocked
        log_p = torch.log_softmax(raw, -1)
        return log_p, log_p.exp() @ self.values

    def forward(self, logits: torch.Tensor, y: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """`logits` (batch, slots, classes), `y` from `tensors`; returns the named terms."""
        cat, weight = self.catalog, y["weight"]
        first = len(VALUES)
        used = choice = cosine = logits.new_zeros(())
        log_p, mean = self.expectations(logits)
        target = torch.cat([y["values"], y["amounts"][:, self.with_amount]], 1)
        for i, tool in enumerate(cat.tools):
            on = y["used"][:, i]
            if tool.is_choice:
                place = cat.slot(f"{tool.name}.name")
                names = logits[:, place, cat.slots[place].start : cat.slots[place].end]
                wanted = y["choices"][:, tool.choice]
                ce = F.cross_entropy(names, wanted, reduction="none", label_smoothing=self.smooth)
                choice = choice + (ce * weight).mean()
                continue
            flag = logits[:, cat.slot(f"{tool.name}.used"), first : first + 2]
            used = used + (F.cross_entropy(flag, on, reduction="none") * weight).mean()
            expected, teacher = mean[:, tool.span], target[:, tool.span]
            cos = F.cosine_similarity(expected, teacher, dim=-1, eps=1e-3)
            on = on.float() * weight
            cosine = cosine + ((1 - cos) * on).sum() / on.sum().clamp(min=1)
        soft = self.soft[((target + 100) / STEP).round().long()]
        soft = soft * (self.blocked == 0)
        soft = soft / soft.sum(-1, keepdim=True)
        ce = -(soft * log_p.clamp(min=-30)).sum(-1)
        gate = y["used"][:, self.gate].float()
        value = (ce * gate * weight[:, None]).sum(1).mean()
        far = F.smooth_l1_loss(mean / 25, target / 25, beta=0.4, reduction="none")
        size = (far * gate * weight[:, None]).sum(1).mean()
        return {
            "used": used,
            "choice": choice,
            "value": self.w_value * value,
            "cosine": self.w_cos * cosine,
            "size": self.w_size * size,
        }


def tensors(t: Targets, weight: torch.Tensor) -> dict[str, torch.Tensor]:
    """The targets as tensors, with a weight per row."""
    return {
        "used": torch.from_numpy(t.used),
        "values": torch.from_numpy(t.values),
        "choices": torch.from_numpy(t.choices),
        "amounts": torch.from_numpy(t.amounts),
        "weight": weight,
    }

"""The paper's offline metrics over arrays, for choosing among students while training.

What is reported is computed by `colorist eval` (Rust) on the shipped pack; a test holds both equal.
"""

from __future__ import annotations

import numpy as np

from .catalog import Catalog, Targets


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b > 0 else 0.0


def scores(predicted: Targets, teacher: Targets, catalog: Catalog) -> dict:
    """Per tool: `f1` of "used", `quality` over the rows where both use it (mean cosine of the
    parameters; for a choice the share of equal names), `final` their harmonic mean; and
    `overall`, the mean of the finals."""
    out: dict = {}
    for i, tool in enumerate(catalog.tools):
        p, t = predicted.used[:, i] > 0, teacher.used[:, i] > 0
        both = p & t
        precision = both.sum() / max(1, p.sum())
        recall = both.sum() / max(1, t.sum())
        if tool.is_choice:
            hits = predicted.choices[both, tool.choice] == teacher.choices[both, tool.choice]
            quality = float(hits.mean()) if both.any() else 0.0
        else:
            a, b = predicted.values[both, tool.span], teacher.values[both, tool.span]
            norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
            cosine = (a * b).sum(1) / np.maximum(norms, 1e-9)
            quality = float(cosine.mean()) if both.any() else 0.0
        f1 = _harmonic(precision, recall)
        out[tool.name] = {
            "precision": float(precision),
            "recall": float(recall),
            "f1": float(f1),
            "quality": quality,
            "final": _harmonic(float(f1), max(quality, 0.0)),
        }
    out["overall"] = float(np.mean([out[name]["final"] for name in catalog.names]))
    return out


def one_line(s: dict) -> str:
    """`overall | tool f1/quality ...` for a log, of what `scores` or `colorist eval` gave."""
    tools = {name: v for name, v in s.items() if isinstance(v, dict) and "f1" in v}
    told = "  ".join(f"{t} {v['f1']:.3f}/{v['quality']:.3f}" for t, v in tools.items())
    return f"{s['overall']:.4f} | {told}"

"""Two completion rates: intervals of each, of their difference and ratio, and tests.

`control` and `treatment` are arms; the difference is treatment minus control, the ratio treatment
over control. Rates are exported / started projects, from 0 to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from .events import Arm

Interval = tuple[float, float]
SMALL = 5
"""Below this expected count in a cell of the 2 x 2 table, Fisher's exact test is read instead."""


def wilson(arm: Arm, confidence: float = 0.95) -> Interval:
    """The score interval of a rate (Wilson 1927)."""
    low, high = proportion_confint(arm.exported, arm.started, 1 - confidence, method="wilson")
    return float(low), float(high)


def newcombe(control: Arm, treatment: Arm, confidence: float = 0.95) -> Interval:
    """The hybrid score interval of the difference of two rates (Newcombe 1998, method 10, which has
    no continuity correction)."""
    low, high = confint_proportions_2indep(
        treatment.exported,
        treatment.started,
        control.exported,
        control.started,
        compare="diff",
        method="newcomb",
        alpha=1 - confidence,
    )
    return float(low), float(high)


def log_ratio(control: Arm, treatment: Arm, confidence: float = 0.95) -> Interval | None:
    """The interval of the ratio of two rates by the normal distribution of its logarithm (Katz et
    al. 1978); None where an arm has no export."""
    if not control.exported or not treatment.exported:
        return None
    center = math.log(rate(treatment) / rate(control))
    half = float(stats.norm.ppf(0.5 + confidence / 2)) * _log_error(control, treatment)
    return math.exp(center - half), math.exp(center + half)


def bootstrap_ratio(
    control: Arm, treatment: Arm, confidence: float = 0.95, *, draws: int = 20_000, seed: int = 0
) -> Interval | None:
    """The percentile interval of the ratio over resampled projects (each arm's exports are then
    binomial); None where a draw of the control has no export."""
    random = np.random.default_rng(seed)
    below = random.binomial(control.started, rate(control), draws) / control.started
    above = random.binomial(treatment.started, rate(treatment), draws) / treatment.started
    if not below.all():
        return None
    low, high = np.quantile(above / below, [0.5 - confidence / 2, 0.5 + confidence / 2])
    return float(low), float(high)


def rate(arm: Arm) -> float:
    """Exported of started projects."""
    return arm.exported / arm.started


def z_test(control: Arm, treatment: Arm) -> float:
    """The two-sided p value of equal rates, by the pooled z test; 1 where nobody or everybody
    exported."""
    pooled = (control.exported + treatment.exported) / (control.started + treatment.started)
    error = math.sqrt(pooled * (1 - pooled) * (1 / control.started + 1 / treatment.started))
    if error == 0:
        return 1.0
    return float(2 * stats.norm.sf(abs(rate(treatment) - rate(control)) / error))


def fisher(control: Arm, treatment: Arm) -> float:
    """The two-sided p value of equal rates by Fisher's exact test."""
    table = [[a.exported, a.started - a.exported] for a in (control, treatment)]
    return float(stats.fisher_exact(table).pvalue)


def is_small(control: Arm, treatment: Arm) -> bool:
    """Whether an expected count of the 2 x 2 table is below `SMALL`."""
    exported = control.exported + treatment.exported
    total = control.started + treatment.started
    fewest = min(control.started, treatment.started) * min(exported, total - exported) / total
    return fewest < SMALL


def non_inferiority(control: Arm, treatment: Arm, margin: float) -> float | None:
    """The one-sided p value of a ratio of `margin` (such as 0.95) or less, on the logarithm's
    scale; None where an arm has no export. Small: the treatment keeps more than that share of the
    control's rate."""
    if not control.exported or not treatment.exported:
        return None
    error = _log_error(control, treatment)
    distance = math.log(rate(treatment) / rate(control)) - math.log(margin)
    if error == 0:
        return 0.0 if distance > 0 else 1.0
    return float(stats.norm.sf(distance / error))


def _log_error(control: Arm, treatment: Arm) -> float:
    """The standard error of the ratio's logarithm."""
    parts = (1 / a.exported - 1 / a.started for a in (control, treatment))
    return math.sqrt(sum(parts))


@dataclass(frozen=True)
class Comparison:
    """Everything about two arms. Intervals are of `confidence`; the test's `p` is Fisher's where
    counts are small (`p_fisher`, else null), otherwise the z test's; `p_inferior` is
    `non_inferiority`'s."""

    confidence: float
    rates: Interval
    intervals: tuple[Interval, Interval]
    difference: float
    difference_interval: Interval
    ratio: float | None
    ratio_interval: Interval | None
    bootstrap_interval: Interval | None
    p_z: float
    p_fisher: float | None
    margin: float
    p_inferior: float | None

    @property
    def p(self) -> float:
        """The p value to read."""
        return self.p_z if self.p_fisher is None else self.p_fisher

    @property
    def limit(self) -> float:
        """`p` shows a difference below this: what the intervals leave out, on both sides."""
        return 1 - self.confidence

    @property
    def inferior_limit(self) -> float:
        """`p_inferior` shows below this that the margin is kept. It has one side: that is where the
        ratio's two-sided interval lies above the margin."""
        return self.limit / 2


def compare(
    control: Arm, treatment: Arm, *, confidence: float = 0.95, margin: float = 0.95, seed: int = 0
) -> Comparison:
    """Compares two arms, each of which started at least one project. `margin`: the least share of
    the control's rate that the treatment must keep, for non-inferiority."""
    return Comparison(
        confidence=confidence,
        rates=(rate(control), rate(treatment)),
        intervals=(wilson(control, confidence), wilson(treatment, confidence)),
        difference=rate(treatment) - rate(control),
        difference_interval=newcombe(control, treatment, confidence),
        ratio=rate(treatment) / rate(control) if control.exported else None,
        ratio_interval=log_ratio(control, treatment, confidence),
        bootstrap_interval=bootstrap_ratio(control, treatment, confidence, seed=seed),
        p_z=z_test(control, treatment),
        p_fisher=fisher(control, treatment) if is_small(control, treatment) else None,
        margin=margin,
        p_inferior=non_inferiority(control, treatment, margin),
    )


def verdict(result: Comparison) -> str:
    """What the comparison says, in a sentence or two."""
    if result.ratio is None:
        return "The control exported nothing, so there is no ratio; collect more projects."
    share = f"{result.ratio:.1%} of the control's completion rate"
    p = f"p = {result.p:.2g}, limit {result.limit:.2g}"
    if result.p < result.limit:
        word = "more" if result.difference > 0 else "less"
        first = f"The treatment completes {word}: {share} ({p})."
    else:
        first = f"No difference is shown: {share} ({p}). That is not a proof that they are equal."
    low = result.ratio_interval[0] if result.ratio_interval else None
    margin = f"{result.margin:.0%} of the control's rate"
    if low is not None and low > result.margin:
        return f"{first} It keeps more than {margin} (lower end {low:.1%})."
    end = "" if low is None else f" (lower end {low:.1%})"
    return f"{first} It is not shown to keep {margin}{end}."

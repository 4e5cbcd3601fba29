"""Before an experiment: how many projects it needs, and how often one may look at it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from ..errors import UserError


def projects_for_lift(base: float, lift: float, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """Projects per arm to find, two-sided, that a completion rate of `base` became `base * (1 +
    lift)`: the normal approximation with Cohen's arcsine effect size (statsmodels)."""
    other = base * (1 + lift)
    _check(base, other, power, alpha)
    effect = abs(float(proportion_effectsize(other, base)))
    if effect == 0:
        raise UserError("a lift of 0 would take endless projects; give the least one that matters")
    needed = NormalIndPower().solve_power(effect, power=power, alpha=alpha)
    return math.ceil(float(needed))


def projects_for_margin(
    base: float, ratio: float, margin: float, *, power: float = 0.8, alpha: float = 0.05
) -> int:
    """Projects per arm to show that the ratio is above `margin` (the lower end of the two-sided
    interval of `1 - alpha`, on the logarithm's scale), where it is `ratio` in truth."""
    _check(base, base * ratio, power, alpha)
    if not 0 < margin < ratio:
        raise UserError(f"a margin of {margin} cannot be shown where the ratio is {ratio}")
    variance = (1 - base) / base + (1 - base * ratio) / (base * ratio)
    quantiles = float(stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(power))
    return math.ceil(variance * (quantiles / math.log(ratio / margin)) ** 2)


def _check(base: float, other: float, power: float, alpha: float) -> None:
    values = {"base rate": base, "other rate": other, "power": power, "alpha": alpha}
    for name, value in values.items():
        if not 0 < value < 1:
            raise UserError(f"{name} is {value:g}; it must be between 0 and 1")


@dataclass(frozen=True)
class Looks:
    """An experiment that is looked at `looks` times, at equal distances. `unprotected` is the error
    of the first kind when each look uses the whole alpha; the others are the alpha (two-sided p
    value) that each look may use: Bonferroni's, Pocock's, and O'Brien and Fleming's in order."""

    looks: int
    alpha: float
    unprotected: float
    bonferroni: float
    pocock: float
    obrien_fleming: tuple[float, ...]


def looks(number: int, alpha: float = 0.05, *, draws: int = 400_000, seed: int = 0) -> Looks:
    """Simulates experiments without an effect: z scores of `number` equal steps of a random walk.

    Pocock's bound is the z that, used at every look, is crossed in `alpha` of them; O'Brien and
    Fleming's is c * sqrt(number / look). The simulation's standard error is
    sqrt(alpha * (1 - alpha) / draws), 0.0003 for the defaults.
    """
    if number < 1:
        raise UserError(f"--looks {number}: there is at least one look")
    random = np.random.default_rng(seed)
    steps = np.arange(1, number + 1)
    walk = np.zeros(draws)
    most = np.zeros(draws)
    most_weighted = np.zeros(draws)
    for step in steps:
        walk += random.standard_normal(draws)
        z = np.abs(walk) / math.sqrt(step)
        np.maximum(most, z, out=most)
        np.maximum(most_weighted, z * math.sqrt(step / number), out=most_weighted)
    usual = float(stats.norm.isf(alpha / 2))
    bound = float(np.quantile(most_weighted, 1 - alpha))
    return Looks(
        looks=number,
        alpha=alpha,
        unprotected=float((most > usual).mean()),
        bonferroni=alpha / number,
        pocock=float(2 * stats.norm.sf(np.quantile(most, 1 - alpha))),
        obrien_fleming=tuple(
            float(2 * stats.norm.sf(bound * math.sqrt(number / s))) for s in steps
        ),
    )


def indistinguishable_below(base: float, ratio: float, alpha: float = 0.05) -> int:
    """The fewest projects per arm with which a measured ratio of exactly `ratio` is significantly
    different from 1 (pooled z test, two-sided)."""
    other = base * ratio
    pooled = (base + other) / 2
    quantile = float(stats.norm.isf(alpha / 2))
    return math.ceil(2 * pooled * (1 - pooled) * (quantile / (base - other)) ** 2)


def margin_reached_at(base: float, ratio: float, margin: float, alpha: float = 0.05) -> int:
    """The fewest projects per arm with which a measured ratio of exactly `ratio` has a lower end
    above `margin`."""

    def lower_end(projects: float) -> float:
        variance = ((1 - base) / base + (1 - base * ratio) / (base * ratio)) / projects
        return math.log(ratio) - float(stats.norm.isf(alpha / 2)) * math.sqrt(variance)

    return math.ceil(optimize.brentq(lambda n: lower_end(n) - math.log(margin), 1, 1e12))

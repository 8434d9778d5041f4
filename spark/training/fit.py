"""Fits the frequency model's numbers on one split in time, one after the other, by what its ranking is worth there.

A number leaves its neutral value only for a gain that is worth it: on a few hundred shoppers small gains are luck.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from recommender.frequency_parameters import FrequencyParameters

# What recall and NDCG must rise by, on the mean of both, for a number to change.
WORTH_IT = 0.0005
NEUTRAL = FrequencyParameters(Decimal(1), 50, 200)
# What decides most comes first, and the mix is looked at again at the end. Numbers of one group are tried
# together.
GRID: tuple[dict[str, Sequence[Any]], ...] = (
    {
        "popularity_size_exponent": [Decimal(0), Decimal("0.5"), Decimal(1)],
        "popularity_percent": [50, 70, 80, 85, 90],
    },
    {"prior_baskets": [0, 2, 5, 10]},
    {"size_exponent": [Decimal(0), Decimal("0.25"), Decimal("0.5")]},
    {"decay": [Decimal(1), Decimal("0.98"), Decimal("0.95"), Decimal("0.9")]},
    {"day_decay": [Decimal(1), Decimal("0.995"), Decimal("0.99"), Decimal("0.98")]},
    {"early_percent": [100, 75, 50]},
    {"overdue_percent": [100, 75, 50]},
    {"store_prior_baskets": [None, 5000, 1000, 200]},
    {"popularity_percent": [50, 60, 70, 75, 80, 85, 90]},
)
Worth = Callable[[FrequencyParameters], float]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Fitted:
    """The numbers, what they are worth on the split, and how many were tried."""

    parameters: FrequencyParameters
    worth: float
    tried: int


def fit(worth: Worth, fixed: dict[str, Any], say: Say) -> Fitted:
    """The best numbers of the grid; `worth` gives the mean of recall and NDCG of some; `fixed` ones are not tried."""
    known: dict[FrequencyParameters, float] = {}

    def tried(parameters: FrequencyParameters) -> float:
        if parameters not in known:
            known[parameters] = worth(parameters)
        return known[parameters]

    best = replace(NEUTRAL, **fixed)
    for group in GRID:
        names = [name for name in group if name not in fixed]
        for changes in _combinations({name: group[name] for name in names}):
            other = replace(best, **changes)
            if tried(other) > tried(best) + WORTH_IT:
                best = other
        say(f"{' and '.join(names) or 'nothing'}: {tried(best):.4f} after {len(known)} tries")
    return Fitted(best, tried(best), len(known))


def _combinations(group: dict[str, Sequence[Any]]) -> list[dict[str, Any]]:
    combined: list[dict[str, Any]] = [{}]
    for name, values in group.items():
        combined = [{**one, name: value} for one in combined for value in values]
    return combined

"""What a ranking is worth against the baskets that followed: recall, NDCG and coverage, and whether a gain is more than
luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.split import Ranking, Split, Who

Numbers = NDArray[np.float64]
RESAMPLES = 10_000


@dataclass(frozen=True)
class Quality:
    """`recall`, `ndcg`: one number a shopper, in the order of `shoppers`. `coverage`: how much of what was sold is
    offered to anybody."""

    shoppers: list[Who]
    recall: Numbers
    ndcg: Numbers
    coverage: float


def quality(split: Split, ranking: Ranking, k: int) -> Quality:
    """Recall and NDCG at k of each shopper with a target; a shopper without a ranking has 0."""
    shoppers = sorted(split.targets)
    gains = 1 / np.log2(np.arange(2, k + 2))
    recall, ndcg = np.zeros(len(shoppers)), np.zeros(len(shoppers))
    offered: set[tuple[str, str]] = set()
    for place, who in enumerate(shoppers):
        target, best = split.targets[who], ranking.get(who, [])[:k]
        hits = np.array([sku in target for sku in best], dtype=float)
        recall[place] = hits.sum() / len(target)
        ndcg[place] = (hits * gains[: len(hits)]).sum() / gains[: min(k, len(target))].sum()
        offered |= {(who[0], sku) for sku in best}
    sold = sum(len(split.items(tenant)) for tenant in {who[0] for who in shoppers})
    return Quality(shoppers, recall, ndcg, len(offered) / sold)


def gain_interval(mine: Numbers, other: Numbers, seed: int) -> tuple[float, float, float]:
    """The mean gain over another ranking of the same shoppers and its 95 % interval, by a paired bootstrap."""
    differences = mine - other
    draws = np.random.default_rng(seed).integers(0, len(differences), (RESAMPLES, len(differences)), dtype=np.int32)
    low, high = np.percentile(differences[draws].mean(axis=1), [2.5, 97.5])
    return float(differences.mean()), float(low), float(high)

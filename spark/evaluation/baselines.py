"""What any model must beat: what is most popular, what the shopper buys most often, and TIFU-KNN.

TIFU-KNN after Hu, He, Gao, Zhang: "Modeling Personalized Item Frequency Information for Next-basket Recommendation",
SIGIR 2020: a shopper's baskets are cut into groups; within a group and between groups older ones decay; a shopper's
vector is blended with the mean vector of the nearest other shoppers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.split import Ranking, Split, Who, by_tenant

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class TifuKnn:
    """`alpha`: how much of the prediction is the shopper's own vector."""

    neighbours: int
    groups: int
    within_decay: float
    group_decay: float
    alpha: float


# The authors' values for their Dunnhumby data.
PUBLISHED = TifuKnn(900, 3, 0.9, 0.6, 0.2)
TUNING = [
    TifuKnn(neighbours, groups, within, between, alpha)
    for neighbours in (100, 300, 900)
    for groups, within, between in ((1, 1.0, 1.0), (3, 0.9, 0.6), (3, 1.0, 0.9), (7, 0.9, 0.7))
    for alpha in (0.1, 0.2, 0.3, 0.5, 0.7)
]


class TenantVectors:
    """The shoppers and products of one tenant as rows and columns, with each product's popularity."""

    def __init__(self, split: Split, tenant: str) -> None:
        self.shoppers = by_tenant(split.baskets)[tenant]
        self.asked = by_tenant(split.targets)[tenant]
        self.skus = sorted(split.items(tenant))
        self.column = {sku: place for place, sku in enumerate(self.skus)}
        self.baskets = [
            [np.array(sorted(self.column[sku] for sku in basket)) for basket in split.baskets[who]]
            for who in self.shoppers
        ]
        row = {who: place for place, who in enumerate(self.shoppers)}
        self.rows = np.array([row[who] for who in self.asked])
        held: Counter[int] = Counter()
        for mine in self.baskets:
            for basket in mine:
                held.update(basket.tolist())
        for anonymous in split.anonymous.get(tenant, []):
            held.update(self.column[sku] for sku in anonymous)
        self.popularity = np.array([held[place] for place in range(len(self.skus))], dtype=np.float64)

    def best(self, scores: NDArray[np.float64] | Matrix, k: int) -> dict[Who, list[str]]:
        """The k best of each asked shopper; ties go to the more popular, then to the smaller sku."""
        found = {}
        for who, mine in zip(self.asked, scores, strict=True):
            order = np.lexsort((np.arange(len(self.skus)), -self.popularity, -mine))[:k]
            found[who] = [self.skus[place] for place in order]
        return found

    def counts(self) -> Matrix:
        """How many of each shopper's baskets hold each product."""
        return self.vectors(TifuKnn(0, 1, 1.0, 1.0, 1.0), normalised=False)

    def vectors(self, given: TifuKnn, normalised: bool = True) -> Matrix:
        """Each shopper's vector: groups of equal size counted from the newest basket, the oldest group may be short."""
        made = np.zeros((len(self.shoppers), len(self.skus)), dtype=np.float32)
        for vector, mine in zip(made, self.baskets, strict=True):
            size = -(-len(mine) // given.groups)
            groups = [mine[max(end - size, 0) : end] for end in range(len(mine), 0, -size)]
            for age, group in enumerate(groups):
                share = given.group_decay**age / (len(groups) * len(group) if normalised else 1)
                for place, basket in enumerate(reversed(group)):
                    vector[basket] += share * given.within_decay**place
        return made

    def neighbourhood(self, vectors: Matrix, neighbours: int) -> Matrix:
        """The mean vector of each asked shopper's nearest others, by Euclidean distance."""
        count = min(neighbours, len(vectors) - 1)
        if count < 1:
            return np.zeros((len(self.rows), len(self.skus)), dtype=np.float32)
        squares = (vectors * vectors).sum(axis=1)
        asked = vectors[self.rows]
        distance = squares[self.rows][:, None] + squares[None, :] - 2 * asked @ vectors.T
        distance[np.arange(len(asked)), self.rows] = np.inf
        nearest = np.argsort(distance, axis=1, kind="stable")[:, :count]
        share = np.zeros_like(distance)
        np.put_along_axis(share, nearest, np.float32(1 / count), axis=1)
        mean: Matrix = share @ vectors
        return mean


def popularity_ranking(tenants: list[TenantVectors], k: int) -> Ranking:
    """What most of the chain's baskets hold, the same for everyone."""
    return _all(it.best(np.zeros((len(it.asked), len(it.skus))), k) for it in tenants)


def personal_ranking(tenants: list[TenantVectors], k: int) -> Ranking:
    """What most of the shopper's baskets hold, then what is popular."""
    return _all(it.best(it.counts()[it.rows], k) for it in tenants)


def tifu_knn_ranking(tenants: list[TenantVectors], k: int, given: TifuKnn) -> Ranking:
    """TIFU-KNN with one set of its parameters."""
    found: Ranking = {}
    for it in tenants:
        vectors = it.vectors(given)
        neighbours = it.neighbourhood(vectors, given.neighbours)
        found |= it.best(given.alpha * vectors[it.rows] + (1 - given.alpha) * neighbours, k)
    return found


def tenant_vectors(split: Split) -> list[TenantVectors]:
    """The vectors of every tenant that somebody with a target shops at."""
    return [TenantVectors(split, tenant) for tenant in by_tenant(split.targets)]


def _all(parts: Iterable[Ranking]) -> Ranking:
    found: Ranking = {}
    for part in parts:
        found |= part
    return found

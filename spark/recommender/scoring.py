"""What a model is given and what it gives back, whatever its kind: every kind scores the same candidates of a night."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

# Whose rows belong together. What differs most comes first: a sort compares the first 8 bytes of its first key before
# anything else, and those of a chain's name would tell nothing apart.
SHOPPER = ("shopper_id", "tenant_id")
# Computes a frame once and reads it back from there; tests may hand it through.
Keep = Callable[[DataFrame, str], DataFrame]


@dataclass(frozen=True)
class ScoringInput:
    """`sales`: `tenant_id`, `shopper_id` (null: anonymous), `store_id`, `event_id`, `at`, `skus`, one row a basket.
    `shoppers`: `tenant_id`, `shopper_id` of everyone who gets offers, and `token`, by which a package knows them.
    `catalogue`: `tenant_id`, `sku`, `fixed` (null unless it is everybody's candidate) of what may be offered. `as_of`:
    the instant that the offers' day begins. `depth`: how many products that a shopper never bought are candidates of
    theirs, beside the fixed ones."""

    sales: DataFrame
    shoppers: DataFrame
    catalogue: DataFrame
    as_of: datetime
    depth: int
    keep: Keep


class Scorer(Protocol):
    """A loaded model package."""

    def score(self, night: ScoringInput) -> DataFrame:
        """`tenant_id`, `shopper_id`, `sku`, `millionths` (the score, bigint), `popularity` (parts of SCALE, breaks
        ties), `in_store` (whether the shopper's store sells it at least as often as the chain), `times` (baskets of
        the shopper's that held it, 0: never bought), `first_at`, `last_at` (of those baskets, else null): one row a
        candidate; each row belongs to its tenant alone."""
        ...


def best_first() -> tuple[Column, Column, Column]:
    """The order of a shopper's candidates: ties go to the more popular product, then to the smaller sku."""
    return F.desc("millionths"), F.desc("popularity"), F.asc("sku")


def best_candidates(scored: DataFrame, k: int) -> DataFrame:
    """Each shopper's k best of what a Scorer gave, with their `place` from 1, before any policy."""
    place = F.row_number().over(Window.partitionBy(*SHOPPER).orderBy(*best_first()))
    return scored.withColumn("place", place).where(F.col("place") <= k)

"""The frequency model: how often and lately a shopper bought a product, blended with how popular it is in the chain.

Arithmetic is in whole numbers, so that the result does not depend on the order of a sum or on the machine. Shares are
in parts of SCALE; each table carries tenant_id and joins on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

SCALE = 10**8


@dataclass(frozen=True)
class FrequencyParameters:
    """`decay`: what a basket weighs against the next newer one. `popularity_percent`: how much of a score is the
    chain's popularity. `baskets`: how many of a shopper's newest baskets count."""

    decay: Decimal
    popularity_percent: int
    baskets: int

    def weights(self) -> list[int]:
        """The weight of the newest basket, of the one before it, and so on, in parts of SCALE."""
        return [int(self.decay**ago * SCALE) for ago in range(self.baskets)]


def parse_parameters(document: dict[str, Any]) -> FrequencyParameters:
    """The package's parameters; ValueError says which one is out of its range."""
    decay = Decimal(str(document["decay"]))
    percent, baskets = document["popularity_percent"], document["baskets"]
    if not 0 < decay <= 1:
        raise ValueError(f"decay is {decay}, over 0 and at most 1 is expected")
    if type(percent) is not int or not 0 <= percent <= 100:
        raise ValueError(f"popularity_percent is {percent!r}, a whole number from 0 to 100 is expected")
    if type(baskets) is not int or not 1 <= baskets <= 500:
        raise ValueError(f"baskets is {baskets!r}, a whole number from 1 to 500 is expected")
    return FrequencyParameters(decay, percent, baskets)


def popularity(sales: DataFrame) -> DataFrame:
    """`tenant_id`, `sku`, `popularity`: the share of the chain's baskets that hold the product."""
    baskets = sales.groupBy("tenant_id").agg(F.count(F.lit(1)).alias("baskets"))
    holding = sales.select("tenant_id", F.explode("skus").alias("sku")).groupBy("tenant_id", "sku")
    counted = holding.agg(F.count(F.lit(1)).alias("holding")).join(F.broadcast(baskets), "tenant_id", "inner")
    return counted.select("tenant_id", "sku", F.expr(f"holding * {SCALE} div baskets").alias("popularity"))


def personal_frequency(sales: DataFrame, parameters: FrequencyParameters) -> DataFrame:
    """`tenant_id`, `shopper_id`, `sku`, `personal`: the weighted share of the shopper's baskets that hold the product;
    `times`: in how many of them. Returns are no baskets."""
    shopper = Window.partitionBy("tenant_id", "shopper_id")
    newest_first = shopper.orderBy(F.desc("at"), F.desc("event_id"))
    known = sales.where("shopper_id is not null").select(
        "tenant_id",
        "shopper_id",
        "skus",
        F.row_number().over(newest_first).alias("place"),
        F.count(F.lit(1)).over(shopper).alias("baskets"),
    )
    weights = parameters.weights()
    totals = [sum(weights[: count + 1]) for count in range(parameters.baskets)]
    weighed = known.where(F.col("place") <= parameters.baskets).select(
        "tenant_id",
        "shopper_id",
        F.explode("skus").alias("sku"),
        _nth(weights, F.col("place")).alias("weight"),
        _nth(totals, F.least("baskets", F.lit(parameters.baskets))).alias("total"),
    )
    summed = weighed.groupBy("tenant_id", "shopper_id", "sku").agg(
        F.sum("weight").alias("weight"), F.max("total").alias("total"), F.count(F.lit(1)).alias("times")
    )
    return summed.select(
        "tenant_id", "shopper_id", "sku", F.expr(f"weight * {SCALE} div total").alias("personal"), "times"
    )


def blend(personal: str, popular: str, parameters: FrequencyParameters) -> Column:
    """The score in millionths, half of one rounded up, from columns with shares in parts of SCALE."""
    percent = parameters.popularity_percent
    millionth = 100 * SCALE // 10**6
    return F.expr(f"({personal} * {100 - percent} + {popular} * {percent} + {millionth // 2}) div {millionth}")


def _nth(values: list[int], place: Column) -> Column:
    return F.element_at(F.array(*[F.lit(value).cast("bigint") for value in values]), place.cast("int"))

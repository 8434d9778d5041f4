"""Each shopper is offered the k best of what the chain can sell: listed, in stock, in the chain's own product snapshot.

With fewer than the minimum there is no offer at all. Ties are broken by popularity, then by sku.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from recommender.scoring import best_candidates

POPULARITY, NONE = "popularity", "none"
# What the shopper reads beside an offer.
DUE_AGAIN = "Está na hora de levar este produto de novo"
BOUGHT_OFTEN = "Você costuma levar este produto"
BOUGHT_ONCE = "Você já levou este produto"
POPULAR = "Um dos mais levados pelos clientes da rede"
OFFERS = "array<struct<sku: string, name: string, score: decimal(7,6), reason: string>>"


@dataclass(frozen=True)
class OfferPolicy:
    """`k`: offers a shopper gets at most. `minimum`: with fewer than this many there are none."""

    k: int
    minimum: int


def offerable(product_snapshot: DataFrame) -> DataFrame:
    """`tenant_id`, `sku`, `name` of what may be offered."""
    listed = "event_type <> 'delisted' and coalesce(in_stock, true) and name is not null"
    return product_snapshot.where(listed).select("tenant_id", "sku", "name")


def compose_offers(
    shoppers: DataFrame, scored: DataFrame, catalogue: DataFrame, policy: OfferPolicy, level: str, as_of: datetime
) -> DataFrame:
    """`tenant_id`, `shopper_id`, `offers` (list of sku, name, score, reason; best first), `fallback_level`: one row for
    each row of `shoppers`. `scored`: the candidates as a Scorer gives them. `level` is that of the model in use; offers
    without anything personal are `popularity`. `as_of`: the instant that the offers' day begins."""
    scored = scored.join(catalogue.select("tenant_id", "sku", "name"), ["tenant_id", "sku"], "inner")
    ranked = best_candidates(scored, policy.k).withColumn("is_due", is_due(as_of))
    offers = ranked.groupBy("tenant_id", "shopper_id").agg(
        F.sort_array(F.collect_list(F.struct("place", "sku", "name", "millionths", "times", "is_due"))).alias("offers"),
        F.max(F.col("times") > 0).alias("is_personal"),
    )
    enough = F.coalesce(F.size("offers") >= policy.minimum, F.lit(False))
    return shoppers.join(offers, ["tenant_id", "shopper_id"], "left").select(
        "tenant_id",
        "shopper_id",
        F.when(enough, F.transform("offers", _offer)).otherwise(F.array().cast(OFFERS)).alias("offers"),
        F.when(enough & F.col("is_personal"), level).when(enough, POPULARITY).otherwise(NONE).alias("fallback_level"),
    )


def is_due(as_of: datetime) -> Column:
    """Whether the shopper's own period of a product has passed, and not three of them: the period is the mean time
    between their purchases of it, so that what was bought once, or within one second, has none."""
    since = F.unix_seconds(F.lit(as_of)) - F.unix_seconds("last_at")
    span, gaps = F.unix_seconds("last_at") - F.unix_seconds("first_at"), F.col("times") - 1
    return F.coalesce((gaps > 0) & (span > 0) & (since * gaps).between(span, span * 3), F.lit(False))


def _offer(ranked: Column) -> Column:
    # A decimal with a scale of 6 is written with its 6 decimals.
    score = (ranked["millionths"].cast("decimal(7,0)") * F.lit(Decimal("0.000001"))).cast("decimal(7,6)")
    bought = F.when(ranked["times"] > 1, BOUGHT_OFTEN).when(ranked["times"] == 1, BOUGHT_ONCE)
    reason = F.when(ranked["is_due"], DUE_AGAIN).otherwise(bought.otherwise(POPULAR))
    return F.struct(
        ranked["sku"].alias("sku"), ranked["name"].alias("name"), score.alias("score"), reason.alias("reason")
    )

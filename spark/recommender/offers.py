"""Each shopper is offered what their chain can sell and wants to offer, best first, and a reason they can read.

What is not in the chain's own product snapshot, not in stock or stale is never offered; with fewer than the minimum
there is no offer at all. Ties are broken by popularity, then by sku.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from recommender.offer_policy import OfferPolicies
from recommender.scoring import SHOPPER, best_first

POPULARITY, NONE = "popularity", "none"
# What the shopper reads beside an offer.
DUE_AGAIN = "Está na hora de levar este produto de novo"
BOUGHT_OFTEN = "Você costuma levar este produto"
BOUGHT_ONCE = "Você já levou este produto"
# Those of what the shopper has bought.
OWN_REASONS = (DUE_AGAIN, BOUGHT_OFTEN, BOUGHT_ONCE)
FEATURED = "Um destaque da sua rede"
POPULAR_IN_STORE = "Um dos mais levados na sua loja"
POPULAR = "Um dos mais levados pelos clientes da rede"
# A contract bounds no name, a line of OUT is read whole: one endless name would make lines that no reader takes, and
# the chain's file would be refused for it. A message has room for a part of this.
NAME_CHARACTERS = 256
OFFERS = "array<struct<sku: string, name: string, score: decimal(7,6), reason: string>>"


def offerable(product_snapshot: DataFrame, policies: OfferPolicies, as_of: datetime) -> DataFrame:
    """`tenant_id`, `sku`, `name` (its beginning), `department` (or null), `fixed` (its place among the chain's fixed
    products, or null) of what may be offered at the instant `as_of`."""
    listed = "event_type <> 'delisted' and coalesce(in_stock, true) and name is not null"
    fresh = policies.of(lambda it: F.col("occurred_at") >= F.lit(as_of - timedelta(days=it.stale_after_days)))
    allowed = policies.of(lambda it: ~(_among("sku", it.excluded_skus) | _among("department", it.excluded_departments)))
    fixed = policies.of(lambda it: _place_in("sku", it.fixed))
    name = F.substring("name", 1, NAME_CHARACTERS)
    return (
        product_snapshot.where(listed)
        .where(fresh & allowed)
        .select("tenant_id", "sku", name.alias("name"), "department", fixed.alias("fixed"))
    )


def compose_offers(
    shoppers: DataFrame, scored: DataFrame, catalogue: DataFrame, policies: OfferPolicies, level: str, as_of: datetime
) -> DataFrame:
    """The columns of `shoppers`, `offers` (list of sku, name, score, reason; best first), `fallback_level`: one row for
    each row of `shoppers`. `scored`: the candidates as a Scorer gives them. `catalogue`: as `offerable` gives it.
    `level` is that of the model in use; offers without anything personal are `popularity`. `as_of`: the instant that
    the offers' day begins."""
    sku = ["tenant_id", "sku"]
    candidates = scored.join(catalogue.drop("name"), sku, "inner")
    chosen = choose(candidates, policies, as_of).join(catalogue.select(*sku, "name"), sku, "inner")
    told = F.struct("place", "sku", "name", "millionths", "times", is_due(as_of).alias("is_due"), "fixed", "in_store")
    offers = chosen.groupBy(*SHOPPER).agg(
        F.sort_array(F.collect_list(told)).alias("offers"), F.max(F.col("times") > 0).alias("is_personal")
    )
    minimum = policies.of(lambda it: F.lit(it.minimum))
    enough = F.coalesce(F.size("offers") >= minimum, F.lit(False))
    return shoppers.join(offers, [*SHOPPER], "left").select(
        *shoppers.columns,
        F.when(enough, F.transform("offers", _offer)).otherwise(F.array().cast(OFFERS)).alias("offers"),
        F.when(enough & F.col("is_personal"), level).when(enough, POPULARITY).otherwise(NONE).alias("fallback_level"),
    )


def choose(candidates: DataFrame, policies: OfferPolicies, as_of: datetime) -> DataFrame:
    """Each shopper's offers with their `place` from 1: the chain's fixed products, then by score what is not too early,
    no department more than its share while others have any. What is too early comes last and only up to the minimum,
    so that a small chain's regulars are not left without any."""
    fixed_first, is_fixed = F.col("fixed").asc_nulls_last(), F.col("fixed").isNotNull()
    marked = candidates.withColumn("is_early", is_early(as_of) & ~is_fixed)
    # Both windows below find each shopper's rows together: this is the only exchange.
    together = marked.repartition(*SHOPPER)
    department = Window.partitionBy(*SHOPPER, "department").orderBy(fixed_first, "is_early", *best_first())
    # No department can give more than all of the offers.
    few = together.withColumn("nth", F.row_number().over(department)).where(F.col("nth") <= policies.largest_k())
    share = policies.of(lambda it: F.lit(it.max_per_department))
    crowded = few.withColumn("is_over", F.col("department").isNotNull() & ~is_fixed & (F.col("nth") > share))
    order = Window.partitionBy(*SHOPPER).orderBy(fixed_first, "is_early", "is_over", *best_first())
    placed = crowded.withColumn("place", F.row_number().over(order)).where(F.col("place") <= policies.largest_k())
    k, minimum = (policies.of(lambda it: F.lit(it.k)), policies.of(lambda it: F.lit(it.minimum)))
    return placed.where((F.col("place") <= k) & (~F.col("is_early") | (F.col("place") <= minimum)))


def is_due(as_of: datetime) -> Column:
    """Whether the shopper's own period of a product has passed, and not three of them: the period is the mean time
    between their purchases of it, so that what was bought once, or within one second, has none."""
    has_period, passed, span = _rhythm(as_of)
    return F.coalesce(has_period & passed.between(span, span * 3), F.lit(False))


def is_early(as_of: datetime) -> Column:
    """Whether the shopper's own period of a product has not passed yet."""
    has_period, passed, span = _rhythm(as_of)
    return F.coalesce(has_period & (passed < span), F.lit(False))


def _rhythm(as_of: datetime) -> tuple[Column, Column, Column]:
    """Whether there is a period; the seconds since the last purchase and one period, both as many times as there are
    periods between the first and the last purchase: nothing is divided."""
    since = F.unix_seconds(F.lit(as_of)) - F.unix_seconds("last_at")
    span, gaps = F.unix_seconds("last_at") - F.unix_seconds("first_at"), F.col("times") - 1
    return (gaps > 0) & (span > 0), since * gaps, span


def _among(column: str, values: tuple[str, ...]) -> Column:
    return F.coalesce(F.col(column).isin(*values), F.lit(False)) if values else F.lit(False)


def _place_in(column: str, values: tuple[str, ...]) -> Column:
    if not values:
        return F.lit(None).cast("int")
    listed = F.array(*[F.lit(it) for it in values])
    place = F.call_function("array_position", listed, F.col(column)).cast("int")
    return F.when(place > 0, place)


def _offer(ranked: Column) -> Column:
    # A decimal with a scale of 6 is written with its 6 decimals.
    score = (ranked["millionths"].cast("decimal(7,0)") * F.lit(Decimal("0.000001"))).cast("decimal(7,6)")
    reason = (
        F.when(ranked["is_due"], DUE_AGAIN)
        .when(ranked["times"] > 1, BOUGHT_OFTEN)
        .when(ranked["times"] == 1, BOUGHT_ONCE)
        .when(ranked["fixed"].isNotNull(), FEATURED)
        .when(ranked["in_store"], POPULAR_IN_STORE)
        .otherwise(POPULAR)
    )
    return F.struct(
        ranked["sku"].alias("sku"), ranked["name"].alias("name"), score.alias("score"), reason.alias("reason")
    )

"""What must be true of a night's offers before they may be published: a model gone wrong is caught here, by chain.

A gate that is shut stops the night with one sentence; yesterday's offers stay what they are and nobody is messaged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from recommender.errors import NightError
from recommender.offer_policy import OfferPolicies
from recommender.offers import NONE, POPULARITY
from recommender.scoring import Keep

OFFERED = "offers array<struct<sku: string, score: decimal(7,6)>>"


@dataclass(frozen=True)
class Limits:
    """All limits, in one place. Shares are of lines with offers that the model made: what popularity alone offers is
    the same for everyone by design."""

    judged_lines: int = 50
    """A chain with fewer such lines is not judged by shares: nothing can be said of so few."""
    most_with_one_first_offer: float = 0.95
    """So many may have the same first offer. On the Dunnhumby sample it is about a half."""
    fewest_products: int = 15
    """A chain's offers name at least so many products, or all of its offerable ones if they are fewer: three times what
    one shopper gets."""
    most_changed: float = 0.95
    """So much of yesterday's offers may be gone today, over the shoppers who had offers from the same model then."""
    sampled_lines: int = 200_000
    """So many lines of a night are looked at, chosen by a stable hash of the shopper."""


LIMITS = Limits()


def check_offers(
    lines: DataFrame,
    products: DataFrame,
    before: DataFrame | None,
    total: int,
    policies: OfferPolicies,
    keep: Keep,
    limits: Limits = LIMITS,
) -> None:
    """Raises a NightError for the first chain and gate that is shut. `lines`: `tenant_id`, `shopper_id`,
    `fallback_level`, `line`, `total` of them in all. `products`: `tenant_id`, `sku` that may be offered. `before`: the
    lines of the night before; None: there are none to compare with. What a chain fixed is not judged: it is the same
    for everybody by design."""
    stride = max(1, total // limits.sampled_lines)
    offered = _offers(lines, stride, policies)
    # Kept: a line is taken apart once, however many gates there are.
    made = keep(offered.where(~F.col("fallback_level").isin(POPULARITY, NONE)).drop("fallback_level"), "offered")
    _check_scores(made, limits)
    _check_variety(made, products.where("fixed is null"), limits)
    if before is not None:
        _check_change(made, _offers(before, stride, policies), limits)


def _offers(lines: DataFrame, stride: int, policies: OfferPolicies) -> DataFrame:
    """`tenant_id`, `shopper_id`, `fallback_level`, `model`, `offers` (sku, score; none that is fixed) of the sampled
    lines that have any."""
    chosen = lines.where(F.pmod(F.crc32(F.encode("shopper_id", "UTF-8")), F.lit(stride)) == 0) if stride > 1 else lines
    read = F.from_json("line", f"{OFFERED}, model string")
    said = chosen.select("tenant_id", "shopper_id", "fallback_level", read.alias("read"))
    fixed = policies.of(lambda it: F.array(*[F.lit(sku) for sku in it.fixed]).cast("array<string>"))
    own = F.filter("read.offers", lambda offer: ~F.array_contains(fixed, offer["sku"]))
    offers = own if any(it.fixed for it in policies.all()) else F.col("read.offers")
    return said.select("tenant_id", "shopper_id", "fallback_level", "read.model", offers.alias("offers")).where(
        F.size("offers") > 0
    )


def _check_scores(made: DataFrame, limits: Limits) -> None:
    scores = F.transform("offers", lambda it: it["score"])
    judged = made.groupBy("tenant_id").agg(
        F.count(F.lit(1)).alias("lines"),
        F.count_if(F.exists(scores, lambda score: score.isNull())).alias("without"),
        F.min(F.array_min(scores)).alias("low"),
        F.max(F.array_max(scores)).alias("high"),
    )
    for row in judged.orderBy("tenant_id").collect():
        if row["without"]:
            _shut(row["tenant_id"], f"{row['without']} of {row['lines']} lines have an offer without a score (NaN)")
        if row["lines"] >= limits.judged_lines and row["low"] == row["high"]:
            _shut(row["tenant_id"], f"every offer has the score {row['low']}")


def _check_variety(made: DataFrame, products: DataFrame, limits: Limits) -> None:
    offerable = {row["tenant_id"]: row["count"] for row in products.groupBy("tenant_id").count().collect()}
    for row in _most_common(made, F.element_at("offers", 1)["sku"]):
        share = row["most"] / row["lines"]
        if row["lines"] >= limits.judged_lines and share > limits.most_with_one_first_offer:
            _shut(
                row["tenant_id"],
                f"{share:.0%} of {row['lines']} shoppers have the same first offer, "
                f"{limits.most_with_one_first_offer:.0%} may",
            )
    named = made.select("tenant_id", "shopper_id", F.explode("offers.sku").alias("sku")).groupBy("tenant_id")
    for row in named.agg(
        F.count_distinct("sku").alias("named"), F.count_distinct("shopper_id").alias("lines")
    ).collect():
        least = min(limits.fewest_products, offerable.get(row["tenant_id"], 0))
        if row["lines"] >= limits.judged_lines and row["named"] < least:
            _shut(row["tenant_id"], f"its offers name {row['named']} products, {least} at least are expected")


def _most_common(made: DataFrame, value: Column) -> list[Any]:
    counted = made.groupBy("tenant_id", value.alias("value")).agg(F.count(F.lit(1)).alias("count"))
    most = counted.groupBy("tenant_id").agg(F.sum("count").alias("lines"), F.max("count").alias("most"))
    return most.orderBy("tenant_id").collect()


def _check_change(made: DataFrame, before: DataFrame, limits: Limits) -> None:
    # Another model may offer other things; that it is good is what its promotion asked.
    old = before.where(~F.col("fallback_level").isin(POPULARITY, NONE)).select(
        "tenant_id", "shopper_id", "model", F.col("offers.sku").alias("old")
    )
    both = made.join(old, ["tenant_id", "shopper_id", "model"], "inner").select(
        "tenant_id",
        F.size("old").alias("had"),
        F.size(F.array_intersect("old", F.col("offers.sku"))).alias("kept"),
    )
    judged = both.groupBy("tenant_id").agg(
        F.count(F.lit(1)).alias("lines"), F.sum("had").alias("had"), F.sum("kept").alias("kept")
    )
    for row in judged.orderBy("tenant_id").collect():
        changed = 1 - row["kept"] / row["had"]
        if row["lines"] >= limits.judged_lines and changed > limits.most_changed:
            _shut(
                row["tenant_id"],
                f"{changed:.0%} of the offers of {row['lines']} shoppers are others than the night before, "
                f"{limits.most_changed:.0%} may be",
            )


def _shut(tenant: str, found: str) -> None:
    raise NightError(
        f"The offers of {tenant} are not published: {found}. "
        "Look at the model and at the chain's products, or put the previous package into models/champion.json."
    )


def staged_lines(folders: Iterable[str], lines: DataFrame) -> DataFrame | None:
    """The staged lines of an earlier night as `lines` has them; None without any folder."""
    paths = sorted(folders)
    if not paths:
        return None
    text = lines.sparkSession.read.text(paths)
    read = F.from_json("value", "tenant_id string, shopper_id string, fallback_level string")
    return text.select(read.alias("read"), F.col("value").alias("line")).select(
        "read.tenant_id", "read.shopper_id", "read.fallback_level", "line"
    )

"""What must be true of a chain's offers before they may be published: a model gone wrong is caught here, by chain.

A chain whose gate is shut gets no offers tonight and nobody of it is messaged; the other chains' stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from recommender.offer_policy import OfferPolicies
from recommender.offers import NONE, OWN_REASONS, POPULARITY
from recommender.scoring import Keep

OFFERED = "offers array<struct<sku: string, score: decimal(7,6), reason: string>>"


@dataclass(frozen=True)
class Limits:
    """All limits, in one place. Shares are of lines with offers that the model made: what popularity alone offers is
    the same for everyone by design."""

    judged_lines: int = 50
    """A chain with fewer such lines is not judged by shares: nothing can be said of so few."""
    most_with_one_first_offer: float = 0.95
    """So many may have the same first offer, on the Dunnhumby sample about a half have; and any number of whom enough
    buy it themselves, as when one product is in every basket."""
    fewest_who_buy_it: float = 0.75
    """Of those with the same first offer, so many are enough."""
    fewest_products: int = 15
    """A chain's offers name at least so many products, three times what one shopper gets; or half of its assortment,
    the offerable products that were bought, if that is less."""
    smallest_assortment: int = 15
    """Of fewer products many shoppers are rightly offered the same, and alike, so that neither variety nor one score
    for everything says anything."""
    most_changed: float = 0.95
    """So much of yesterday's offers may be gone today, over the shoppers who had offers from the same model then."""
    sampled_lines: int = 200_000
    """So many lines of a night are looked at, chosen by a stable hash of the shopper."""


LIMITS = Limits()


Found = Iterator[tuple[str, str]]
"""Chains whose gate is shut, each with what was found, as a clause."""


def shut_gates(
    lines: DataFrame,
    products: DataFrame,
    bought: DataFrame,
    before: DataFrame | None,
    total: int,
    policies: OfferPolicies,
    keep: Keep,
    limits: Limits = LIMITS,
) -> dict[str, str]:
    """The chains whose offers may not be published, each with what its first shut gate found. `lines`: `tenant_id`,
    `shopper_id`, `fallback_level`, `line`, `total` of them in all. `products`: `tenant_id`, `sku` that may be offered.
    `bought`: `tenant_id`, `sku` of what was bought, looked at for a chain that seems shut alone. `before`: the lines of
    the night before; None: there are none to compare with. What a chain fixed is not judged: it is the same for
    everybody by design."""
    stride = max(1, total // limits.sampled_lines)
    offered = _offers(lines, stride, policies)
    # Kept: a line is taken apart once, however many gates there are.
    made = keep(offered.where(~F.col("fallback_level").isin(POPULARITY, NONE)).drop("fallback_level"), "offered")
    own = products.where("fixed is null")
    changed = () if before is None else _changed(made, _offers(before, stride, policies), limits)
    shut: dict[str, str] = {}
    for found in (_odd_scores(made, own, bought, limits), _little_variety(made, own, bought, limits), changed):
        for tenant, what in found:
            shut.setdefault(tenant, what)
    return dict(sorted(shut.items()))


def _offers(lines: DataFrame, stride: int, policies: OfferPolicies) -> DataFrame:
    """`tenant_id`, `shopper_id`, `fallback_level`, `model`, `offers` (sku, score, reason; none that is fixed) of the
    sampled lines that have any."""
    chosen = lines.where(F.pmod(F.crc32(F.encode("shopper_id", "UTF-8")), F.lit(stride)) == 0) if stride > 1 else lines
    read = F.from_json("line", f"{OFFERED}, model string")
    said = chosen.select("tenant_id", "shopper_id", "fallback_level", read.alias("read"))
    fixed = policies.of(lambda it: F.array(*[F.lit(sku) for sku in it.fixed]).cast("array<string>"))
    own = F.filter("read.offers", lambda offer: ~F.array_contains(fixed, offer["sku"]))
    offers = own if any(it.fixed for it in policies.all()) else F.col("read.offers")
    return said.select("tenant_id", "shopper_id", "fallback_level", "read.model", offers.alias("offers")).where(
        F.size("offers") > 0
    )


def _odd_scores(made: DataFrame, products: DataFrame, bought: DataFrame, limits: Limits) -> Found:
    scores = F.transform("offers", lambda it: it["score"])
    judged = made.groupBy("tenant_id").agg(
        F.count(F.lit(1)).alias("lines"),
        F.count_if(F.exists(scores, lambda score: score.isNull())).alias("without"),
        F.min(F.array_min(scores)).alias("low"),
        F.max(F.array_max(scores)).alias("high"),
    )
    constant = {}
    for row in judged.orderBy("tenant_id").collect():
        if row["without"]:
            yield row["tenant_id"], f"{row['without']} of {row['lines']} lines have an offer without a score (NaN)"
        if row["lines"] >= limits.judged_lines and row["low"] == row["high"]:
            constant[row["tenant_id"]] = row["low"]
    for tenant, assortment in _assortments(products, bought, constant).items():
        if assortment >= limits.smallest_assortment:
            yield tenant, f"every offer has the score {constant[tenant]}"


def _little_variety(made: DataFrame, products: DataFrame, bought: DataFrame, limits: Limits) -> Found:
    first = {
        row["tenant_id"]: row
        for row in _most_common(made)
        if row["lines"] >= limits.judged_lines
        and row["most"] > row["lines"] * limits.most_with_one_first_offer
        and row["buyers"] < row["most"] * limits.fewest_who_buy_it
    }
    named = made.select("tenant_id", "shopper_id", F.explode("offers.sku").alias("sku")).groupBy("tenant_id")
    counted = named.agg(F.count_distinct("sku").alias("named"), F.count_distinct("shopper_id").alias("lines"))
    few = {
        row["tenant_id"]: row["named"]
        for row in counted.collect()
        if row["lines"] >= limits.judged_lines and row["named"] < limits.fewest_products
    }
    for tenant, assortment in _assortments(products, bought, first.keys() | few.keys()).items():
        if assortment < limits.smallest_assortment:
            continue
        if tenant in first:
            share, lines = first[tenant]["most"] / first[tenant]["lines"], first[tenant]["lines"]
            may = f"{limits.most_with_one_first_offer:.0%} may"
            yield tenant, f"{share:.0%} of {lines} shoppers have the same first offer, {may}"
        least = min(limits.fewest_products, assortment // 2)
        if few.get(tenant, least) < least:
            yield tenant, f"its offers name {few[tenant]} products, {least} at least are expected"


def _assortments(products: DataFrame, bought: DataFrame, chains: Iterable[str]) -> dict[str, int]:
    """How many of their offerable products somebody bought, of these chains."""
    names = sorted(chains)
    if not names:
        return {}
    sold = bought.where(F.col("tenant_id").isin(*names)).distinct()
    counted = products.join(sold, ["tenant_id", "sku"], "left_semi").groupBy("tenant_id").count()
    return {row["tenant_id"]: row["count"] for row in counted.orderBy("tenant_id").collect()}


def _most_common(made: DataFrame) -> list[Any]:
    """By chain: `lines`; `most`, how many have the most common first offer; `buyers`, how many of these buy it."""
    first = F.element_at("offers", 1)
    counted = made.groupBy("tenant_id", first["sku"].alias("sku")).agg(
        F.count(F.lit(1)).alias("count"), F.count_if(first["reason"].isin(*OWN_REASONS)).alias("own")
    )
    most = counted.groupBy("tenant_id").agg(
        F.sum("count").alias("lines"), F.max("count").alias("most"), F.max_by("own", "count").alias("buyers")
    )
    return most.orderBy("tenant_id").collect()


def _changed(made: DataFrame, before: DataFrame, limits: Limits) -> Found:
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
            yield (
                row["tenant_id"],
                f"{changed:.0%} of the offers of {row['lines']} shoppers are others than the night before, "
                f"{limits.most_changed:.0%} may be",
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

"""What shoppers bought and kept: without what they returned, and of one shopper no more than a person buys.

A return takes back the newest units of that product that its shopper had bought until then; what it finds nothing
left of, it leaves alone. A product is bought in a basket as long as a unit of it is left there.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from recommender.basket_limit import MOST_BASKETS
from recommender.scoring import SHOPPER, Keep

LINE = ("tenant_id", "shopper_id", "event_id", "at", "sku", "units")


@dataclass(frozen=True)
class Bought:
    """`sales`: one row a basket, with what is left of its `skus`. `netted`: products that no longer count as bought in
    a basket; `unmatched_returns`: products in returns that nothing bought before is left of; `capped`: baskets beyond
    MOST_BASKETS."""

    sales: DataFrame
    netted: int
    unmatched_returns: int
    capped: int


def bought_and_kept(known: DataFrame, shoppers: DataFrame, has_returns: bool, keep: Keep) -> Bought:
    """The sales of used purchases with `shopper_id`. `shoppers`: `tenant_id`, `shopper_id`, `baskets`, one row each."""
    sales, netted, unmatched, capped = known.where("event_type = 'sale'"), 0, 0, 0
    if has_returns:
        returned = keep(_returned(known, keep), "returned")
        found = returned.agg(F.sum(F.size("gone")).alias("netted"), F.sum("unmatched").alias("unmatched")).first()
        netted, unmatched = (int(found[name] or 0) if found else 0 for name in ("netted", "unmatched"))
        sales = _without(sales, returned.where(F.size("gone") > 0).drop("unmatched"))
    heavy = shoppers.where(F.col("baskets") > MOST_BASKETS).select("tenant_id", "shopper_id")
    if not heavy.isEmpty():
        heavy = F.broadcast(heavy)
        newest_first = Window.partitionBy(*SHOPPER).orderBy(F.desc("at"), F.desc("event_id"))
        theirs = sales.join(heavy, [*SHOPPER], "left_semi")
        placed = keep(theirs.withColumn("place", F.row_number().over(newest_first)), "heavy")
        counting = F.col("place") <= MOST_BASKETS
        capped = placed.where(~counting).count()
        rest = sales.join(heavy, [*SHOPPER], "left_anti")
        sales = rest.unionByName(placed.where(counting).drop("place"))
    return Bought(sales, netted, unmatched, capped)


def _lines(purchases: DataFrame) -> DataFrame:
    """One row for each line of the purchases: LINE."""
    line = F.explode(F.arrays_zip(F.coalesce("repeated", "skus").alias("sku"), F.col("quantities").alias("units")))
    return purchases.select("tenant_id", "shopper_id", "event_id", "at", line.alias("line")).select(
        *LINE[:-2], "line.sku", "line.units"
    )


def _returned(known: DataFrame, keep: Keep) -> DataFrame:
    """`tenant_id`, `event_id`, `gone`: the products of a sale of which nothing is left; `unmatched`: how many products
    of a return there was nothing of.

    With B(t) the units that a shopper has of a product after line t, never below zero, the line t of a sale is left
    with what the least B from t on exceeds B before t by: later units are returned first.
    """
    product = [*SHOPPER, "sku"]
    # Kept, so that its size is known and a few returns are sent to the sales and not the other way.
    returns = keep(_lines(known.where("event_type = 'return'")), "returns")
    of_known = returns.where("shopper_id is not null")
    # Few shoppers return anything: only their lines are looked at.
    shopper = [*SHOPPER]
    theirs = known.where("event_type = 'sale'").join(of_known.select(*shopper).distinct(), shopper, "left_semi")
    concerned = _lines(theirs).join(of_known.select(*product).distinct(), product, "left_semi")
    lines = concerned.withColumn("is_return", F.lit(False)).unionByName(of_known.withColumn("is_return", F.lit(True)))
    in_order = Window.partitionBy(*product).orderBy("at", "is_return", "event_id")
    until = in_order.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    since = in_order.rowsBetween(Window.currentRow, Window.unboundedFollowing)
    change = F.when(F.col("is_return"), -F.col("units")).otherwise(F.col("units"))
    summed = lines.withColumn("sum", F.sum(change).over(until))
    held = summed.withColumn("held", F.col("sum") - F.least(F.min("sum").over(until), F.lit(0)))
    before = F.coalesce(F.lag("held").over(in_order), F.lit(0))
    # Of a return: what was there. Of a sale: what is left.
    left = F.when(F.col("is_return"), before).otherwise(F.greatest(F.min("held").over(since) - before, F.lit(0)))
    found = held.select("tenant_id", "event_id", "sku", "is_return", left.alias("left"))
    nobodys = returns.where("shopper_id is null").select(
        "tenant_id", "event_id", "sku", F.lit(True).alias("is_return"), F.lit(0).alias("left")
    )
    # A product may stand in several lines of one purchase.
    each = found.unionByName(nobodys).groupBy("tenant_id", "event_id", "sku", "is_return")
    nothing = each.agg(F.sum("left").alias("left")).where("left = 0").groupBy("tenant_id", "event_id")
    gone = F.collect_list(F.when(~F.col("is_return"), F.col("sku")))
    return nothing.agg(gone.alias("gone"), F.count_if("is_return").alias("unmatched"))


def _without(sales: DataFrame, returned: DataFrame) -> DataFrame:
    """The sales without the products that are `gone`, and without those of which no product is left."""
    joined = sales.join(returned, ["tenant_id", "event_id"], "left")
    left = F.when(F.col("gone").isNull(), F.col("skus")).otherwise(F.array_except("skus", "gone"))
    return joined.withColumn("skus", left).drop("gone").where(F.size("skus") > 0)

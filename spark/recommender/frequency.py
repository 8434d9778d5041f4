"""The frequency model: how often and lately a shopper bought a product, blended with how popular it is around them.

The personal part is the weighted share of the shopper's baskets that hold the product, drawn towards the rate at which
the chain's shoppers buy that product again; it is less while the shopper's own period has not passed, or is long over.
Arithmetic is in whole numbers, so that the result does not depend on the order of a sum or on the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from recommender.frequency_parameters import OLDEST_DAYS, SCALE, FrequencyParameters, size_weights
from recommender.popularity import NO_STORE, StorePopularity, nth
from recommender.scoring import SHOPPER, ScoringInput

# So many chances to buy again at the chain's mean rate stand behind each product's own repeat rate.
REPEAT_PRIOR = 20
DAY_MICROSECONDS = 86_400_000_000
KEY = (*SHOPPER, "home", "sku")


@dataclass(frozen=True)
class FrequencyModel:
    """Scores by counting; `personal`: whether what a shopper bought counts at all."""

    parameters: FrequencyParameters
    personal: bool = True

    def score(self, night: ScoringInput) -> DataFrame:
        """See Scorer."""
        stores = StorePopularity(night, self.parameters)
        rows = weighed_skus(night, self.parameters, stores, self.personal)
        habits = rows.groupBy(*KEY).agg(
            F.sum("weight").alias("weight"),
            F.max("total").alias("total"),
            F.sum("one").alias("times"),
            F.max("place").alias("oldest"),
            F.min("at").alias("first_at"),
            F.max("at").alias("last_at"),
        )
        if self.parameters.prior_baskets:
            habits = night.keep(habits, "habits")
            items = night.keep(with_repeat_rates(stores.items, habits), "rated_items")
        else:
            items = stores.items.withColumn("repeat_rate", F.lit(0).cast("bigint"))
        seen = stores.of(habits.join(items, ["tenant_id", "sku"], "inner"))
        return seen.select(
            "tenant_id",
            "shopper_id",
            "sku",
            blend(personal_share(self.parameters, night.as_of), F.col("popularity"), self.parameters).alias(
                "millionths"
            ),
            "popularity",
            "in_store",
            "times",
            "first_at",
            "last_at",
        )


def weighed_skus(
    night: ScoringInput, parameters: FrequencyParameters, stores: StorePopularity, personal: bool
) -> DataFrame:
    """One row for each product of each of the shoppers' baskets: KEY, `weight` (the basket's), `total` (of all of the
    shopper's baskets), `one`, `place` (1: the newest basket), `at`. Returns are no baskets. And one row, which weighs
    nothing, for each of the products that are most popular around each shopper."""
    shopper = Window.partitionBy(*SHOPPER)
    newest_first = shopper.orderBy(F.desc_nulls_last("at"), F.desc_nulls_last("event_id"))
    baskets = night.sales.where("shopper_id is not null").select(*SHOPPER, "store_id", "event_id", "at", "skus")
    asked = night.shoppers.select(*SHOPPER, *_nothing(baskets, "store_id", "event_id", "at", "skus"))
    rows = baskets.withColumn("asked", F.lit(False)).unionByName(asked.withColumn("asked", F.lit(True)))
    no_store = F.lit(NO_STORE)
    home = no_store if stores.prior is None else F.coalesce(F.first("store_id").over(newest_first), no_store)
    placed = rows.select(
        *SHOPPER, "at", "skus", "asked", home.alias("home"), F.row_number().over(newest_first).alias("place")
    )
    counted = placed.where(F.col("asked") | (F.col("place") <= parameters.baskets))
    none = F.lit(0).cast("bigint")
    weight = F.when(F.col("asked"), none).otherwise(_basket_weight(parameters, night.as_of))
    counted = counted.withColumn("weight", weight).withColumn("total", F.sum("weight").over(shopper))
    around = F.broadcast(stores.top().groupBy("tenant_id", "home").agg(F.collect_list("sku").alias("around")))
    held = F.col("skus") if personal else F.array().cast("array<string>")
    exploded = counted.join(around, ["tenant_id", "home"], "left").select(
        *SHOPPER,
        "home",
        "weight",
        "total",
        F.when(F.col("asked"), none).otherwise(1).alias("one"),
        F.when(F.col("asked"), 0).otherwise(F.col("place")).alias("place"),
        "at",
        F.explode(F.when(F.col("asked"), F.col("around")).otherwise(held)).alias("sku"),
    )
    return exploded.select(*KEY, "weight", "total", "one", "place", "at")


def _nothing(frame: DataFrame, *columns: str) -> list[Column]:
    """Nulls of the types of a frame's columns."""
    return [F.lit(None).cast(frame.schema[name].dataType).alias(name) for name in columns]


def with_repeat_rates(items: DataFrame, habits: DataFrame) -> DataFrame:
    """The items with `repeat_rate`: the share of a shopper's later baskets that hold a product once bought, in parts
    of SCALE; with few chances it is near the chain's mean."""
    again = habits.where("times > 0").groupBy("tenant_id", "sku")
    counted = again.agg(
        F.sum(F.col("times") - 1).alias("repeats"), F.sum((F.col("oldest") - 1).cast("bigint")).alias("chances")
    )
    mean = counted.groupBy("tenant_id").agg(
        F.expr(f"coalesce(sum(repeats) * {SCALE} div nullif(sum(chances), 0), 0)").alias("mean")
    )
    rates = counted.join(F.broadcast(mean), "tenant_id", "inner").select(
        "tenant_id",
        "sku",
        F.expr(f"(repeats * {SCALE} + {REPEAT_PRIOR} * mean) div (chances + {REPEAT_PRIOR})").alias("repeat_rate"),
    )
    joined = items.join(rates, ["tenant_id", "sku"], "left")
    return joined.withColumn("repeat_rate", F.coalesce("repeat_rate", F.lit(0).cast("bigint")))


def personal_share(parameters: FrequencyParameters, as_of: datetime) -> Column:
    """The personal part in parts of SCALE, from the columns of the joined habits; 0 for what was never bought."""
    prior = parameters.prior_baskets * SCALE
    share = f"(weight * {SCALE} + {prior} * repeat_rate) div greatest(total + {prior}, 1)"
    bought = F.when(F.col("times") > 0, F.expr(share)).otherwise(F.lit(0).cast("bigint"))
    if parameters.early_percent == 100 and parameters.overdue_percent == 100:
        return bought
    # The period is the mean time between the shopper's purchases of it: with one purchase there is none.
    since = F.unix_seconds(F.lit(as_of)) - F.unix_seconds("last_at")
    span, gaps = F.unix_seconds("last_at") - F.unix_seconds("first_at"), F.col("times") - 1
    percent = (
        F.when((F.col("times") < 2) | (span <= 0), 100)
        .when(since * gaps * 4 < span, parameters.early_percent)
        .when(since * gaps > span * 3, parameters.overdue_percent)
        .otherwise(100)
    )
    return _div(bought * percent, 100)


def blend(personal: Column, popular: Column, parameters: FrequencyParameters) -> Column:
    """The score in millionths, half of one rounded up, from shares in parts of SCALE."""
    percent = parameters.popularity_percent
    millionth = 100 * SCALE // 10**6
    return _div(personal * (100 - percent) + popular * percent + millionth // 2, millionth)


def _basket_weight(parameters: FrequencyParameters, as_of: datetime) -> Column:
    weight = nth(parameters.place_weights(), F.col("place"))
    if parameters.day_decay != 1:
        age = _div(F.unix_micros(F.lit(as_of)) - F.unix_micros("at"), DAY_MICROSECONDS)
        place = F.least(F.greatest(age, F.lit(0)), F.lit(OLDEST_DAYS)) + 1
        weight = _div(weight * nth(parameters.day_weights(), place), SCALE)
    if parameters.size_exponent != 0:
        weight = _div(weight * nth(size_weights(parameters.size_exponent), F.size("skus")), SCALE)
    return weight


def _div(number: Column, by: int) -> Column:
    """Whole division, rounded towards 0."""
    return F.call_function("div", number, F.lit(by).cast("bigint"))

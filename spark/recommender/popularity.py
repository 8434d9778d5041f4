"""How popular a product is in the chain and in the shopper's store, in whole parts of SCALE.

A store with few baskets leans on its chain; a chain leans on nobody. Each table carries tenant_id and joins on it.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from recommender.frequency_parameters import FrequencyParameters, size_weights
from recommender.scoring import ScoringInput

# The store of a shopper whose store is not known, and of all where stores make no difference: no store is called so.
NO_STORE = ""


def nth(values: list[int], place: Column) -> Column:
    """The value at a place counted from 1; what lies beyond the last place has the last value."""
    if len(set(values)) == 1:
        return F.lit(values[0]).cast("bigint")
    listed = F.array(*[F.lit(value).cast("bigint") for value in values])
    return F.element_at(listed, F.least(place, F.lit(len(values))).cast("int"))


class StorePopularity:
    """The popularity of a chain's products as seen from each of its stores.

    `items`: `tenant_id`, `sku`, `chain` (the votes that a product has a basket of the chain), `fixed` of the catalogue.
    Where the parameters know no stores, each store sees its chain's popularity.
    """

    def __init__(self, night: ScoringInput, parameters: FrequencyParameters) -> None:
        self.depth, self.prior = night.depth, parameters.store_prior_baskets
        key = ["tenant_id"] if self.prior is None else ["tenant_id", "home"]
        sales = night.sales.withColumn("home", F.col("store_id"))
        self.votes = night.keep(_votes(sales, parameters, *key), "votes")
        # A store's baskets; of the chain, where there are no stores.
        counted = night.keep(sales.groupBy(*key).agg(F.count(F.lit(1)).alias("baskets")), "stores")
        baskets = counted.groupBy("tenant_id").agg(F.sum("baskets").alias("baskets"))
        summed = self.votes.groupBy("tenant_id", "sku").agg(F.sum("votes").alias("votes"))
        chain = summed.join(F.broadcast(baskets), "tenant_id", "inner").select(
            "tenant_id", "sku", F.expr("votes div baskets").alias("chain")
        )
        items = night.catalogue.select("tenant_id", "sku", "fixed").join(chain, ["tenant_id", "sku"], "left")
        known = items.select("tenant_id", "sku", F.coalesce("chain", F.lit(0)).alias("chain"), "fixed")
        self.items = night.keep(known, "items")
        if self.prior is None:
            return
        # A shopper without a store is as one of a store that has no baskets.
        nowhere = self.items.select("tenant_id").distinct().select("tenant_id", F.lit(NO_STORE).alias("home"))
        self.stores = counted.unionByName(nowhere.withColumn("baskets", F.lit(0).cast("bigint")))

    def of(self, rows: DataFrame) -> DataFrame:
        """Rows with `tenant_id`, `home`, `sku` and `chain`, now with `popularity` and `in_store`: whether the store's
        baskets hold it at least as often as the chain's."""
        if self.prior is None:
            return rows.withColumn("popularity", F.col("chain")).withColumn("in_store", F.lit(False))
        known = rows.join(F.broadcast(self.stores), ["tenant_id", "home"], "left")
        seen = known.join(self.votes, ["tenant_id", "home", "sku"], "left")
        blended = f"(coalesce(votes, 0) + {self.prior} * chain) div (coalesce(baskets, 0) + {self.prior})"
        in_store = F.expr("coalesce(votes >= chain * baskets, false)")
        return seen.select("*", F.expr(blended).alias("popularity"), in_store.alias("in_store")).drop(
            "votes", "baskets"
        )

    def top(self) -> DataFrame:
        """`tenant_id`, `home`, `sku`, `chain`: the `depth` most popular products of each store, and the fixed ones."""
        best = Window.partitionBy("tenant_id").orderBy(F.desc("chain"), "sku")
        named = ["sku", "chain", "fixed"]
        listed = self.items.where("chain > 0 or fixed is not null").withColumn("place", F.row_number().over(best))
        wanted = (F.col("place") <= self.depth) | F.col("fixed").isNotNull()
        top = listed.where(wanted).select("tenant_id", *named)
        if self.prior is None:
            return top.select("tenant_id", F.lit(NO_STORE).alias("home"), "sku", "chain")
        # What a store never sold cannot be among its best unless it is among the chain's.
        everywhere = top.join(F.broadcast(self.stores), "tenant_id", "inner").select("tenant_id", "home", *named)
        sold = self.votes.join(self.items, ["tenant_id", "sku"], "inner").select("tenant_id", "home", *named)
        candidates = self.of(everywhere.unionByName(sold).distinct())
        local = Window.partitionBy("tenant_id", "home").orderBy(F.desc("popularity"), F.desc("chain"), "sku")
        placed = candidates.where("popularity > 0 or fixed is not null").withColumn("place", F.row_number().over(local))
        return placed.where(wanted).select("tenant_id", "home", "sku", "chain")


def _votes(sales: DataFrame, parameters: FrequencyParameters, *key: str) -> DataFrame:
    """The key, `sku`, `votes`: the sum of what its baskets weigh, in parts of SCALE."""
    weight = nth(size_weights(parameters.popularity_size_exponent), F.size("skus"))
    exploded = sales.select(*key, weight.alias("weight"), F.explode("skus").alias("sku"))
    return exploded.groupBy(*key, "sku").agg(F.sum("weight").alias("votes"))

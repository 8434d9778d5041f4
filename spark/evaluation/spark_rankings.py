"""Rankings that Spark makes: a model package's, by the very code that a night runs, and plain implicit ALS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from evaluation.checkpoints import CHECKPOINT_INTERVAL, checkpoints
from evaluation.split import Ranking, Split
from recommender.business_window import day_start
from recommender.offer_policy import OfferPolicies
from recommender.offers import choose
from recommender.scoring import Scorer, ScoringInput, best_candidates

RANK, ITERATIONS = 32, 10


def scoring_input(split: Split, zone: ZoneInfo, k: int) -> ScoringInput:
    """The night after the split's history: all that was sold may be offered."""
    history = split.history.persist()
    shoppers = history.sparkSession.createDataFrame(sorted(split.targets), "tenant_id string, shopper_id string")
    shoppers = shoppers.withColumn("token", F.col("shopper_id"))
    sold = history.select("tenant_id", F.explode("skus").alias("sku")).distinct()
    catalogue = sold.withColumn("fixed", F.lit(None).cast("int"))
    as_of = day_start(split.last_day + timedelta(days=1), zone)
    return ScoringInput(history, shoppers.coalesce(1).persist(), catalogue.persist(), as_of, k, _unkept)


def model_ranking(night: ScoringInput, scorer: Scorer) -> Ranking:
    """What a model puts first for each asked shopper, `night.depth` of it: no policy has a say."""
    with _scored(night, scorer) as scored:
        return _collected(best_candidates(scored, night.depth))


def composed_ranking(night: ScoringInput, scorer: Scorer, departments: DataFrame, policies: OfferPolicies) -> Ranking:
    """The offers that the night would compose of it by the chains' policies. `departments`: as an EventsFile has them;
    all that was sold may be offered."""
    products = night.catalogue.join(departments, ["tenant_id", "sku"], "left")
    with _scored(replace(night, depth=policies.depth()), scorer) as scored:
        return _collected(choose(scored.join(products, ["tenant_id", "sku"], "inner"), policies, night.as_of))


@contextmanager
def _scored(night: ScoringInput, scorer: Scorer) -> Iterator[DataFrame]:
    """The candidates of the asked shoppers; what was kept for them is given up afterwards."""
    kept: list[DataFrame] = []

    def keep(frame: DataFrame, _name: str) -> DataFrame:
        kept.append(frame.persist())
        return kept[-1]

    scored = scorer.score(replace(night, keep=keep))
    try:
        yield scored.join(night.shoppers, ["tenant_id", "shopper_id"], "left_semi")
    finally:
        for frame in kept:
            frame.unpersist()


def _unkept(frame: DataFrame, _name: str) -> DataFrame:
    return frame


def als_ranking(split: Split, k: int, seed: int) -> Ranking:
    """Implicit ALS on the counts of baskets, each chain by itself, with every product it sold to choose from."""
    found: Ranking = {}
    for tenant in sorted({who[0] for who in split.targets}):
        shoppers = sorted(shopper for name, shopper in split.baskets if name == tenant)
        asked = {shopper for name, shopper in split.targets if name == tenant}
        skus = sorted(split.items(tenant))
        user = {shopper: place for place, shopper in enumerate(shoppers)}
        item = {sku: place for place, sku in enumerate(skus)}
        counts: dict[tuple[int, int], float] = {}
        for shopper in shoppers:
            for basket in split.baskets[tenant, shopper]:
                for sku in basket:
                    pair = user[shopper], item[sku]
                    counts[pair] = counts.get(pair, 0.0) + 1.0
        spark = split.history.sparkSession
        ratings = spark.createDataFrame(
            [(*pair, count) for pair, count in sorted(counts.items())], "u int, i int, r float"
        )
        als = ALS(rank=RANK, maxIter=ITERATIONS, implicitPrefs=True, seed=seed, checkpointInterval=CHECKPOINT_INTERVAL)
        with checkpoints(spark):
            model = als.setUserCol("u").setItemCol("i").setRatingCol("r").fit(ratings.coalesce(1))
        wanted = spark.createDataFrame([(user[shopper],) for shopper in sorted(asked)], "u int")
        for row in model.recommendForUserSubset(wanted, k).collect():
            found[tenant, shoppers[row["u"]]] = [skus[it["i"]] for it in row["recommendations"]]
    return found


def _collected(best: DataFrame) -> Ranking:
    ranked = F.transform(F.sort_array(F.collect_list(F.struct("place", "sku"))), lambda it: it["sku"])
    rows = best.groupBy("tenant_id", "shopper_id").agg(ranked.alias("skus")).collect()
    return {(row["tenant_id"], row["shopper_id"]): list(row["skus"]) for row in rows}

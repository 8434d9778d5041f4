"""Packages of kind `spark-ml`: a saved Spark ML model that scores the candidates which counting finds.

The package holds the model as Spark saved it under `model/`, and the tables `users/` (`tenant_id`, `shopper_id`,
`user`) and `items/` (`tenant_id`, `sku`, `item`) as Parquet. `options.class` of model.json is one of CLASSES;
`options.prediction` is the column that the model writes. What is in neither table is unknown to it: its score is 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pyspark.ml import PipelineModel
from pyspark.ml.recommendation import ALSModel
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from recommender.frequency import FrequencyModel
from recommender.model_defaults import POPULARITY_PARAMETERS
from recommender.package_files import PackageFiles
from recommender.scoring import Scorer, ScoringInput

KIND = "spark-ml"
# Nothing else is loaded, whatever a package asks for.
CLASSES: dict[str, Any] = {"ALSModel": ALSModel, "PipelineModel": PipelineModel}
# So many products that are popular around a shopper are scored, beside all that the shopper ever bought.
CANDIDATES = 100
# OUT has room for one digit before the point.
HIGHEST_MILLIONTHS = 9_999_999


@dataclass(frozen=True)
class SparkMlModel:
    """A loaded model and the numbers by which it knows shoppers and products, each of its own tenant."""

    model: Any
    prediction: str
    users: DataFrame
    items: DataFrame

    def score(self, night: ScoringInput) -> DataFrame:
        """See Scorer."""
        wide = replace(night, depth=max(night.depth, CANDIDATES))
        candidates = FrequencyModel(POPULARITY_PARAMETERS).score(wide).drop("millionths")
        users = self.users.withColumnRenamed("shopper_id", "token")
        known = (
            candidates.join(night.shoppers, ["tenant_id", "shopper_id"], "inner")
            .join(users, ["tenant_id", "token"], "inner")
            .join(self.items, ["tenant_id", "sku"], "inner")
        )
        key = ["tenant_id", "shopper_id", "sku"]
        predicted = self.model.transform(known).select(*key, _millionths(F.col(self.prediction)).alias("found"))
        joined = candidates.join(predicted.withColumn("known", F.lit(True)), key, "left")
        # A known pair without a number stays without: the gates before publishing see it.
        score = F.when(F.col("known"), F.col("found")).otherwise(F.lit(0).cast("bigint"))
        said = ("popularity", "in_store", "times", "first_at", "last_at")
        return joined.select(*key, score.alias("millionths"), *said)


def load(package: PackageFiles) -> Scorer:
    """The model of a package; an exception says what is wrong with it."""
    options = package.model["options"]
    if options["class"] not in CLASSES:
        raise ValueError(f"its class is {options['class']!r}, one of {', '.join(CLASSES)} is expected")
    for folder in ("model", "users", "items"):
        if not any(name.startswith(f"{folder}/") for name in package.names):
            raise ValueError(f"model.json states no file below {folder}/")
    spark = SparkSession.getActiveSession()
    if spark is None:
        raise ValueError("there is no Spark session to load it in")
    users = spark.read.schema("tenant_id string, shopper_id string, user int").parquet(*_parquet(package, "users"))
    items = spark.read.schema("tenant_id string, sku string, item int").parquet(*_parquet(package, "items"))
    model = CLASSES[options["class"]].load(f"{package.url}/model")
    return SparkMlModel(model, options["prediction"], users, items)


def _parquet(package: PackageFiles, folder: str) -> list[str]:
    return [f"{package.url}/{it}" for it in package.names if it.startswith(f"{folder}/") and it.endswith(".parquet")]


def _millionths(score: Column) -> Column:
    number = score.cast("double")
    within = F.least(F.greatest(F.round(number * 10**6), F.lit(0.0)), F.lit(float(HIGHEST_MILLIONTHS)))
    return F.when(F.isnan(number) | number.isNull(), F.lit(None)).otherwise(within).cast("bigint")

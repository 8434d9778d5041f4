"""Makes a `spark-ml` package: implicit ALS over how many baskets of each shopper held each product."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from evaluation.checkpoints import CHECKPOINT_INTERVAL, checkpoints
from training.package import write_package


def write_als_package(
    sales: DataFrame,
    models: Path,
    package: str,
    rank: int,
    seed: int,
    trained_at: datetime,
    metrics: Mapping[str, Any],
) -> Path:
    """Trains on sales with `tenant_id`, `shopper_id`, `skus` and writes the package into a folder of this machine.
    Shoppers and products of two tenants are never one: each pair has a number of its own."""
    bought = sales.where("shopper_id is not null").select("tenant_id", "shopper_id", F.explode("skus").alias("sku"))
    counts = bought.groupBy("tenant_id", "shopper_id", "sku").agg(F.count(F.lit(1)).cast("float").alias("baskets"))
    users = _numbered(counts, "shopper_id", "user").persist()
    items = _numbered(counts, "sku", "item").persist()
    ratings = counts.join(users, ["tenant_id", "shopper_id"], "inner").join(items, ["tenant_id", "sku"], "inner")
    als = ALS(rank=rank, maxIter=10, implicitPrefs=True, seed=seed, checkpointInterval=CHECKPOINT_INTERVAL)
    # One partition and one order: the sums of the factors depend on both.
    ordered = ratings.select("user", "item", "baskets").coalesce(1).sortWithinPartitions("user", "item")
    with checkpoints(sales.sparkSession):
        model = als.setUserCol("user").setItemCol("item").setRatingCol("baskets").fit(ordered)
    folder = models / package
    model.write().save(f"{folder.resolve().as_uri()}/model")
    users.coalesce(1).write.parquet(f"{folder.resolve().as_uri()}/users")
    items.coalesce(1).write.parquet(f"{folder.resolve().as_uri()}/items")
    for check_sum in folder.rglob("*.crc"):
        check_sum.unlink()
    described = {
        "description": "Implicit ALS: shoppers and products as vectors whose product is the score.",
        "features": ["how many of the shopper's baskets hold the product"],
        "metrics": dict(metrics),
    }
    options = {"class": "ALSModel", "prediction": "prediction"}
    return write_package(models, package, "spark-ml", {}, trained_at, described, options)


def _numbered(counts: DataFrame, column: str, number: str) -> DataFrame:
    distinct = counts.select("tenant_id", column).distinct()
    order = Window.orderBy("tenant_id", column)
    return distinct.select("tenant_id", column, (F.row_number().over(order) - 1).alias(number))

"""The plain pipeline: ALS (rank 32, 10 iterations) fitted on the window's counts, then `recommendForAllUsers`, on the
same Parquet, in a session like the job's; no duplicates are looked for and nothing is filtered."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bench_session import java_of, open_bench_session
from measured import finish, peak_mebibytes

K = 5


def numbered(frame: DataFrame, *key: str) -> DataFrame:
    """The distinct keys with a number of their own, as ALS wants them."""
    distinct = frame.select(*key).distinct()
    rows = distinct.rdd.zipWithIndex().map(lambda pair: (*pair[0], pair[1]))
    return rows.toDF([*key, "number"]).withColumn("number", F.col("number").cast("int"))


def main(lake: Path, memory: str) -> None:
    """Writes the k best of each shopper as JSON lines."""
    scratch = lake / "scratch"
    scratch.mkdir(exist_ok=True)
    spark = open_bench_session(memory, scratch)
    begin = time.monotonic()
    purchases = spark.read.parquet(f"{lake}/in/data/purchase").where("cpf is not null")
    counted = (
        purchases.select("tenant_id", "cpf", F.explode("items.sku").alias("sku"))
        .groupBy("tenant_id", "cpf", "sku")
        .count()
        .persist()
    )
    users = numbered(counted, "tenant_id", "cpf").withColumnRenamed("number", "user").persist()
    items = numbered(counted, "tenant_id", "sku").withColumnRenamed("number", "item").persist()
    ratings = (
        counted.join(users, ["tenant_id", "cpf"]).join(items, ["tenant_id", "sku"]).select("user", "item", "count")
    )
    als = ALS(rank=32, maxIter=10, implicitPrefs=True, userCol="user", itemCol="item", ratingCol="count", seed=1)
    best = als.fit(ratings).recommendForAllUsers(K)
    named = best.select("user", F.posexplode("recommendations").alias("place", "r")).select("user", "place", "r.item")
    offers = named.join(items.select("item", "sku"), "item").groupBy("user")
    lines = offers.agg(F.sort_array(F.collect_list(F.struct("place", "sku"))).alias("offers")).join(users, "user")
    lines.select("tenant_id", F.to_json(F.struct("tenant_id", "cpf", "offers")).alias("line")).write.partitionBy(
        "tenant_id"
    ).mode("overwrite").text(str(lake / "als"))
    held = peak_mebibytes(java_of(spark)) + peak_mebibytes(os.getpid())
    finish(begin, shoppers=users.count(), mebibytes=round(held))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

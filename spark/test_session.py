"""The session's settings hold for whatever the lake holds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F


def test_an_instant_of_an_ancient_day_is_kept_as_it_is(spark: SparkSession, tmp_path: Path) -> None:
    days = ["0001-01-02", "1500-06-01", "1899-12-31", "2026-11-20"]
    folder = str(tmp_path / "kept")
    instants = F.timestamp_micros(F.col("micros")).alias("at")
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    micros = [int((datetime.fromisoformat(f"{day}T12:00:00+00:00") - epoch).total_seconds()) * 10**6 for day in days]
    spark.createDataFrame([(it,) for it in micros], "micros long").select(instants).write.parquet(folder)
    read = spark.read.parquet(folder).select(F.unix_micros("at").alias("micros")).collect()
    assert sorted(row["micros"] for row in read) == micros

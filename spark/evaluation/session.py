"""A session for samples: few rows and many small plans, for which compiling costs more than running."""

from __future__ import annotations

from pyspark.sql import SparkSession

from recommender.session import open_session


def open_small_session() -> SparkSession:
    """The night's session, with as little ado a query as Spark allows; results do not depend on it."""
    spark = open_session()
    spark.sparkContext.setLogLevel("ERROR")
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    spark.conf.set("spark.sql.adaptive.enabled", "false")
    spark.conf.set("spark.sql.codegen.wholeStage", "false")
    return spark

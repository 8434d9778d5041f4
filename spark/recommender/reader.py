"""The rows of exactly the frozen objects, each with the object it came from and what that object's key says of it."""

from __future__ import annotations

import re
from datetime import date

from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from recommender.errors import NightError
from recommender.fetch import Located
from recommender.snapshots import SCHEMAS

ORIGIN = StructType(
    [StructField(name, StringType()) for name in ("object", "contract", "role", "event_type", "extra", "source")]
)


def origins(spark: SparkSession, located: list[Located]) -> DataFrame:
    """What is known of each object beside its rows, by the `source` that Spark reads it from."""
    rows = [
        (it.item.key, it.item.contract, it.item.role, it.item.event_type(), it.item.extra_partitions(), _plain(it.url))
        for it in located
    ]
    return F.broadcast(spark.createDataFrame(rows, ORIGIN))


def read_rows(schema: StructType, located: list[Located], origin: DataFrame) -> DataFrame:
    """The columns of the schema, then `object`, `contract`, `role`, `event_type` and `extra` (the key's other
    partition values, as JSON)."""
    spark = origin.sparkSession
    if not located:
        return spark.createDataFrame([], StructType([*schema.fields, *ORIGIN.fields])).drop("source")
    paths = sorted({it.folder or it.url for it in located})
    rows = spark.read.schema(schema).option("recursiveFileLookup", "true").parquet(*paths)
    rows = rows.select("*", _plain_path(F.col("_metadata.file_path")).alias("source"))
    # A row of a file that the input does not name, or names otherwise than Spark does, must not vanish.
    stranger = F.raise_error(
        F.concat(F.lit("Rows were read from "), "source", F.lit(", which the input does not name."))
    )
    known = rows.join(origin, "source", "left")
    return known.withColumn("object", F.coalesce("object", stranger)).drop("source")


def count_rows(located: list[Located], origin: DataFrame) -> dict[tuple[str, str], int]:
    """How many rows the objects hold, by contract and event date, from the files' own counts: no column is read."""
    event_date = F.regexp_extract("object", "/event_date=([^/]*)/", 1)
    rows = read_rows(StructType([]), located, origin).groupBy("contract", event_date.alias("event_date"))
    return {(row["contract"], row["event_date"]): row["rows"] for row in rows.agg(F.count("*").alias("rows")).collect()}


def unreadable(
    schema: StructType, located: list[Located], origin: DataFrame, most: int, is_known: bool = False
) -> list[Located]:
    """Those of the objects that cannot be read with the schema, up to `most` of them, found by halving: Spark's own
    error seldom says which file it was. `is_known`: one of them is known to be among these."""
    if most < 1 or not located or (not is_known and can_read(schema, located, origin)):
        return []
    if len(located) == 1:
        return located
    half = len(located) // 2
    found = unreadable(schema, located[:half], origin, most)
    # With a first half that can be read, it is the second one that cannot.
    return found + unreadable(schema, located[half:], origin, most - len(found), is_known=not found)


def can_read(schema: StructType, located: list[Located], origin: DataFrame) -> bool:
    """Whether every row of the objects can be read with the schema."""
    try:
        read_rows(schema, [it.alone() for it in located], origin).write.format("noop").mode("overwrite").save()
    except Exception:
        return False
    return True


def read_snapshot(spark: SparkSession, lake: str, contract: str, day: date | None) -> DataFrame:
    """The snapshot of a change log that an earlier night left; without an earlier night, an empty one."""
    schema = SCHEMAS[contract]
    if day is None:
        return spark.createDataFrame([], schema)
    folder = f"{lake}/snapshots/{contract}/{day}"
    try:
        return spark.read.schema(schema).parquet(folder)
    except AnalysisException as error:
        raise NightError(f"{folder} is not there, though tonight's input was frozen upon it: refreeze.") from error


def _plain(url: str) -> str:
    return re.sub(r"^[a-z0-9]+:/+", "", url)


def _plain_path(path: Column) -> Column:
    # Hadoop writes the same place as file:/x and file:///x.
    return F.regexp_replace(path, "^[a-z0-9]+:/+", "")

"""Tonight's snapshot of a change log is the previous one and the changes since, folded by (occurred_at, event_id).

Folding night by night or all at once gives the same rows.
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, DecimalType, StringType, StructField, StructType, TimestampType

PRODUCT = StructType(
    [
        StructField("tenant_id", StringType()),
        StructField("sku", StringType()),
        StructField("name", StringType()),
        StructField("unit_price", DecimalType(18, 4)),
        StructField("department", StringType()),
        StructField("in_stock", BooleanType()),
        StructField("event_type", StringType()),
        StructField("store_id", StringType()),
        StructField("occurred_at", TimestampType()),
        StructField("event_id", StringType()),
    ]
)
# `kind`: cpf or loyalty. `cpf`: the CPF token that the row's token stands for, none while no event carried both;
# `cpf_at`, `cpf_event_id`: the event that said so.
SHOPPER = StructType(
    [
        StructField("tenant_id", StringType()),
        StructField("kind", StringType()),
        StructField("token", StringType()),
        StructField("cpf", StringType()),
        StructField("cpf_at", TimestampType()),
        StructField("cpf_event_id", StringType()),
        StructField("occurred_at", TimestampType()),
        StructField("event_id", StringType()),
    ]
)
SCHEMAS = {"product": PRODUCT, "shopper": SHOPPER}


def fold_products(previous: DataFrame, changes: DataFrame) -> DataFrame:
    """One row per (tenant_id, sku): the newest, whatever the store. `changes` are used `product` events."""
    key = ["tenant_id", "sku"]
    order = ["occurred_at", "event_id"]
    rest = [name for name in PRODUCT.names if name not in key + order]
    rows = previous.select(*PRODUCT.names).unionByName(changes.select(*PRODUCT.names))
    newest = rows.groupBy(*key).agg(F.max(F.struct(*order, *rest)).alias("newest"))
    return newest.select(*key, "newest.*").select(*PRODUCT.names)


def fold_shoppers(previous: DataFrame, changes: DataFrame) -> DataFrame:
    """One row per CPF token and one per loyalty token, the latter with the CPF token of the newest event that carries
    both. `changes` are used `shopper` events."""
    when = ["occurred_at", "event_id"]
    by_cpf = changes.where("cpf is not null").select(
        "tenant_id", F.lit("cpf").alias("kind"), F.col("cpf").alias("token"), *when, "cpf"
    )
    by_loyalty = changes.where("loyalty_id is not null").select(
        "tenant_id", F.lit("loyalty").alias("kind"), F.col("loyalty_id").alias("token"), *when, "cpf"
    )
    said = by_cpf.unionByName(by_loyalty).select(
        "tenant_id",
        "kind",
        "token",
        F.struct(*when).alias("seen"),
        F.when(F.col("cpf").isNotNull(), F.struct(*when, "cpf")).alias("link"),
    )
    known = previous.select(
        "tenant_id",
        "kind",
        "token",
        F.struct(*when).alias("seen"),
        F.when(
            F.col("cpf").isNotNull(),
            F.struct(F.col("cpf_at").alias("occurred_at"), F.col("cpf_event_id").alias("event_id"), "cpf"),
        ).alias("link"),
    )
    folded = known.unionByName(said).groupBy("tenant_id", "kind", "token")
    return folded.agg(F.max("seen").alias("seen"), F.max("link").alias("link")).select(
        "tenant_id",
        "kind",
        "token",
        F.col("link.cpf").alias("cpf"),
        F.col("link.occurred_at").alias("cpf_at"),
        F.col("link.event_id").alias("cpf_event_id"),
        F.col("seen.occurred_at").alias("occurred_at"),
        F.col("seen.event_id").alias("event_id"),
    )

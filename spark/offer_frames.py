"""Candidates, catalogues and policies by hand, as the tests of offers want them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from recommender.offer_policy import OfferPolicies, OfferPolicy

PRODUCT = (
    "tenant_id string, sku string, name string, department string, event_type string, in_stock boolean, "
    "occurred_at timestamp"
)
SCORED = (
    "tenant_id string, shopper_id string, sku string, millionths bigint, popularity bigint, in_store boolean, "
    "times bigint, first_at timestamp, last_at timestamp"
)
CATALOGUE = "tenant_id string, sku string, name string, department string, fixed int"
AS_OF = datetime(2026, 11, 26, 3, tzinfo=UTC)
NEVER = (None, None)
# Days ago of the first and of the last of three purchases: every 10 days, and 4 have passed.
EARLY = (24, 4)


def same_for_all(*given: Any, **more: Any) -> OfferPolicies:
    return OfferPolicies(OfferPolicy(*given, **more), {}, "")


def days_ago(days: int | None, seconds: int = 0) -> datetime | None:
    return None if days is None else AS_OF - timedelta(days=days, seconds=seconds)


def catalogue_of(spark: SparkSession, departments: dict[str, str | None], tenant: str = "t") -> DataFrame:
    rows = [(tenant, sku, sku, department, None) for sku, department in departments.items()]
    return spark.createDataFrame(rows, CATALOGUE)


def offered(frame: DataFrame) -> dict[tuple[str, str], list[str]]:
    return {(row["tenant_id"], row["shopper_id"]): [it["sku"] for it in row["offers"]] for row in frame.collect()}


def shoppers_of(spark: SparkSession, *names: tuple[str, str]) -> DataFrame:
    return spark.createDataFrame([*names], "tenant_id string, shopper_id string")

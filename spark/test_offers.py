"""Offers are what the chain can sell, best first, in an order that no tie leaves open."""

from __future__ import annotations

from decimal import Decimal

from pyspark.sql import SparkSession

from recommender.frequency import SCALE, FrequencyParameters
from recommender.offers import OfferPolicy, compose_offers, offerable

HALF = FrequencyParameters(Decimal(1), 50, 10)
PRODUCT = "tenant_id string, sku string, name string, event_type string, in_stock boolean"


def test_ties_go_to_the_more_popular_product_and_then_to_the_sku(spark: SparkSession) -> None:
    catalogue = spark.createDataFrame([("t", sku, sku) for sku in "abcde"], "tenant_id string, sku string, name string")
    shares = {"a": (60, 20), "b": (30, 50), "c": (40, 40), "d": (0, 40), "e": (0, 40)}
    personal = spark.createDataFrame(
        [("t", "s", sku, mine * SCALE // 100, 1) for sku, (mine, _) in shares.items() if mine],
        "tenant_id string, shopper_id string, sku string, personal bigint, times bigint",
    )
    popular = spark.createDataFrame(
        [("t", sku, all_ * SCALE // 100) for sku, (_, all_) in shares.items()],
        "tenant_id string, sku string, popularity bigint",
    )
    shoppers = spark.createDataFrame([("t", "s"), ("t", "new")], "tenant_id string, shopper_id string")
    offers = compose_offers(shoppers, personal, popular, catalogue, HALF, OfferPolicy(5, 3), "champion")
    found = {row["shopper_id"]: row for row in offers.collect()}
    assert [(it["sku"], str(it["score"])) for it in found["s"]["offers"]] == [
        ("b", "0.400000"),
        ("c", "0.400000"),
        ("a", "0.400000"),
        ("d", "0.200000"),
        ("e", "0.200000"),
    ]
    assert found["s"]["fallback_level"] == "champion"
    assert [it["sku"] for it in found["new"]["offers"]] == ["b", "c", "d", "e", "a"]
    assert found["new"]["fallback_level"] == "popularity"


def test_only_what_is_listed_and_not_known_to_be_out_of_stock_is_offered(spark: SparkSession) -> None:
    rows = [
        ("t", "listed", "n", "listed", True),
        ("t", "unknown stock", "n", "updated", None),
        ("t", "out", "n", "updated", False),
        ("t", "gone", "n", "delisted", True),
    ]
    found = offerable(spark.createDataFrame(rows, PRODUCT)).collect()
    assert {row["sku"] for row in found} == {"listed", "unknown stock"}

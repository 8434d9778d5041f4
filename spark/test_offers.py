"""Offers are what the chain can sell, best first, in an order that no tie leaves open."""

from __future__ import annotations

from pyspark.sql import SparkSession

from recommender.offers import OfferPolicy, compose_offers, offerable

PRODUCT = "tenant_id string, sku string, name string, event_type string, in_stock boolean"


SCORED = "tenant_id string, shopper_id string, sku string, millionths bigint, popularity bigint, times bigint"


def test_ties_go_to_the_more_popular_product_and_then_to_the_sku(spark: SparkSession) -> None:
    catalogue = spark.createDataFrame([("t", sku, sku) for sku in "abcde"], "tenant_id string, sku string, name string")
    popularity = dict(zip("abcde", (20, 50, 40, 40, 40), strict=True))
    scores = {"s": (400000, 400000, 400000, 200000, 200000), "new": (0, 0, 0, 0, 0)}
    rows = [
        ("t", shopper, sku, score, popularity[sku], int(score > 200000))
        for shopper, mine in scores.items()
        for sku, score in zip("abcde", mine, strict=True)
    ]
    scored = spark.createDataFrame([*rows, ("t", "s", "gone", 900000, 90, 1)], SCORED)
    shoppers = spark.createDataFrame([("t", "s"), ("t", "new"), ("u", "s")], "tenant_id string, shopper_id string")
    offers = compose_offers(shoppers, scored, catalogue, OfferPolicy(5, 3), "champion")
    found = {(row["tenant_id"], row["shopper_id"]): row for row in offers.collect()}
    assert [(it["sku"], str(it["score"])) for it in found["t", "s"]["offers"]] == [
        ("b", "0.400000"),
        ("c", "0.400000"),
        ("a", "0.400000"),
        ("d", "0.200000"),
        ("e", "0.200000"),
    ]
    assert found["t", "s"]["fallback_level"] == "champion"
    assert [it["sku"] for it in found["t", "new"]["offers"]] == ["b", "c", "d", "e", "a"]
    assert found["t", "new"]["fallback_level"] == "popularity"
    assert (found["u", "s"]["offers"], found["u", "s"]["fallback_level"]) == ([], "none")


def test_only_what_is_listed_and_not_known_to_be_out_of_stock_is_offered(spark: SparkSession) -> None:
    rows = [
        ("t", "listed", "n", "listed", True),
        ("t", "unknown stock", "n", "updated", None),
        ("t", "out", "n", "updated", False),
        ("t", "gone", "n", "delisted", True),
    ]
    found = offerable(spark.createDataFrame(rows, PRODUCT)).collect()
    assert {row["sku"] for row in found} == {"listed", "unknown stock"}

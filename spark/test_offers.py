"""Offers are what the chain can sell, best first, in an order that no tie leaves open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from recommender.offers import OfferPolicy, compose_offers, offerable

PRODUCT = "tenant_id string, sku string, name string, event_type string, in_stock boolean"


SCORED = (
    "tenant_id string, shopper_id string, sku string, millionths bigint, popularity bigint, times bigint, "
    "first_at timestamp, last_at timestamp"
)
AS_OF = datetime(2026, 11, 26, 3, tzinfo=UTC)
NEVER = (None, None)


def test_ties_go_to_the_more_popular_product_and_then_to_the_sku(spark: SparkSession) -> None:
    catalogue = spark.createDataFrame([("t", sku, sku) for sku in "abcde"], "tenant_id string, sku string, name string")
    popularity = dict(zip("abcde", (20, 50, 40, 40, 40), strict=True))
    scores = {"s": (400000, 400000, 400000, 200000, 200000), "new": (0, 0, 0, 0, 0)}
    rows = [
        ("t", shopper, sku, score, popularity[sku], int(score > 200000), *NEVER)
        for shopper, mine in scores.items()
        for sku, score in zip("abcde", mine, strict=True)
    ]
    scored = spark.createDataFrame([*rows, ("t", "s", "gone", 900000, 90, 1, *NEVER)], SCORED)
    shoppers = spark.createDataFrame([("t", "s"), ("t", "new"), ("u", "s")], "tenant_id string, shopper_id string")
    offers = compose_offers(shoppers, scored, catalogue, OfferPolicy(5, 3), "champion", AS_OF)
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


def test_each_offer_says_why_and_due_again_only_between_one_and_three_of_the_shoppers_own_periods(
    spark: SparkSession,
) -> None:
    # sku → baskets, days ago of the first and of the last one, seconds beyond; 3 baskets in 20 days: every 10.
    habits = {
        "a second early": (3, 30, 10, -1),
        "just due": (3, 30, 10, 0),
        "nearly forgotten": (3, 50, 30, 0),
        "a second too late": (3, 50, 30, 1),
        "once": (1, 10, 10, 0),
        "twice at once": (2, 10, 10, 0),
        "never": (0, None, None, 0),
    }
    rows = [
        ("t", "s", sku, 1000 - place, 1, times, *(_before(days, seconds) for days in (first, last)))
        for place, (sku, (times, first, last, seconds)) in enumerate(habits.items())
    ]
    catalogue = spark.createDataFrame([("t", sku, sku) for sku in habits], "tenant_id string, sku string, name string")
    shoppers = spark.createDataFrame([("t", "s")], "tenant_id string, shopper_id string")
    scored = spark.createDataFrame(rows, SCORED)
    offers = compose_offers(shoppers, scored, catalogue, OfferPolicy(7, 3), "champion", AS_OF)
    found = {row["sku"]: row["reason"] for row in offers.select(F.inline("offers")).collect()}
    assert found == {
        "a second early": "Você costuma levar este produto",
        "just due": "Está na hora de levar este produto de novo",
        "nearly forgotten": "Está na hora de levar este produto de novo",
        "a second too late": "Você costuma levar este produto",
        "once": "Você já levou este produto",
        "twice at once": "Você costuma levar este produto",
        "never": "Um dos mais levados pelos clientes da rede",
    }


def _before(days: int | None, seconds: int) -> datetime | None:
    return None if days is None else AS_OF - timedelta(days=days, seconds=seconds)

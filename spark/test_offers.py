"""Offers are what the chain can sell and wants to offer, best first, in an order that no tie leaves open."""

from __future__ import annotations

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from offer_frames import (
    AS_OF,
    CATALOGUE,
    NEVER,
    PRODUCT,
    SCORED,
    catalogue_of,
    days_ago,
    same_for_all,
    shoppers_of,
)
from recommender.offer_policy import OfferPolicies, OfferPolicy
from recommender.offers import compose_offers, offerable


def test_ties_go_to_the_more_popular_product_and_then_to_the_sku(spark: SparkSession) -> None:
    catalogue = catalogue_of(spark, dict.fromkeys("abcde"))
    popularity = dict(zip("abcde", (20, 50, 40, 40, 40), strict=True))
    scores = {"s": (400000, 400000, 400000, 200000, 200000), "new": (0, 0, 0, 0, 0)}
    rows = [
        ("t", shopper, sku, score, popularity[sku], False, int(score > 200000), *NEVER)
        for shopper, mine in scores.items()
        for sku, score in zip("abcde", mine, strict=True)
    ]
    scored = spark.createDataFrame([*rows, ("t", "s", "gone", 900000, 90, False, 1, *NEVER)], SCORED)
    shoppers = shoppers_of(spark, ("t", "s"), ("t", "new"), ("u", "s"))
    offers = compose_offers(shoppers, scored, catalogue, same_for_all(5, 3, 5, 365), "champion", AS_OF)
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


def test_only_what_is_listed_in_stock_fresh_and_not_excluded_is_offered(spark: SparkSession) -> None:
    # sku → department, event type, in stock, days and seconds since the last event
    told: dict[str, tuple[str | None, str, bool | None, int, int]] = {
        "listed": ("food", "listed", True, 1, 0),
        "unknown stock": (None, "updated", None, 1, 0),
        "just fresh": ("food", "listed", True, 30, 0),
        "stale": ("food", "listed", True, 30, 1),
        "out": ("food", "updated", False, 1, 0),
        "gone": ("food", "delisted", True, 1, 0),
        "unwanted": ("food", "listed", True, 1, 0),
        "cachaça": ("drinks", "listed", True, 1, 0),
    }
    rows = [
        (tenant, sku, "n", department, kind, stock, days_ago(days, seconds))
        for tenant in ("t", "u")
        for sku, (department, kind, stock, days, seconds) in told.items()
    ]
    own = OfferPolicy(
        5, 3, 5, 30, ("just fresh", "unwanted"), excluded_skus=("unwanted",), excluded_departments=("drinks",)
    )
    policies = OfferPolicies(OfferPolicy(5, 3, 5, 365), {"t": own}, "")
    found = offerable(spark.createDataFrame(rows, PRODUCT), policies, AS_OF).collect()
    assert {row["sku"]: row["fixed"] for row in found if row["tenant_id"] == "t"} == {
        "listed": None,
        "unknown stock": None,
        "just fresh": 1,
    }
    # Another chain's policy is no business of this one.
    assert {row["sku"]: row["fixed"] for row in found if row["tenant_id"] == "u"} == dict.fromkeys(
        ("listed", "unknown stock", "just fresh", "stale", "unwanted", "cachaça")
    )


def test_of_an_endless_name_the_beginning_is_told_so_that_no_line_is_longer_than_its_readers_take(
    spark: SparkSession,
) -> None:
    rows = [
        ("t", sku, name, None, "listed", True, days_ago(1)) for sku, name in (("a", "😀" * 250_000), ("b", "n" * 256))
    ]
    found = offerable(
        spark.createDataFrame(rows, PRODUCT), OfferPolicies(OfferPolicy(5, 3, 5, 365), {}, ""), AS_OF
    ).collect()
    assert {row["sku"]: row["name"] for row in found} == {"a": "😀" * 256, "b": "n" * 256}


def test_each_offer_says_why_and_due_again_only_between_one_and_three_of_the_shoppers_own_periods(
    spark: SparkSession,
) -> None:
    # sku → baskets, days ago of the first and of the last one, seconds beyond, in store; 3 in 20 days: every 10.
    habits: dict[str, tuple[int, int | None, int | None, int, bool]] = {
        "just due": (3, 30, 10, 0, True),
        "nearly forgotten": (3, 50, 30, 0, True),
        "a second too late": (3, 50, 30, 1, True),
        "once": (1, 10, 10, 0, True),
        "twice at once": (2, 10, 10, 0, True),
        "never, of the store": (0, None, None, 0, True),
        "never": (0, None, None, 0, False),
        "chosen": (0, None, None, 0, True),
    }
    rows = [
        ("t", "s", sku, 1000 - place, 1, in_store, times, *(days_ago(days, seconds) for days in (first, last)))
        for place, (sku, (times, first, last, seconds, in_store)) in enumerate(habits.items())
    ]
    catalogue = spark.createDataFrame(
        [("t", sku, sku, None, 1 if sku == "chosen" else None) for sku in habits], CATALOGUE
    )
    policies = same_for_all(8, 3, 8, 365, ("chosen",))
    scored = spark.createDataFrame(rows, SCORED)
    offers = compose_offers(shoppers_of(spark, ("t", "s")), scored, catalogue, policies, "champion", AS_OF)
    found = {row["sku"]: row["reason"] for row in offers.select(F.inline("offers")).collect()}
    assert found == {
        "chosen": "Um destaque da sua rede",
        "just due": "Está na hora de levar este produto de novo",
        "nearly forgotten": "Está na hora de levar este produto de novo",
        "a second too late": "Você costuma levar este produto",
        "once": "Você já levou este produto",
        "twice at once": "Você costuma levar este produto",
        "never, of the store": "Um dos mais levados na sua loja",
        "never": "Um dos mais levados pelos clientes da rede",
    }

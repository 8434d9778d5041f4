"""Offers are what the chain can sell and wants to offer, best first, in an order that no tie leaves open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from recommender.offer_policy import OfferPolicies, OfferPolicy
from recommender.offers import compose_offers, offerable

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
# Days ago of the first and of the last of several purchases: 10 days a period for 3, of which 4 have passed, or 20.
EARLY, LATE = (24, 4), (40, 20)


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


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        # A second before its period is over a product is early, at that second it is not.
        (0, ["due", "early a", "early b"]),
        (1, ["due", "other 0", "early a"]),
        (9, ["due", "other 0", "other 1", "other 2"]),
    ],
)
def test_what_was_bought_within_its_period_comes_last_and_only_up_to_the_minimum(
    spark: SparkSession, others: int, expected: list[str]
) -> None:
    rows: list[Any] = [
        ("t", "s", "early a", 900_000, 1, False, 3, days_ago(30, -1), days_ago(10, -1)),
        ("t", "s", "early b", 800_000, 1, False, 3, *map(days_ago, EARLY)),
        ("t", "s", "early c", 700_000, 1, False, 3, *map(days_ago, EARLY)),
        ("t", "s", "due", 100_000, 1, False, 3, days_ago(30), days_ago(10)),
        *(("t", "s", f"other {it}", 1000 - it, 1, False, 0, *NEVER) for it in range(others)),
    ]
    catalogue = catalogue_of(spark, {row[2]: "d" for row in rows})
    scored = spark.createDataFrame(rows, SCORED)
    offers = compose_offers(
        shoppers_of(spark, ("t", "s")), scored, catalogue, same_for_all(4, 3, 4, 365), "champion", AS_OF
    )
    assert offered(offers) == {("t", "s"): expected}


def test_no_department_has_more_than_its_share_while_others_have_any(spark: SparkSession) -> None:
    departments = {"a": "food", "b": "food", "c": "food", "d": "food", "e": "soap", "f": None, "g": None, "h": None}
    rows = [("t", "s", sku, 900 - place, 1, False, 0, *NEVER) for place, sku in enumerate(departments)]
    scored = spark.createDataFrame(rows, SCORED)
    shoppers = shoppers_of(spark, ("t", "s"))

    def of(skus: str, policies: OfferPolicies) -> list[str]:
        catalogue = catalogue_of(spark, {sku: departments[sku] for sku in skus})
        return offered(compose_offers(shoppers, scored, catalogue, policies, "champion", AS_OF))["t", "s"]

    # Products of no known department are not counted together.
    assert of("abcdefgh", same_for_all(6, 3, 2, 365)) == ["a", "b", "e", "f", "g", "h"]
    # Without enough others the best of the rest fill up, behind them.
    assert of("abcde", same_for_all(5, 3, 2, 365)) == ["a", "b", "e", "c", "d"]
    assert of("abcdefgh", same_for_all(5, 3, 5, 365)) == ["a", "b", "c", "d", "e"]


def test_what_a_chain_fixes_stands_first_in_its_order_and_counts_for_its_department(spark: SparkSession) -> None:
    rows: list[Any] = [
        ("t", "s", "a", 900, 1, False, 0, *NEVER),
        ("t", "s", "b", 800, 1, False, 0, *NEVER),
        ("t", "s", "c", 700, 1, False, 0, *NEVER),
        ("t", "s", "first", 0, 0, False, 0, *NEVER),
        ("t", "s", "second", 1000, 1, False, 3, *map(days_ago, EARLY)),
    ]
    places = {"second": 2, "first": 1}
    departments = {"a": "food", "b": "food", "c": "soap", "first": "food", "second": "soap"}
    catalogue = spark.createDataFrame(
        [("t", sku, sku, department, places.get(sku)) for sku, department in departments.items()], CATALOGUE
    )
    scored = spark.createDataFrame(rows, SCORED)
    policies = same_for_all(4, 3, 2, 365, ("first", "second"))
    offers = compose_offers(shoppers_of(spark, ("t", "s")), scored, catalogue, policies, "champion", AS_OF)
    assert offered(offers) == {("t", "s"): ["first", "second", "a", "c"]}


def test_each_chain_has_its_own_numbers(spark: SparkSession) -> None:
    rows = [(tenant, "s", sku, 900 - it, 1, False, 0, *NEVER) for tenant in "tuv" for it, sku in enumerate("abcdefg")]
    scored = spark.createDataFrame(rows, SCORED)
    departments = {sku: "d" if sku in "abc" else None for sku in "abcdefg"}
    catalogue = catalogue_of(spark, departments, "t").unionByName(catalogue_of(spark, departments, "u"))
    catalogue = catalogue.unionByName(catalogue_of(spark, {"a": None, "b": None}, "v"))
    policies = OfferPolicies(OfferPolicy(2, 2, 2, 365), {"u": OfferPolicy(6, 3, 1, 365)}, "")
    shoppers = shoppers_of(spark, *((tenant, "s") for tenant in "tuv"))
    found = offered(compose_offers(shoppers, scored, catalogue, policies, "champion", AS_OF))
    assert found == {("t", "s"): ["a", "b"], ("u", "s"): ["a", "d", "e", "f", "g", "b"], ("v", "s"): ["a", "b"]}
    strict = OfferPolicies(policies.default, {"v": OfferPolicy(5, 3, 5, 365)}, "")
    assert offered(compose_offers(shoppers, scored, catalogue, strict, "champion", AS_OF))["v", "s"] == []

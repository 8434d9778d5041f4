"""Which of a shopper's candidates become offers, and in which order, is what the chain's policy says."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from offer_frames import (
    AS_OF,
    CATALOGUE,
    EARLY,
    NEVER,
    SCORED,
    catalogue_of,
    days_ago,
    offered,
    same_for_all,
    shoppers_of,
)
from recommender.offer_policy import OfferPolicies, OfferPolicy
from recommender.offers import compose_offers


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
    policies = same_for_all(4, 1, 2, 365, ("first", "second"))
    offers = compose_offers(shoppers_of(spark, ("t", "s")), scored, catalogue, policies, "champion", AS_OF)
    assert offered(offers) == {("t", "s"): ["first", "second", "a", "c"]}


def test_a_shoppers_candidates_are_moved_together_once(spark: SparkSession) -> None:
    scored = spark.createDataFrame([("t", "s", "a", 900, 1, False, 0, *NEVER)], SCORED)
    catalogue = F.broadcast(catalogue_of(spark, {"a": "d"}))
    policies = same_for_all(5, 3, 3, 365)
    offers = compose_offers(shoppers_of(spark, ("t", "s")), scored, catalogue, policies, "champion", AS_OF)
    shown = str(spark.conf.get("spark.sql.maxPlanStringLength"))
    spark.conf.set("spark.sql.maxPlanStringLength", "1000000")
    try:
        moved = offers._jdf.queryExecution().executedPlan().toString().count("Exchange hashpartitioning(")
    finally:
        spark.conf.set("spark.sql.maxPlanStringLength", shown)
    # The candidates, and the shoppers whose offers they become.
    assert moved == 2


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

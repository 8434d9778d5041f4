"""What a shopper returned no longer counts as bought, and nobody buys for a whole chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from recommender.basket_limit import MOST_BASKETS
from recommender.sales import Bought, bought_and_kept

START = datetime(2026, 11, 1, tzinfo=UTC)
SCHEMA = (
    "tenant_id string, shopper_id string, event_id string, event_type string, at timestamp, skus array<string>, "
    "repeated array<string>, quantities array<decimal(18,4)>"
)
Lines = Sequence[tuple[str, str]]


def keep(frame: DataFrame, name: str) -> DataFrame:
    return frame.localCheckpoint()


def purchase(hour: int, kind: str, lines: Lines, shopper: str | None = "s", tenant: str = "chain-a") -> tuple[Any, ...]:
    """A row of a used purchase; its id is its chain, shopper, hour and kind."""
    skus = [sku for sku, _ in lines]
    once = list(dict.fromkeys(skus))
    name = f"{tenant} {shopper} {hour:03} {kind}"
    quantities = [Decimal(quantity) for _, quantity in lines]
    at = START + timedelta(hours=hour)
    return tenant, shopper, name, kind, at, once, skus if skus != once else None, quantities


def outcome(spark: SparkSession, rows: list[tuple[Any, ...]]) -> tuple[dict[str, list[str]], Bought]:
    """The products that count, by the id of their basket."""
    known = spark.createDataFrame(rows, SCHEMA)
    shoppers = known.where("shopper_id is not null").groupBy("tenant_id", "shopper_id")
    bought = bought_and_kept(
        known, shoppers.agg(F.count_if(F.col("event_type") == "sale").alias("baskets")), True, keep
    )
    return {row["event_id"]: sorted(row["skus"]) for row in bought.sales.collect()}, bought


@pytest.mark.parametrize(
    ("rows", "left", "netted", "unmatched"),
    [
        # What is returned whole is not bought, and the rest of the basket is.
        ([(1, "sale", [("a", "1"), ("b", "1")]), (2, "return", [("a", "1")])], {1: ["b"]}, 1, 0),
        # A basket of which nothing is left is none.
        ([(1, "sale", [("a", "2")]), (2, "return", [("a", "2")])], {}, 1, 0),
        # One broken bottle of six.
        ([(1, "sale", [("a", "6")]), (2, "return", [("a", "1")])], {1: ["a"]}, 0, 0),
        # The newest units go first, over as many baskets as it takes.
        (
            [
                (1, "sale", [("a", "2")]),
                (2, "sale", [("a", "1")]),
                (3, "sale", [("a", "1")]),
                (4, "return", [("a", "3")]),
            ],
            {1: ["a"]},
            2,
            0,
        ),
        # Two returns of parts.
        ([(1, "sale", [("a", "2")]), (2, "return", [("a", "0.5")]), (3, "return", [("a", "1.5")])], {}, 1, 0),
        # Never below zero: what is returned beyond it takes nothing from what is bought later.
        ([(1, "sale", [("a", "1")]), (2, "return", [("a", "5")]), (3, "sale", [("a", "1")])], {3: ["a"]}, 1, 0),
        # Bought before the window, or never.
        ([(1, "return", [("a", "1"), ("b", "1")]), (2, "sale", [("a", "1")])], {2: ["a"]}, 0, 2),
        ([(1, "sale", [("b", "1")]), (2, "return", [("a", "1")])], {1: ["b"]}, 0, 1),
        ([(1, "return", [("a", "1")]), (2, "return", [("a", "1")])], {}, 0, 2),
        # Several lines of one product.
        (
            [(1, "sale", [("a", "1"), ("b", "1"), ("a", "1")]), (2, "return", [("a", "1"), ("a", "1")])],
            {1: ["b"]},
            1,
            0,
        ),
        ([(1, "sale", [("a", "1"), ("a", "1")]), (2, "return", [("a", "1")])], {1: ["a"]}, 0, 0),
        # At one instant the sale comes first.
        ([(1, "return", [("a", "1")]), (1, "sale", [("a", "1")])], {}, 1, 0),
    ],
)
def test_returns_take_back_what_was_bought_until_then(
    spark: SparkSession, rows: list[Any], left: dict[int, list[str]], netted: int, unmatched: int
) -> None:
    found, bought = outcome(spark, [purchase(*row) for row in rows])
    assert found == {f"chain-a s {hour:03} sale": skus for hour, skus in left.items()}
    assert (bought.netted, bought.unmatched_returns, bought.capped) == (netted, unmatched, 0)


def test_a_return_touches_no_other_shopper_and_no_other_chain(spark: SparkSession) -> None:
    line = [("a", "1")]
    sales = [purchase(1, "sale", line, who, where) for who in ("s", "t", None) for where in ("chain-a", "chain-b")]
    found, bought = outcome(spark, [*sales, purchase(2, "return", line), purchase(3, "return", line, None)])
    assert set(found) == {sale[2] for sale in sales} - {"chain-a s 001 sale"}
    assert (bought.netted, bought.unmatched_returns) == (1, 1)


def test_a_card_with_a_hundred_thousand_purchases_counts_as_much_as_a_person_can_buy(spark: SparkSession) -> None:
    till = spark.range(100_000).selectExpr(
        "'chain-a' as tenant_id",
        "'till' as shopper_id",
        "lpad(cast(id as string), 6, '0') as event_id",
        "'sale' as event_type",
        "timestamp'2026-11-01T00:00:00Z' + make_dt_interval(0, 0, id div 1000) as at",
        "array('cigarettes') as skus",
        "cast(null as array<string>) as repeated",
        "array(1.0000) as quantities",
    )
    others = spark.createDataFrame([purchase(hour, "sale", [("bread", "1")]) for hour in range(MOST_BASKETS)], SCHEMA)
    shoppers = spark.createDataFrame(
        [("chain-a", "till", 100_000), ("chain-a", "s", MOST_BASKETS)], "a string, b string, c long"
    )
    bought = bought_and_kept(till.unionByName(others), shoppers.toDF("tenant_id", "shopper_id", "baskets"), False, keep)
    counted = bought.sales.groupBy("shopper_id").agg(F.count("*").alias("baskets"), F.min("event_id").alias("oldest"))
    assert {row["shopper_id"]: (row["baskets"], row["oldest"]) for row in counted.collect()} == {
        "till": (MOST_BASKETS, f"{100_000 - MOST_BASKETS:06}"),
        "s": (MOST_BASKETS, "chain-a s 000 sale"),
    }
    assert bought.capped == 100_000 - MOST_BASKETS

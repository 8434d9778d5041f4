"""Offers of a model gone wrong are never published: each gate is seen to shut, and a sound night passes all of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from recommender.gates import LIMITS, shut_gates, staged_lines
from recommender.offer_policy import OfferPolicies, OfferPolicy
from recommender.offers import OWN_REASONS, POPULAR

Offer = tuple[str, float | None]
SHOPPERS, PRODUCTS, K = LIMITS.judged_lines, 40, 5
SAME = OfferPolicies(OfferPolicy(K, 3, K, 365), {}, "")
LINES = "tenant_id string, shopper_id string, fallback_level string, line string"


def as_is(frame: DataFrame, _name: str) -> DataFrame:
    return frame


def sound(shopper: int) -> list[Offer]:
    return [(f"sku{(shopper * 3 + place) % PRODUCTS}", 0.9 - place / 10 - shopper / 1000) for place in range(K)]


def lines(
    spark: SparkSession,
    offers: Callable[[int], list[Offer]],
    level: str = "champion",
    model: str = "m/1",
    shoppers: int = SHOPPERS,
) -> DataFrame:
    """Two chains: of `bad` the given offers, of `good` sound ones."""
    rows: list[Any] = []
    for tenant, made in (("good", sound), ("bad", offers)):
        for shopper in range(shoppers):
            said = [{"sku": sku, **({} if score is None else {"score": score})} for sku, score in made(shopper)]
            line = {"tenant_id": tenant, "shopper_id": str(shopper), "offers": said, "model": model}
            rows.append((tenant, str(shopper), level, json.dumps({**line, "fallback_level": level})))
    return spark.createDataFrame(rows, LINES)


def products(spark: SparkSession) -> DataFrame:
    rows = [(tenant, f"sku{number}", None) for tenant in ("good", "bad") for number in range(PRODUCTS)]
    return spark.createDataFrame(rows, "tenant_id string, sku string, fixed int")


def shut(
    spark: SparkSession,
    tonight: DataFrame,
    before: DataFrame | None = None,
    total: int = 2 * SHOPPERS,
    policies: OfferPolicies = SAME,
    bought: int = PRODUCTS,
) -> dict[str, str]:
    """The shut gates, by chain; of the products the first `bought` were bought."""
    offerable = products(spark)
    sold = offerable.where(f"int(substring(sku, 4)) < {bought}").select("tenant_id", "sku")
    return shut_gates(tonight, offerable, sold.unionAll(sold), before, total, policies, as_is)


def moved(shopper: int) -> list[Offer]:
    return [(f"sku{(shopper * 3 + place + 20) % PRODUCTS}", score) for place, (_, score) in enumerate(sound(shopper))]


SHUT: list[tuple[str, Callable[[int], list[Offer]]]] = [
    ("without a score", lambda shopper: [*sound(shopper)[:4], ("sku1", None)] if shopper == 7 else sound(shopper)),
    ("every offer has the score", lambda shopper: [(sku, 0.5) for sku, _ in sound(shopper)]),
    ("the same first offer", lambda shopper: [("sku0", 0.99 - shopper / 1000), *sound(shopper)[1:]]),
    ("name 10 products", lambda shopper: [(f"sku{(shopper + it) % 10}", 0.9 - it / 10) for it in range(K)]),
]


def test_sound_offers_pass(spark: SparkSession) -> None:
    assert shut(spark, lines(spark, sound), lines(spark, sound)) == {}


@pytest.mark.parametrize(("says", "offers"), SHUT)
def test_offers_of_a_broken_model_are_found_in_the_chain_that_has_them(
    spark: SparkSession, says: str, offers: Callable[[int], list[Offer]]
) -> None:
    found = shut(spark, lines(spark, offers))
    assert list(found) == ["bad"]
    assert says in found["bad"]
    if "score (NaN)" not in found["bad"]:
        # A chain of few says nothing, and what popularity offers is the same for all.
        assert shut(spark, lines(spark, offers, shoppers=SHOPPERS - 1)) == {}
        assert shut(spark, lines(spark, offers, level="popularity")) == {}


@pytest.mark.parametrize(
    ("offers", "bought", "is_shut"),
    [
        # Ten products are named: half of the twenty that anybody bought, however many the chain lists.
        (SHUT[3][1], 20, False),
        (SHUT[3][1], 22, True),
        # Of a handful of products many shoppers are rightly offered the same, and alike.
        (SHUT[1][1], LIMITS.smallest_assortment - 1, False),
        (SHUT[1][1], LIMITS.smallest_assortment, True),
        (SHUT[2][1], LIMITS.smallest_assortment - 1, False),
        (SHUT[2][1], LIMITS.smallest_assortment, True),
    ],
)
def test_a_small_assortment_is_not_taken_for_a_broken_model(
    spark: SparkSession, offers: Callable[[int], list[Offer]], bought: int, is_shut: bool
) -> None:
    assert list(shut(spark, lines(spark, offers), bought=bought)) == (["bad"] if is_shut else [])


@pytest.mark.parametrize(("buyers", "is_shut"), [(37, True), (38, False), (SHOPPERS, False)])
def test_what_is_in_nearly_every_basket_may_stand_first_for_nearly_everybody(
    spark: SparkSession, buyers: int, is_shut: bool
) -> None:
    def reasoned(line: str, shopper: int) -> str:
        document = json.loads(line)
        document["offers"][0]["reason"] = OWN_REASONS[shopper % 3] if shopper < buyers else POPULAR
        return json.dumps(document)

    rows = [
        (row["tenant_id"], row["shopper_id"], row["fallback_level"], reasoned(row["line"], int(row["shopper_id"])))
        for row in lines(spark, SHUT[2][1]).collect()
    ]
    assert list(shut(spark, spark.createDataFrame(rows, LINES))) == (["bad"] if is_shut else [])


def test_of_several_shut_gates_the_first_is_told(spark: SparkSession) -> None:
    constant = lines(spark, lambda _: [(f"sku{it}", 0.5) for it in range(K)])
    assert shut(spark, constant, lines(spark, sound)) == {"bad": "every offer has the score 0.500000"}


def test_what_the_chain_itself_puts_first_is_not_taken_for_a_broken_model(spark: SparkSession) -> None:
    tonight = lines(spark, lambda shopper: [("sku0", 0.99 - shopper / 1000), *sound(shopper)[1:]])
    fixing = OfferPolicies(SAME.default, {"bad": OfferPolicy(K, 3, K, 365, fixed=("sku0",))}, "")
    assert shut(spark, tonight, policies=fixing) == {}
    # Behind it each shopper still has to have offers of their own.
    same = lines(spark, lambda shopper: [("sku0", 0.9), ("sku1", 0.8 - shopper / 1000), *sound(shopper)[2:]])
    assert "the same first offer" in shut(spark, same, policies=fixing)["bad"]


def test_offers_all_other_than_the_night_before_are_found_unless_the_model_is_another(spark: SparkSession) -> None:
    words = "100% of the offers of 50 shoppers are others than the night before"
    assert words in shut(spark, lines(spark, moved), lines(spark, sound))["bad"]
    assert shut(spark, lines(spark, moved), lines(spark, sound, model="m/0")) == {}


def test_the_night_before_is_read_from_what_it_staged(spark: SparkSession, tmp_path: Path) -> None:
    tonight = lines(spark, sound)
    file = tmp_path / "part.txt"
    file.write_text("".join(row["line"] + "\n" for row in tonight.collect()))
    before = staged_lines([file.as_uri()], tonight)
    assert before is not None
    assert sorted(before.collect()) == sorted(tonight.collect())
    assert staged_lines([], tonight) is None


def test_a_sample_of_many_lines_is_judged(spark: SparkSession) -> None:
    many = lines(spark, SHUT[2][1], shoppers=400)
    assert "the same first offer" in shut(spark, many, total=3 * LIMITS.sampled_lines)["bad"]

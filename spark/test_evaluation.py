"""The measures are what they are called, the split sees no future, and the baselines are those of the papers."""

from __future__ import annotations

import gzip
import json
import math
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from pyspark.sql import SparkSession

from evaluation.baselines import (
    TenantVectors,
    TifuKnn,
    personal_ranking,
    popularity_ranking,
    tenant_vectors,
    tifu_knn_ranking,
)
from evaluation.comparison import Composing, compare
from evaluation.events_file import read_events_file
from evaluation.metrics import gain_interval, quality
from evaluation.report import picture, table
from evaluation.split import Split, split_at
from recommender.frequency import FrequencyModel
from recommender.frequency_parameters import FrequencyParameters, document_of, parse_parameters
from recommender.offer_policy import OfferPolicies, OfferPolicy
from training.fit import NEUTRAL, WORTH_IT, fit

ZONE = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 2, 1, tzinfo=UTC)


def split(baskets: dict[str, list[str]], targets: dict[str, str]) -> Split:
    """Baskets and targets as words of letters, of one tenant."""
    known = {("t", who): [frozenset(it) for it in mine] for who, mine in baskets.items()}
    wanted = {("t", who): frozenset(it) for who, it in targets.items()}
    nothing: Any = None
    return Split(nothing, known, {}, wanted, date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3))


def test_recall_ndcg_and_coverage_are_the_textbook_ones() -> None:
    given = split({"a": ["xyzw"], "b": ["x"]}, {"a": "xz", "b": "q"})
    found = quality(given, {("t", "a"): ["x", "y", "z"], ("t", "b"): ["x"]}, 3)
    assert found.recall.tolist() == [1.0, 0.0]
    assert found.ndcg[0] == pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3)))
    assert found.coverage == 3 / 4
    assert quality(given, {}, 3).recall.tolist() == [0.0, 0.0]


def test_an_interval_that_leaves_zero_out_needs_more_than_luck() -> None:
    luck = np.random.default_rng(7)
    base = luck.random(400)
    noise = luck.normal(0, 0.1, 400)
    mean, low, high = gain_interval(base + noise - noise.mean(), base, 1)
    assert low < mean < high
    # The textbook's interval of a mean, which resampling must come near to.
    assert (low, high) == pytest.approx((-1.96 * 0.1 / 20, 1.96 * 0.1 / 20), abs=0.002)
    assert gain_interval(base + luck.normal(0.05, 0.1, 400), base, 1)[1] > 0.02
    assert gain_interval(base, base - 1, 3) == gain_interval(base, base - 1, 3)


def test_popularity_and_personal_frequency_break_ties_by_popularity_then_sku() -> None:
    given = tenant_vectors(split({"a": ["xy", "x"], "b": ["yz", "yw"]}, {"a": "x", "b": "z"}))
    assert popularity_ranking(given, 3)["t", "a"] == ["y", "x", "w"]
    assert personal_ranking(given, 4)["t", "a"] == ["x", "y", "w", "z"]
    assert personal_ranking(given, 4)["t", "b"] == ["y", "w", "z", "x"]


def test_tifu_knn_decays_within_and_between_groups_as_its_paper_says() -> None:
    vectors = TenantVectors(split({"a": ["v", "w", "x", "y", "z"]}, {"a": "x"}), "t")
    made = vectors.vectors(TifuKnn(1, 2, 0.5, 0.1, 1.0))[0]
    # Groups of three from the newest: [v, w] and [x, y, z].
    expected = [0.1 / 2 * 0.5 / 2, 0.1 / 2 / 2, 0.25 / 3 / 2, 0.5 / 3 / 2, 1 / 3 / 2]
    assert made.tolist() == pytest.approx(expected)


def test_tifu_knn_takes_its_neighbours_taste_and_not_the_asked_shoppers_own() -> None:
    given = tenant_vectors(split({"a": ["xy"], "b": ["xyz"], "c": ["pqrstu"]}, {"a": "z"}))
    assert tifu_knn_ranking(given, 3, TifuKnn(1, 1, 1.0, 1.0, 0.5))["t", "a"] == ["x", "y", "z"]
    assert "z" not in tifu_knn_ranking(given, 2, TifuKnn(1, 1, 1.0, 1.0, 1.0))["t", "a"]


def line(chain: str, day: int, shopper: str, skus: str, number: int, hour: int = 12) -> str:
    event = {
        "event_id": f"{number}",
        "event_type": "sale",
        "occurred_at": f"2026-01-{day:02d}T{hour:02d}:00:00-03:00",
        "store_id": "s",
        "loyalty_id": shopper,
        "items": [{"sku": sku, "quantity": 1, "unit_price": 1} for sku in skus],
    }
    return json.dumps({"chain": chain, "contract": "purchase", "event": event})


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four weeks of two chains, where everybody buys what they bought, and a line that is no event."""
    file = tmp_path_factory.mktemp("events") / "events.jsonl"
    lines = ["{broken"]
    for chain in ("chain-0", "chain-1"):
        for sku in "abcdefghijklmnopz":
            product = {"sku": sku, "name": sku, "event_id": sku, **({} if sku == "z" else {"department": "food"})}
            lines.append(json.dumps({"chain": chain, "contract": "product", "event": product}))
    for day in range(1, 29):
        for shopper in range(8):
            habit = "abcdefgh"[shopper] + "ijklmnop"[(shopper + day % 2) % 8] + "z"
            lines.append(line(f"chain-{shopper % 2}", day, f"p{shopper}", habit, len(lines), hour=23))
    file.write_text("\n".join(lines))
    return file


def test_a_split_puts_each_local_day_on_its_side_and_asks_for_the_first_basket(
    spark: SparkSession, events: Path
) -> None:
    read = read_events_file(spark, events, ZONE, one_chain=False, now=NOW)
    assert (read.first_day, read.last_day, read.skipped) == (date(2026, 1, 1), date(2026, 1, 28), 1)
    given = split_at(read.sales, date(2026, 1, 14), 7)
    assert len(given.targets) == 8
    assert {len(mine) for mine in given.baskets.values()} == {14}
    assert given.targets["chain-0", "p0"] == frozenset("ajz")
    assert given.cohort(("chain-0", "p0")) == "loyal"
    with pytest.raises(ValueError, match="nobody"):
        split_at(read.sales, date(2026, 1, 28), 7)


def test_a_line_that_is_no_sound_event_is_skipped_and_costs_the_others_nothing(
    spark: SparkSession, events: Path, tmp_path: Path
) -> None:
    sound = line("chain-0", 1, "p0", "a", 1).encode()
    hostile = [
        sound.replace(b'"s"', b'"\xff"'),
        b'{"chain":' + b"[" * 100_000,
        sound.replace(b"2026-01-01T12:00:00-03:00", b"0001-01-01T00:00:00+14:00"),
        gzip.compress(sound),
        # A till whose clock is wrong: the last day of the file would be far from all others.
        sound.replace(b"2026-01-01", b"2036-01-01"),
        b"\0",
    ]
    file = tmp_path / "hostile.jsonl"
    file.write_bytes(b"\n".join([*hostile, events.read_bytes()]))
    read = read_events_file(spark, file, ZONE, one_chain=False, now=NOW)
    assert read.sales.count() == read_events_file(spark, events, ZONE, one_chain=False, now=NOW).sales.count()
    assert read.skipped >= 1 + len(hostile)
    assert (read.first_day, read.last_day) == (date(2026, 1, 1), date(2026, 1, 28))


def test_a_comparison_runs_the_nights_model_beside_all_baselines(spark: SparkSession, events: Path) -> None:
    sales = read_events_file(spark, events, ZONE, one_chain=True, now=NOW).sales
    later, early = split_at(sales, date(2026, 1, 21), 7), split_at(sales, date(2026, 1, 14), 7)
    model = FrequencyModel(FrequencyParameters(Decimal(1), 10, 200))
    found = compare("frequency/x", model, later, early, ZONE, 3, 1)
    figures = found.figures()
    assert figures["shoppers"] == 8
    assert figures["recall_at_3"] >= 0.6667 > figures["baselines"]["global popularity"]["recall_at_3"]
    assert figures["by_cohort"]["loyal"]["shoppers"] == 8
    text = table(found)
    drawn = picture(found)
    for name in found.results:
        assert name in text
        assert f">{name}</text>" in drawn
    assert "MISSED" in table(replace(found, gains={"ALS": {"recall": (0.0, -1.0, 1.0), "ndcg": (0.0, 0.0, 0.0)}}))
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_composed_offers_are_judged_beside_what_the_model_puts_first_and_never_instead(
    spark: SparkSession, events: Path
) -> None:
    read = read_events_file(spark, events, ZONE, one_chain=True, now=NOW)
    later, early = split_at(read.sales, date(2026, 1, 21), 7), split_at(read.sales, date(2026, 1, 14), 7)
    model = FrequencyModel(FrequencyParameters(Decimal(1), 10, 200))
    policies = OfferPolicies(OfferPolicy(3, 1, 1, 365), {}, "")
    found = compare("frequency/x", model, later, early, ZONE, 3, 1, Composing(policies, read.departments))
    plain = compare("frequency/x", model, later, early, ZONE, 3, 1)
    assert found.figures() == plain.figures()
    assert set(found.gains) == set(found.results) - {"frequency/x"}
    # Each basket holds two products of one department, of which the policy leaves one.
    assert found.composed is not None
    assert found.composed.recall.mean() < found.results["frequency/x"].recall.mean()
    assert "frequency/x, composed" in table(found)
    assert "composed" not in table(plain)


def test_a_fit_moves_a_number_only_for_a_gain_that_is_worth_it() -> None:
    def worth(parameters: FrequencyParameters) -> float:
        return 0.1 + (parameters.popularity_percent == 80) * 0.01 + (parameters.decay == Decimal("0.9")) * WORTH_IT / 2

    found = fit(worth, {"prior_baskets": 5}, lambda _: None).parameters
    assert found == replace(NEUTRAL, popularity_percent=80, prior_baskets=5)


def test_parameters_written_down_are_read_as_they_were() -> None:
    given = FrequencyParameters(Decimal("0.9"), 80, 7, Decimal("0.98"), Decimal("0.25"), Decimal(1), 5, 1000, 50, 75)
    assert parse_parameters(document_of(given)) == given

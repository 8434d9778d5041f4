"""A night for which nothing was bought is a night all the same: its shoppers have lines, and nobody gets an offer."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from hostile_lake import HostileLake
from night_runs import run, staged
from recommender.errors import NightError

Row = dict[str, Any]


@pytest.mark.parametrize("contracts", [(), ("product",), ("product", "shopper"), ("coupon", "shopper")])
def test_a_window_without_a_purchase_is_no_data(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, contracts: tuple[str, ...]
) -> None:
    lake = HostileLake(7, date(2026, 11, 20), 10)
    lake.objects = [item for item in lake.objects if item["contract"] in contracts]
    report = run(spark, tmp_path, schemas, lake.freeze(1, lake.write(tmp_path / "in", schemas)), 10)
    assert report["counts"]["read"] == sum(it["read"] for it in report["by_contract"].values())
    assert (report["counts"]["read"] > 0) == bool(contracts)
    assert {it["status"] for it in report["tenants"].values()} == ({"NO_DATA"} if contracts else set())
    lines = [json.loads(line) for body in staged(tmp_path, report).values() for line in body.decode().splitlines()]
    assert bool(lines) == ("shopper" in contracts)
    assert all((line["offers"], line["fallback_level"]) == ([], "none") for line in lines)
    assert sum(it["lines"] for it in report["tenants"].values()) == len(lines)


def test_a_night_that_lost_the_purchases_of_the_night_before_stops(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    lake = HostileLake(7, date(2026, 11, 20), 10)
    rest = HostileLake(7, date(2026, 11, 20), 10)
    rest.objects = [item for item in lake.objects if item["contract"] != "purchase"]
    document = rest.freeze(1, rest.write(tmp_path / "in", schemas))
    day = date.fromisoformat(document["business_date"])
    before = tmp_path / "out" / "staging" / str(day - timedelta(days=1)) / "_job.json"
    before.parent.mkdir(parents=True)
    for status, name in (("NO_DATA", "chain-b"), ("OK", "chain-a")):
        chains = {"chain-0": {"status": "NO_DATA"}, name: {"status": status}}
        before.write_text(json.dumps({"tenants": chains, "files": []}))
        if status == "NO_DATA":
            assert run(spark, tmp_path, schemas, document, 10)["counts"]["used"] > 0
    with pytest.raises(
        NightError, match=r"the night before had purchases of 1 chains, chain-a among them: .* refreeze"
    ):
        run(spark, tmp_path, schemas, document, 10)
    message = json.loads((tmp_path / "out" / "staging" / str(day) / "_error.json").read_text())["message"]
    assert message.startswith(
        f"No purchase from {day - timedelta(days=9)} to {day} (America/Sao_Paulo) lies in file://"
    )

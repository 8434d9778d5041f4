"""A chain's offers are made of its own rows: the same skus, shoppers and event ids at another chain change no byte."""

from __future__ import annotations

import json
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from hostile_lake import CHAINS, HostileLake
from night_runs import POLICY, run, staged
from oracle import defect

Row = dict[str, Any]
DAY = date(2026, 11, 20)
# What one chain fixes and excludes is another one's best offer.
POLICIES: Row = {**POLICY, "chain-b": {**POLICY["*"], "fixed": ["sku3"], "excluded": [{"department": "d"}]}}


def named_after_its_chain(lake: HostileLake) -> None:
    for item in lake.objects:
        for row in item["rows"]:
            if item["contract"] == "product" and row["name"] is not None:
                row["name"] = f"{row['name']} of {row['tenant_id']}"


def only(lake: HostileLake, chain: str) -> HostileLake:
    alone = copy(lake)
    alone.objects = []
    for item in lake.objects:
        # What is set aside is nobody's, and a small lake may not hold much of it.
        rows = [row for row in item["rows"] if row["tenant_id"] == chain and not defect(item["contract"], row)]
        if rows:
            alone.objects.append({**item, "rows": rows})
    return alone


@pytest.fixture(scope="module")
def together(
    spark: SparkSession, schemas: dict[str, Row], tmp_path_factory: pytest.TempPathFactory
) -> tuple[HostileLake, dict[str, bytes]]:
    lake = HostileLake(41, DAY, 10)
    named_after_its_chain(lake)
    root = tmp_path_factory.mktemp("together")
    document = lake.freeze(1, lake.write(root / "in", schemas))
    return lake, staged(root, run(spark, root, schemas, document, 10, policy=POLICIES))


def test_chains_that_share_shoppers_and_skus_offer_their_own_products(
    together: tuple[HostileLake, dict[str, bytes]],
) -> None:
    _, lines = together
    read = {chain: [json.loads(line) for line in body.decode().split("\n")[:-1]] for chain, body in lines.items()}
    shoppers = {chain: {line["shopper_id"] for line in mine} for chain, mine in read.items()}
    skus = {chain: {offer["sku"] for line in mine for offer in line["offers"]} for chain, mine in read.items()}
    # Otherwise nothing could have been mixed up.
    assert shoppers["chain-a"] & shoppers["chain-b"]
    assert skus["chain-a"] & skus["chain-b"]
    for chain, mine in read.items():
        for line in mine:
            assert line["tenant_id"] == chain
            assert {offer["name"].rsplit(" of ")[-1] for offer in line["offers"]} <= {chain}


@pytest.mark.parametrize("chain", CHAINS[:2])
def test_a_chain_gets_the_same_bytes_when_it_is_alone(
    spark: SparkSession,
    schemas: dict[str, Row],
    tmp_path: Path,
    together: tuple[HostileLake, dict[str, bytes]],
    chain: str,
) -> None:
    lake, lines = together
    alone = only(lake, chain)
    document = alone.freeze(1, alone.write(tmp_path / "in", schemas))
    report = run(spark, tmp_path, schemas, document, 10, policy=POLICIES)
    assert staged(tmp_path, report) == {chain: lines[chain]}


def test_a_chain_whose_gate_is_shut_gets_no_offers_and_costs_the_others_nothing(
    spark: SparkSession,
    schemas: dict[str, Row],
    tmp_path: Path,
    together: tuple[HostileLake, dict[str, bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lake, open_lines = together
    monkeypatch.setattr("recommender.night.shut_gates", lambda *_: {"chain-a": "every offer has the score 0.5"})
    report = run(spark, tmp_path, schemas, lake.freeze(1, lake.write(tmp_path / "in", schemas)), 10, policy=POLICIES)
    lines = staged(tmp_path, report)
    assert {**lines, "chain-a": b""} == {**open_lines, "chain-a": b""}
    ours, before = ([json.loads(it) for it in each["chain-a"].splitlines()] for each in (lines, open_lines))
    assert any(it["offers"] for it in before)
    assert ours == [{**it, "offers": [], "fallback_level": "none"} for it in before]
    failed, other = report["tenants"]["chain-a"], report["tenants"]["chain-b"]
    assert (failed["status"], failed["failure"]) == ("FAILED", "every offer has the score 0.5")
    assert (failed["lines"], failed["by_fallback_level"]) == (len(ours), {"none": len(ours)})
    assert (other["status"], other["failure"]) == ("OK", None)

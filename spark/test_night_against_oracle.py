"""A whole night equals what plain Python makes of the same hostile rows: every count, line, snapshot and digest."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from hostile_lake import HostileLake
from night_runs import MODELS, POLICY, quarantined, run, staged
from oracle import Expected, Snapshots, expected_night
from recommender.basket_limit import MOST_BASKETS
from recommender.model_package import SIGNATURE

Row = dict[str, Any]
# Every part of the frequency model at work; the package that ships may leave some of them out.
ALL_PARTS: Row = {
    "decay": "0.9",
    "day_decay": "0.97",
    "size_exponent": "0.3",
    "popularity_size_exponent": "0.8",
    "popularity_percent": 60,
    "baskets": 4,
    "prior_baskets": 3,
    "store_prior_baskets": 7,
    "early_percent": 40,
    "overdue_percent": 70,
}
# Every rule of a policy at work; `c` has the one of every other chain.
OWN_POLICIES: Row = {
    "*": {"k": 4, "minimum": 2, "fixed": [], "excluded": [], "max_per_department": 1, "stale_after_days": 9},
    "chain-a": {
        **{"k": 5, "minimum": 4, "fixed": ["sku13", "sku2"], "excluded": [{"sku": "sku0"}, {"department": "e"}]},
        **{"max_per_department": 2, "stale_after_days": 400},
    },
    "chain-b": {
        **{"k": 3, "minimum": 3, "fixed": ["sku5"], "excluded": [{"department": "d"}]},
        **{"max_per_department": 3, "stale_after_days": 400},
    },
}
# The year's end, the leap day, and a window over São Paulo's midnight that did not exist (2018-11-04).
CASES = [
    (11, date(2027, 1, 5), 14, "clip", MOST_BASKETS),
    # So few baskets of one shopper count that most shoppers have more.
    (12, date(2028, 3, 1), 3, "drop", 2),
    (13, date(2018, 11, 6), 3, "keep", MOST_BASKETS),
]


def shipped() -> Row:
    """The champion that ships, as the oracle takes a model."""
    package = json.loads((MODELS / "champion.json").read_text())["champion"]
    parameters = json.loads((MODELS / package / "parameters.json").read_text())
    return {**parameters, "policy": POLICY, "most_baskets": MOST_BASKETS, "model": package, "level": "champion"}


def all_parts(root: Path) -> tuple[str, Row]:
    """A folder with a champion of ALL_PARTS, and the same for the oracle."""
    body = json.dumps(ALL_PARTS).encode()
    folder = root / "models" / "frequency" / "9"
    folder.mkdir(parents=True)
    (folder / "parameters.json").write_bytes(body)
    model = {"name": "frequency", "version": "9", "kind": "frequency", "signature": SIGNATURE}
    (folder / "model.json").write_text(
        json.dumps({**model, "files": {"parameters.json": hashlib.sha256(body).hexdigest()}})
    )
    (root / "models" / "champion.json").write_text('{"champion":"frequency/9","previous":null}')
    champion = {**ALL_PARTS, "policy": OWN_POLICIES, "model": "frequency/9", "level": "champion"}
    return (root / "models").as_uri(), champion


def compare(root: Path, report: Row, expected: Expected) -> None:
    """All that a night leaves against what the oracle says."""
    assert report["by_contract"] == expected.by_contract
    totals = {name: sum(it[name] for it in expected.by_contract.values()) for name in report["counts"]}
    assert report["counts"] == totals
    assert report["tenants"] == expected.tenants
    # The manifest repeats them, and its bytes are to be the same too.
    for said in report["tenants"].values():
        assert list(said["by_fallback_level"]) == sorted(said["by_fallback_level"])
    lines = staged(root, report)
    assert {tenant: body.decode().split("\n")[:-1] for tenant, body in lines.items()} == expected.lines
    assert quarantined(root, report["business_date"]) == expected.quarantine


def snapshots_of(spark: SparkSession, root: Path, day: str) -> Row:
    found = {}
    for contract in ("product", "shopper"):
        rows = spark.read.parquet((root / "in" / "snapshots" / contract / day).as_uri()).collect()
        # Spark gives local times without a zone.
        found[contract] = [
            {name: it.astimezone(UTC) if isinstance(it, datetime) else it for name, it in row.asDict().items()}
            for row in rows
        ]
        assert (root / "in" / "snapshots" / contract / day / "_SUCCESS").exists()
    return found


def compare_snapshots(found: Row, expected: Snapshots) -> None:
    said = ("event_id", "event_type", "name", "unit_price", "department", "in_stock", "occurred_at")
    product = {(row["tenant_id"], row["sku"]): {name: row[name] for name in said} for row in found["product"]}
    assert len(product) == len(found["product"])
    assert product == {key: {name: row[name] for name in said} for key, row in expected.product.items()}
    shopper = {
        (row["tenant_id"], row["kind"], row["token"]): (
            (row["occurred_at"], row["event_id"]),
            (row["cpf_at"], row["cpf_event_id"], row["cpf"]) if row["cpf"] else None,
        )
        for row in found["shopper"]
    }
    assert len(shopper) == len(found["shopper"])
    assert shopper == expected.shopper


@pytest.mark.parametrize(("seed", "day", "days", "policy", "most"), CASES)
def test_two_nights_in_a_row_are_what_plain_python_makes_of_the_same_rows(
    spark: SparkSession,
    schemas: dict[str, Row],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    day: date,
    days: int,
    policy: str,
    most: int,
) -> None:
    print(f"seed {seed}")
    monkeypatch.setattr("recommender.sales.MOST_BASKETS", most)
    lake = HostileLake(seed, day, days)
    sizes = lake.write(tmp_path / "in", schemas)
    models, model = all_parts(tmp_path)
    model["most_baskets"] = most
    before, seen = Snapshots(), Counter[str]()
    for night in (1, 2):
        document = lake.freeze(night, sizes)
        more = ("--late-policy", policy, "--models", models)
        report = run(spark, tmp_path, schemas, document, days, *more, policy=OWN_POLICIES)
        expected = expected_night(lake.objects, document, policy, days, before, model)
        compare(tmp_path, report, expected)
        seen.update(report["by_contract"]["purchase"])
        compare_snapshots(snapshots_of(spark, tmp_path, document["business_date"]), expected.snapshots)
        before = expected.snapshots
    # In three days little is bought and returned.
    assert days < 14 or all(seen[name] for name in ("netted", "unmatched_returns")), "the test shows nothing of returns"
    assert (seen["returns"] > 0, seen["capped"] > 0) == (True, most < MOST_BASKETS)


@dataclass
class Plain:
    """A lake, the folder its night ran in, the night's report and the bytes of its lines."""

    lake: HostileLake
    root: Path
    document: Row
    report: Row
    lines: dict[str, bytes]


@pytest.fixture(scope="module")
def plain(spark: SparkSession, schemas: dict[str, Row], tmp_path_factory: pytest.TempPathFactory) -> Plain:
    lake = HostileLake(21, date(2026, 11, 20), 10)
    root = tmp_path_factory.mktemp("plain")
    document = lake.freeze(1, lake.write(root / "in", schemas))
    report = run(spark, root, schemas, document, 10)
    return Plain(lake, root, document, report, staged(root, report))


@pytest.mark.parametrize("partitions", [1, 4, 16])
def test_other_files_other_order_and_other_partitions_give_the_same_bytes(
    spark: SparkSession,
    schemas: dict[str, Row],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    plain: Plain,
    partitions: int,
) -> None:
    lake = copy(plain.lake)
    lake.spread_again(22 + partitions)
    document = lake.freeze(1, lake.write(tmp_path / "in", schemas))
    monkeypatch.setattr("recommender.session.shuffle_partitions", lambda *_: partitions)
    # Files of a few kilobytes: now some share a task and others do not.
    spark.conf.set("spark.sql.files.maxPartitionBytes", "300000")
    try:
        report = run(spark, tmp_path, schemas, document, 10)
    finally:
        spark.conf.unset("spark.sql.files.maxPartitionBytes")
    assert staged(tmp_path, report) == plain.lines
    assert {**report, "files": []} == {**plain.report, "files": []}


def test_rows_that_arrive_twice_raise_the_duplicates_and_change_no_byte(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, plain: Plain
) -> None:
    lake = copy(plain.lake)
    lake.objects = list(lake.objects)
    lake.repeat(32)
    document = lake.freeze(1, lake.write(tmp_path / "in", schemas))
    report = run(spark, tmp_path, schemas, document, 10)
    compare(tmp_path, report, expected_night(lake.objects, document, "clip", 10, Snapshots(), shipped()))
    assert staged(tmp_path, report) == plain.lines
    assert report["input_digest"] == plain.report["input_digest"]
    same = ("used", "conflicts", "late", "anonymous")
    assert {name: report["counts"][name] for name in same} == {name: plain.report["counts"][name] for name in same}
    assert report["counts"]["duplicates"] > plain.report["counts"]["duplicates"]


def test_a_night_that_runs_again_leaves_what_it_left_before(
    spark: SparkSession, schemas: dict[str, Row], plain: Plain
) -> None:
    day = plain.document["business_date"]
    filed = quarantined(plain.root, day)
    report = run(spark, plain.root, schemas, plain.document, 10)
    assert staged(plain.root, report) == plain.lines
    assert quarantined(plain.root, day) == filed
    assert {**report, "files": []} == {**plain.report, "files": []}
    assert len(report["files"]) == len(list((plain.root / "out" / "staging").rglob("*.txt")))

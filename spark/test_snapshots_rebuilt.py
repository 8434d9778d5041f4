"""Snapshots folded night by night and snapshots made anew of all changes hold the same rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from hostile_lake import HostileLake
from night_runs import run

Row = dict[str, Any]
CHANGE_LOGS = ("product", "shopper")


def without_ids_used_again(lake: HostileLake) -> None:
    """Takes out of the second night each change whose id an earlier night has seen with another content."""
    first = {
        (it["contract"], row["tenant_id"], row["event_id"])
        for it in lake.objects
        if it["night"] == 1
        for row in it["rows"]
    }
    for it in lake.objects:
        if it["night"] == 2 and it["contract"] in CHANGE_LOGS:
            it["rows"] = [row for row in it["rows"] if (it["contract"], row["tenant_id"], row["event_id"]) not in first]
    lake.objects = [it for it in lake.objects if it["rows"]]


def snapshot(spark: SparkSession, root: Path, contract: str, day: str) -> list[Any]:
    rows: DataFrame = spark.read.parquet(f"file://{root}/in/snapshots/{contract}/{day}")
    return sorted(rows.collect(), key=str)


def test_night_by_night_and_all_at_once_are_the_same(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    lake = HostileLake(41, date(2026, 11, 20), 3)
    without_ids_used_again(lake)
    sizes = lake.write(tmp_path / "in", schemas)
    first, second = lake.freeze(1, sizes), lake.freeze(2, sizes)
    run(spark, tmp_path, schemas, first, 3)
    usual = run(spark, tmp_path, schemas, second, 3)
    day = second["business_date"]
    folded = {contract: snapshot(spark, tmp_path, contract, day) for contract in CHANGE_LOGS}
    objects = [{**it, "role": "changes" if it["contract"] in CHANGE_LOGS else it["role"]} for it in second["objects"]]
    anew = {"rebuild_snapshots": True, "previous_business_date": None, "objects": objects}
    rebuilt = run(spark, tmp_path, schemas, {**second, **anew}, 3)
    assert {contract: snapshot(spark, tmp_path, contract, day) for contract in CHANGE_LOGS} == folded
    before = {contract: snapshot(spark, tmp_path, contract, first["business_date"]) for contract in CHANGE_LOGS}
    for contract in CHANGE_LOGS:
        assert folded[contract] != before[contract], "the second night changes nothing: the test shows nothing"
        read = [report["by_contract"][contract]["used"] for report in (usual, rebuilt)]
        assert read[0] < read[1], f"{contract}: the same changes were read"
    assert rebuilt["by_contract"]["purchase"] == usual["by_contract"]["purchase"]

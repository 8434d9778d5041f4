"""Rows of days that a night does not read are counted once, and later nights take the count from the input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from night_runs import run
from two_chains_lake import DAY, PURCHASES, TwoChainsLake

Row = dict[str, Any]
OLD = "2026-01-05"


def frozen_with_history(folder: Path, schemas: dict[str, Row]) -> tuple[Row, list[str]]:
    """A frozen input of which the first chain's purchases lie on a day that is not read, and their keys."""
    lake, keys = TwoChainsLake(), []
    for key in lake.purchases_of("chain-a"):
        keys.append(key.replace(str(DAY), OLD))
        lake.objects[keys[-1]] = lake.objects.pop(key)
    document = lake.write(folder, schemas)
    for item in document["objects"]:
        if item["key"] in keys:
            item["role"] = "unread"
    day = {"contract": "purchase", "event_date": OLD, "objects": len(keys), "digest": "d1", "rows": None}
    document["unread_days"] = [day, {**day, "event_date": "2026-01-04", "digest": "d2", "rows": 70}]
    return document, keys


def counted(root: Path) -> Any:
    return json.loads((root / "in" / f"snapshots/unread_rows/{DAY}.json").read_text())


def test_a_day_is_counted_and_another_is_taken_from_the_input(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    document, keys = frozen_with_history(tmp_path / "in", schemas)
    report = run(spark, tmp_path, schemas, document, 7)
    counts = report["by_contract"]["purchase"]
    assert (counts["read"], counts["used"], counts["out_of_window"]) == (PURCHASES, PURCHASES, PURCHASES + 70)
    day = {"contract": "purchase", "event_date": OLD, "objects": len(keys), "digest": "d1", "rows": PURCHASES}
    assert counted(tmp_path) == {"version": 1, "business_date": str(DAY), "days": [day]}


@pytest.mark.parametrize("body", [b"", b"no Parquet"])
def test_a_day_whose_rows_nobody_can_count_is_left_to_the_next_night_and_an_empty_object_has_none(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, body: bytes
) -> None:
    document, keys = frozen_with_history(tmp_path / "in", schemas)
    (tmp_path / "in" / keys[0]).write_bytes(body)
    for item in document["objects"]:
        item["size"] = (tmp_path / "in" / item["key"]).stat().st_size
    report = run(spark, tmp_path, schemas, document, 7)
    assert report["by_contract"]["purchase"]["out_of_window"] == PURCHASES - 1 + 70
    days = counted(tmp_path)["days"]
    assert [day["rows"] for day in days] == ([PURCHASES - 1] if body == b"" else [])

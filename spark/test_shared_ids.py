"""Only rows that share an id are compared, and every row ends as if all of them had been."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from recommender import shared_ids
from recommender.business_window import business_window, zone_of
from recommender.events import settle, window_rows
from recommender.scoring import Keep
from recommender.shared_ids import keep_apart, keep_settled
from recommender.shopper_numbers import shopper_number

Row = dict[str, Any]
WINDOW = business_window(date(2026, 11, 20), 1, zone_of("America/Sao_Paulo"))
ORIGIN = StructType([StructField(name, StringType()) for name in ("object", "role", "event_type", "extra")])
OUTSIDE = WINDOW.end + timedelta(days=1)
# id, chain, coupon, minutes after the window's start at which it came, when it happened
ALONE = [("a", "x", "1", 1, WINDOW.start), ("b", "x", "1", 1, OUTSIDE), ("c", "y", None, 1, WINDOW.start)]
SHARED = [
    *(("d", "x", "1", 2, WINDOW.start), ("d", "x", "1", 1, WINDOW.start), ("d", "x", "2", 3, WINDOW.start)),
    *(("d", "y", "1", 1, WINDOW.start), ("e", "y", "1", 1, OUTSIDE), ("e", "y", "1", 1, WINDOW.start)),
]


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    def keep(frame: DataFrame, name: str) -> DataFrame:
        frame.write.mode("overwrite").parquet(str(tmp_path / name))
        return frame.sparkSession.read.schema(frame.schema).parquet(str(tmp_path / name))

    return keep


def coupons(
    spark: SparkSession, schemas: dict[str, Row], rows: list[tuple[str, str, str | None, int, datetime]]
) -> DataFrame:
    schema = StructType.fromJson(schemas["coupon"])
    columns = StructType([*schema.fields, *ORIGIN.fields])
    whole = [
        {"event_id": event_id, "tenant_id": chain, "coupon": coupon, "occurred_at": happened, "store_id": "s"}
        | {"received_at": WINDOW.start + timedelta(minutes=minutes), "object": f"o{minutes}", "role": "window"}
        | {"event_type": "issued", "extra": "{}"}
        for event_id, chain, coupon, minutes, happened in rows
    ]
    frame = spark.createDataFrame([tuple(row.get(name) for name in columns.names) for row in whole], columns)
    return window_rows(frame, schema, "coupon", WINDOW, None, "clip")


def decided(events: DataFrame) -> list[tuple[Any, ...]]:
    names = ("tenant_id", "event_id", "received_at", "outcome", "reason", "content")
    return sorted((tuple(row[name] for name in names) for row in events.collect()), key=str)


@pytest.mark.parametrize("most_sent", [0, 1000])
@pytest.mark.parametrize("rows", [ALONE, ALONE + SHARED])
def test_rows_end_as_if_all_of_them_were_compared(
    spark: SparkSession,
    schemas: dict[str, Row],
    keep: Keep,
    monkeypatch: pytest.MonkeyPatch,
    most_sent: int,
    rows: list[tuple[str, str, str | None, int, datetime]],
) -> None:
    monkeypatch.setattr(shared_ids, "MOST_SENT", most_sent)
    whole = coupons(spark, schemas, rows)
    apart = keep_apart(whole, keep)
    assert decided(keep_settled(apart, keep)) == decided(settle(whole))
    assert {row["event_id"] for row in apart.where("not shared").collect()} >= {"a", "b", "c"}
    assert apart.where("shared").count() == (5 if rows is not ALONE else 0)


def test_a_hash_that_two_shoppers_have_is_salted_anew(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    shoppers = spark.createDataFrame([("x", "1"), ("x", "2"), ("y", "1")], "tenant_id string, shopper_id string")
    hashed = F.xxhash64
    salts: list[Column] = []

    def alike_at_first(salt: Column, *key: str) -> Column:
        salts.append(salt)
        return F.lit(7).cast("bigint") if len(salts) == 1 else hashed(salt, *key)

    monkeypatch.setattr(F, "xxhash64", alike_at_first)
    numbers = {row[0] for row in shoppers.select(shopper_number(shoppers)).collect()}
    assert (len(numbers), len(salts)) == (3, 2)

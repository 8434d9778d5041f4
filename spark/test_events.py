"""What a row is to a night depends on its own instant and content, not on the file that it came in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StringType, StructField, StructType

from recommender.business_window import business_window, zone_of
from recommender.errors import NightError
from recommender.events import settle, window_rows

Row = dict[str, Any]
WINDOW = business_window(date(2018, 11, 4), 1, zone_of("America/Sao_Paulo"))
ORIGIN = StructType([StructField(name, StringType()) for name in ("object", "role", "event_type", "extra")])
MS = timedelta(milliseconds=1)


def outcomes(
    spark: SparkSession, schemas: dict[str, Row], rows: list[Row], since: datetime | None = None, policy: str = "clip"
) -> list[tuple[Any, ...]]:
    """Outcome, late and instant of coupon rows, in their order."""
    schema = StructType.fromJson(schemas["coupon"])
    plain = {
        "store_id": "s",
        "coupon": "c",
        "tenant_id": "chain-a",
        "received_at": WINDOW.start,
        "object": "o",
        "role": "window",
        "event_type": "issued",
        "extra": "{}",
    }
    whole = [{**plain, "event_id": f"{number:03}", **row} for number, row in enumerate(rows)]
    columns = StructType([*schema.fields, *ORIGIN.fields])
    frame = spark.createDataFrame([tuple(row.get(name) for name in columns.names) for row in whole], columns)
    events = settle(window_rows(frame, schema, "coupon", WINDOW, since, policy))
    found = events.orderBy("event_id", "outcome").collect()
    return [(row["outcome"], row["late"], row["at"] and row["at"].astimezone(UTC)) for row in found]


def test_the_window_holds_its_first_instant_and_not_its_end(spark: SparkSession, schemas: dict[str, Row]) -> None:
    instants = [WINDOW.start - MS, WINDOW.start, WINDOW.end - MS, WINDOW.end]
    found = outcomes(spark, schemas, [{"occurred_at": instant} for instant in instants])
    assert [outcome for outcome, _, _ in found] == ["out_of_window", "used", "used", "out_of_window"]


@pytest.mark.parametrize(
    ("policy", "outcome", "at"),
    [("clip", "used", WINDOW.start), ("keep", "used", WINDOW.start - MS), ("drop", "out_of_window", None)],
)
def test_a_late_row_is_treated_by_the_policy(
    spark: SparkSession, schemas: dict[str, Row], policy: str, outcome: str, at: datetime | None
) -> None:
    late = {"occurred_at": WINDOW.start - MS, "role": "late"}
    [(found, is_late, moment)] = outcomes(spark, schemas, [late], policy=policy)
    assert (found, is_late) == (outcome, True)
    assert at is None or moment == at


def test_on_the_first_night_only_what_was_received_since_is_late(spark: SparkSession, schemas: dict[str, Row]) -> None:
    since = WINDOW.start + timedelta(hours=1)
    row = {"occurred_at": WINDOW.start - MS, "role": "late"}
    rows = [{**row, "received_at": since - MS}, {**row, "received_at": since}]
    assert [it[:2] for it in outcomes(spark, schemas, rows, since)] == [("out_of_window", False), ("used", True)]


def test_rows_without_their_times_are_read_and_set_aside(spark: SparkSession, schemas: dict[str, Row]) -> None:
    rows: list[Row] = [{"occurred_at": None}, {"occurred_at": WINDOW.start, "received_at": None}]
    rows += [{"occurred_at": WINDOW.start, "event_type": None}, {"occurred_at": WINDOW.start, "coupon": None}]
    assert {it[0] for it in outcomes(spark, schemas, rows)} == {"set_aside"}


def test_one_poison_row_in_a_million_is_set_aside_and_the_others_are_not(
    spark: SparkSession, schemas: dict[str, Row]
) -> None:
    schema = StructType.fromJson(schemas["coupon"])
    given = {
        "event_id": "cast(id as string)",
        "coupon": "if(id = 271828, null, 'c')",
        "store_id": "'s'",
        "tenant_id": "'chain-a'",
        "event_type": "'issued'",
        "occurred_at": f"timestamp'{WINDOW.start:%Y-%m-%dT%H:%M:%SZ}'",
        "received_at": f"timestamp'{WINDOW.start:%Y-%m-%dT%H:%M:%SZ}'",
    }
    columns = StructType([*schema.fields, *ORIGIN.fields])
    rows = spark.range(10**6).selectExpr(
        *(f"cast({given.get(it.name, 'null')} as {it.dataType.simpleString()}) as {it.name}" for it in columns)
    )
    judged = window_rows(rows, schema, "coupon", WINDOW, None, "clip").groupBy("outcome", "reason").count()
    assert {tuple(row) for row in judged.collect()} == {(None, None, 10**6 - 1), ("set_aside", "VALUE", 1)}


def test_a_repeated_conflict_is_one_conflict_and_a_duplicate(spark: SparkSession, schemas: dict[str, Row]) -> None:
    row = {"occurred_at": WINDOW.start, "event_id": "same"}
    other = {**row, "coupon": "other", "received_at": WINDOW.start + MS}
    found = outcomes(spark, schemas, [row, row, other, other])
    assert [outcome for outcome, _, _ in found] == ["conflict", "duplicate", "duplicate", "used"]


def test_another_policy_is_refused(spark: SparkSession, schemas: dict[str, Row]) -> None:
    with pytest.raises(NightError, match="forget"):
        outcomes(spark, schemas, [{"occurred_at": WINDOW.start}], policy="forget")

"""Neither an input nor a night's work grows with the lake's history: a day that is known is named as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from expected_input import expected_load
from freeze import freeze
from night import NightConfig

if TYPE_CHECKING:
    from conftest import Aws

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
# Before the look-back, in it, and in the window.
HISTORY, LATELY, WINDOW = (DAY - timedelta(days=days) for days in (200, 60, 20))


def key(contract: str, day: date, name: str = "a") -> str:
    return f"data/{contract}/event_date={day}/event_hour=10/event_type=sale/{name}.parquet"


class Nights:
    """Nights on end, whose job counts three rows in each object that it only counts."""

    def __init__(self, aws: Aws, config: NightConfig) -> None:
        self.aws, self.config = aws, config
        self.rebuild = False

    def put(self, *keys: str, body: bytes = b"x") -> None:
        for it in keys:
            self.aws.put("night-in", it, body)

    def night(self, day: date, counted: bool = True) -> dict[str, Any]:
        """Freezes a night's input and does what its job does for the nights to come."""
        run_id = f"run-{day}-{self.rebuild}"
        document = freeze(self.aws.s3, self.config, day, NOW, run_id, False, self.rebuild).document
        days = [{**it, "rows": 3 * it["objects"]} for it in document["unread_days"] if it["rows"] is None]
        if counted:
            body = {"version": 1, "business_date": str(day), "days": days}
            self.put(f"snapshots/unread_rows/{day}.json", body=json.dumps(body).encode())
        self.put(*(f"snapshots/{contract}/{day}/_SUCCESS" for contract in ("product", "shopper")))
        return document


@pytest.fixture
def nights(aws: Aws, config: NightConfig) -> Nights:
    nights = Nights(aws, config)
    nights.put(key("purchase", HISTORY), key("purchase", HISTORY, "b"), key("purchase", LATELY))
    nights.put(key("purchase", WINDOW), key("product", HISTORY), key("product", DAY))
    return nights


def roles(document: Mapping[str, Any]) -> dict[str, str]:
    return {it["key"]: it["role"] for it in document["objects"]}


def unread(document: Mapping[str, Any]) -> dict[tuple[str, str], int | None]:
    return {(it["contract"], it["event_date"]): it["rows"] for it in document["unread_days"]}


def test_history_is_counted_once_and_then_named_by_the_day(nights: Nights) -> None:
    first, second, third = (nights.night(DAY + timedelta(days=days)) for days in range(3))
    history = ("purchase", str(HISTORY))
    assert {it: role for it, role in roles(first).items() if str(HISTORY) in it and "purchase" in it} == {
        key("purchase", HISTORY): "unread",
        key("purchase", HISTORY, "b"): "unread",
    }
    assert unread(first) == {history: None}
    # What was read tonight for the last time is counted tomorrow.
    assert roles(second) == {
        key("purchase", LATELY): "unread",
        key("purchase", WINDOW): "window",
        key("product", HISTORY): "unread",
        key("product", DAY): "unread",
    }
    assert unread(second)[history] == 6
    assert roles(third) == {key("purchase", WINDOW): "window"}
    assert unread(third) == {
        history: 6,
        ("purchase", str(LATELY)): 3,
        ("product", str(HISTORY)): 3,
        ("product", str(DAY)): 3,
    }


def test_a_night_that_counted_nothing_leaves_the_days_to_the_next(nights: Nights) -> None:
    nights.night(DAY, counted=False)
    second = nights.night(DAY + timedelta(days=1))
    assert unread(second)["purchase", str(HISTORY)] is None
    assert roles(second)[key("purchase", HISTORY)] == "unread"


@pytest.mark.parametrize("quiet_nights", [2, 5])
def test_of_a_known_day_only_what_came_since_is_read(nights: Nights, quiet_nights: int) -> None:
    for days in range(quiet_nights):
        nights.night(DAY + timedelta(days=days))
    nights.put(key("product", HISTORY, "new"), key("purchase", LATELY, "new"), key("purchase", HISTORY, "new"))
    document = nights.night(DAY + timedelta(days=quiet_nights))
    assert roles(document) == {
        key("product", HISTORY): "unread",
        key("product", HISTORY, "new"): "changes",
        key("purchase", HISTORY): "unread",
        key("purchase", HISTORY, "b"): "unread",
        key("purchase", HISTORY, "new"): "unread",
        key("purchase", LATELY): "unread",
        key("purchase", LATELY, "new"): "late",
        key("purchase", WINDOW): "window",
    }
    assert unread(document)["purchase", str(HISTORY)] is None
    # A day of which something is read is counted by the night after.
    assert ("product", str(HISTORY)) not in unread(document)
    assert unread(nights.night(DAY + timedelta(days=quiet_nights + 1)))["product", str(HISTORY)] is None
    assert unread(nights.night(DAY + timedelta(days=quiet_nights + 2)))["product", str(HISTORY)] == 6


def test_an_object_of_a_known_day_that_was_replaced_is_read_again(nights: Nights) -> None:
    for days in range(3):
        nights.night(DAY + timedelta(days=days))
    nights.put(key("product", HISTORY), body=b"other rows")
    assert roles(nights.night(DAY + timedelta(days=3)))[key("product", HISTORY)] == "changes"


def test_a_change_log_day_whose_list_has_expired_is_read_once_more(nights: Nights) -> None:
    for days in range(3):
        nights.night(DAY + timedelta(days=days))
    listed = nights.aws.keys("night-in", f"runs/days/product/{HISTORY}/")
    assert len(listed) == 1
    nights.aws.s3.delete_object(Bucket="night-in", Key=listed[0])
    nights.put(key("product", HISTORY, "new"))
    read = roles(nights.night(DAY + timedelta(days=3)))
    assert [read[key("product", HISTORY, name)] for name in ("a", "new")] == ["changes", "changes"]


def test_snapshots_made_anew_read_the_changes_of_known_days(nights: Nights) -> None:
    for days in range(3):
        nights.night(DAY + timedelta(days=days))
    nights.rebuild = True
    document = nights.night(DAY + timedelta(days=3))
    assert roles(document) == {
        key("product", HISTORY): "changes",
        key("product", DAY): "changes",
        key("purchase", WINDOW): "window",
    }
    assert unread(document) == {("purchase", str(HISTORY)): 6, ("purchase", str(LATELY)): 3}


def test_a_day_that_the_window_reaches_is_read_whatever_was_counted_of_it(nights: Nights) -> None:
    # A night of yesterday with today's events there already counts them; tonight reads them.
    nights.put(key("purchase", DAY + timedelta(days=1)))
    before = nights.night(DAY)
    assert roles(before)[key("purchase", DAY + timedelta(days=1))] == "unread"
    assert roles(nights.night(DAY + timedelta(days=1)))[key("purchase", DAY + timedelta(days=1))] == "window"


def test_the_cluster_is_ordered_without_writing_any_list(nights: Nights) -> None:
    nights.night(DAY)
    nights.night(DAY + timedelta(days=1))
    before = nights.aws.keys("night-in", "runs/")
    assert expected_load(nights.aws.s3, nights.config, DAY + timedelta(days=2)).event_bytes == 1
    assert nights.aws.keys("night-in", "runs/") == before

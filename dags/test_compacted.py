"""A copy of many small objects is frozen in their place while, and only while, it stands for what is there."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from freeze import freeze
from night import NightConfig, NightError
from publish import publish

if TYPE_CHECKING:
    from conftest import Aws

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
FOLDER = "event_date={day}/event_hour=10/event_type=sale"


def key(name: str, day: date = DAY, contract: str = "purchase") -> str:
    return f"data/{contract}/{FOLDER.format(day=day)}/{name}.parquet"


def copy_key(name: str, day: date = DAY) -> str:
    return f"snapshots/compacted/purchase/{FOLDER.format(day=day)}/{name}.parquet"


class Lake:
    """A bucket with objects and copies of them."""

    def __init__(self, aws: Aws, config: NightConfig) -> None:
        self.aws, self.config = aws, config

    def put(self, *keys: str, body: bytes = b"x") -> None:
        for it in keys:
            self.aws.put("night-in", it, body)

    def etag(self, it: str) -> str:
        return str(self.aws.s3.head_object(Bucket="night-in", Key=it)["ETag"].strip('"'))

    def index(self, night: date, *copies: tuple[str, list[str]], version: int = 1) -> None:
        entries = [
            {"contract": "purchase", "key": copy, "sources": [{"key": it, "etag": self.etag(it)} for it in sources]}
            for copy, sources in copies
        ]
        document = {"version": version, "business_date": str(night), "copies": entries}
        self.put(f"snapshots/compacted/{night}.json", body=json.dumps(document).encode())

    def frozen(self, day: date = DAY, run_id: str = "run") -> list[dict[str, Any]]:
        objects: list[dict[str, Any]] = freeze(self.aws.s3, self.config, day, NOW, run_id, False).document["objects"]
        return objects

    def roles(self, day: date = DAY) -> dict[str, str]:
        return {it["key"]: it["role"] for it in self.frozen(day)}


@pytest.fixture
def lake(aws: Aws, config: NightConfig) -> Lake:
    lake = Lake(aws, config)
    lake.put(key("a"), key("b"), key("c"), copy_key("ab"), body=b"rows")
    lake.index(DAY - timedelta(days=1), (copy_key("ab"), [key("a"), key("b")]))
    return lake


def test_a_copy_is_read_in_place_of_its_objects_and_says_which(lake: Lake) -> None:
    copy, other = sorted(lake.frozen(), key=lambda it: it["key"], reverse=True)
    assert copy == {
        "contract": "purchase",
        "key": copy_key("ab"),
        "etag": lake.etag(copy_key("ab")),
        "size": 4,
        "role": "window",
        "sources": [{"key": it, "etag": lake.etag(it)} for it in (key("a"), key("b"))],
    }
    assert (other["key"], "sources" in other) == (key("c"), False)


def test_objects_of_which_one_changed_or_is_gone_are_read_themselves(lake: Lake) -> None:
    lake.put(key("b"), body=b"other rows")
    assert set(lake.roles()) == {key("a"), key("b"), key("c")}
    lake.aws.s3.delete_object(Bucket="night-in", Key=key("b"))
    assert set(lake.roles(DAY + timedelta(days=1))) == {key("a"), key("c")}


def test_a_copy_that_is_gone_is_not_missed(lake: Lake) -> None:
    lake.aws.s3.delete_object(Bucket="night-in", Key=copy_key("ab"))
    assert set(lake.roles()) == {key("a"), key("b"), key("c")}


def test_no_object_is_read_twice_where_two_copies_hold_it(lake: Lake) -> None:
    lake.put(copy_key("bc"))
    lake.index(DAY, (copy_key("bc"), [key("b"), key("c")]))
    assert set(lake.roles()) == {copy_key("ab"), key("c")}


def test_out_of_the_window_the_copy_is_counted_in_place_of_its_objects(lake: Lake) -> None:
    assert lake.roles(DAY + timedelta(days=70)) == {copy_key("ab"): "unread", key("c"): "unread"}


def test_what_no_night_has_seen_is_read_as_late_and_not_as_a_copy(lake: Lake) -> None:
    assert lake.roles(DAY + timedelta(days=60)) == {key(name): "late" for name in "abc"}


def test_what_was_read_as_a_copy_is_not_late_afterwards(lake: Lake) -> None:
    lake.frozen()
    for contract in ("product", "shopper"):
        lake.put(f"snapshots/{contract}/{DAY}/_SUCCESS")
    # The day has just left the window: only what no night has seen is late.
    lake.put(key("new"))
    lake.aws.s3.delete_object(Bucket="night-in", Key=copy_key("ab"))
    roles = lake.roles(DAY + timedelta(days=56))
    assert roles == {**{key(name): "unread" for name in "abc"}, key("new"): "late"}


def test_a_copy_that_is_replaced_after_the_freeze_is_an_input_that_changed(lake: Lake) -> None:
    lake.frozen()
    job = {
        "business_date": str(DAY),
        "offer_date": "2026-11-21",
        "input_digest": "d",
        "files": [],
        "tenants": {},
        "objects_set_aside": [],
    }
    job |= {"model": {"sha256": "ab"}, "policy": {"sha256": "cd"}, "counts": {}, "by_contract": {}}
    lake.aws.put("night-out", f"staging/{DAY}/_job.json", json.dumps(job).encode())
    lake.put(copy_key("ab"), body=b"other rows")
    with pytest.raises(NightError, match=rf"{copy_key('ab')} changed since the night's input was frozen"):
        publish(lake.aws.s3, lake.config, DAY, supersede=False)
    lake.put(copy_key("ab"), body=b"rows")
    assert publish(lake.aws.s3, lake.config, DAY, supersede=False)["input_digest"] == "d"


def test_an_index_of_another_version_stops_the_night_with_advice(lake: Lake) -> None:
    lake.index(DAY - timedelta(days=1), (copy_key("ab"), [key("a")]), version=2)
    with pytest.raises(NightError, match=r"compacted/2026-11-19\.json has version 2, 1 is expected: delete it"):
        lake.frozen()

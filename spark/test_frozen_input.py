"""Only a frozen input that is exactly as written down is read, and keys say what a row's columns do not."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from recommender.errors import NightError
from recommender.frozen_input import FrozenObject, parse_frozen_input

DAY = date(2026, 11, 20)
KEY = "data/purchase/event_date=2026-11-20/event_hour=19/event_type=sale/region=ne/x=1/a=b.parquet"


def document(**changes: Any) -> str:
    item = {"contract": "purchase", "key": KEY, "etag": "e", "size": 3, "role": "window"}
    whole = {
        "version": 1,
        "business_date": str(DAY),
        "frozen_at": "2026-11-21T02:20:00Z",
        "first_night": True,
        "previous_business_date": None,
        "late_since": "2026-11-20T03:00:00Z",
        "objects": [item],
    }
    return json.dumps({**whole, **changes})


def test_a_key_gives_the_event_type_and_the_extra_partitions_but_no_time() -> None:
    item = FrozenObject("purchase", KEY, 3, "window")
    assert item.event_type() == "sale"
    assert item.extra_partitions() == '{"region":"ne","x":"1"}'
    assert FrozenObject("purchase", "data/purchase/a.parquet", 3, "window").event_type() is None
    assert FrozenObject("purchase", "data/purchase/event_type=/a.parquet", 3, "window").event_type() is None


def test_an_input_that_makes_the_snapshots_anew_builds_upon_none() -> None:
    frozen = parse_frozen_input(document(first_night=False, rebuild_snapshots=True, late_since=None), DAY, "input")
    assert (frozen.previous_business_date, frozen.late_since) == (None, None)


def test_unread_objects_are_told_from_those_that_are_read() -> None:
    items = [
        {"contract": "product", "key": f"data/product/{role}.parquet", "etag": "e", "size": 1, "role": role}
        for role in ("changes", "unread")
    ]
    frozen = parse_frozen_input(document(objects=items), DAY, "input")
    assert [item.role for item in frozen.of("product")] == ["changes"]
    assert [item.role for item in frozen.unread()] == ["unread"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        document(version=2),
        document(business_date="2026-11-19"),
        document(late_since="2026-11-20T03:00:00"),
        document(first_night=False),
        document(objects=[{"contract": "purchase"}]),
        document(objects=[{"contract": "operator", "key": "k", "etag": "e", "size": 1, "role": "unread"}]),
        document(objects=[{"contract": "purchase", "key": "k", "etag": "e", "size": 1, "role": "changes"}]),
        document(objects=[{"contract": "product", "key": "k", "etag": "e", "size": 1, "role": "unread"}] * 2),
    ],
)
def test_another_document_is_refused_by_name(text: str) -> None:
    with pytest.raises(NightError, match=r"s3://in/runs/input\.json|late_since"):
        parse_frozen_input(text, DAY, "s3://in/runs/input.json")

"""The frozen input is what the job reads, and all it reads: a document that is not as expected stops the night."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from recommender.business_window import parse_instant
from recommender.errors import NightError

VERSION = 1
WINDOW_CONTRACTS = ("purchase", "coupon")
CHANGE_LOGS = ("product", "shopper")
CONTRACTS = WINDOW_CONTRACTS + CHANGE_LOGS
UNREAD = "unread"
ROLES = {
    **dict.fromkeys(WINDOW_CONTRACTS, frozenset({"window", "late", UNREAD})),
    **dict.fromkeys(CHANGE_LOGS, frozenset({"changes", UNREAD})),
}
# Partition keys that say when, not what: they follow from occurred_at.
TIME_PARTITIONS = frozenset({"event_date", "event_hour", "event_minute"})
PARTITION = re.compile(r"([^/=]+)=([^/]*)")


@dataclass(frozen=True)
class FrozenObject:
    """One object of the lake as it was when the night froze its input; `size` in bytes."""

    contract: str
    key: str
    size: int
    role: str
    etag: str = ""

    def partitions(self) -> dict[str, str]:
        """The partition values of the key, as text."""
        segments = self.key.split("/")[:-1]
        return {match[1]: match[2] for match in map(PARTITION.fullmatch, segments) if match}

    def event_date(self) -> str:
        """The event date that the key says; empty when it says none."""
        return self.partitions().get("event_date", "")

    def event_type(self) -> str | None:
        """The event type that the key says; None when it says none."""
        return self.partitions().get("event_type") or None

    def extra_partitions(self) -> str:
        """The contract's own partition keys as canonical JSON: they are content of the event."""
        values = {k: v for k, v in self.partitions().items() if k not in TIME_PARTITIONS and k != "event_type"}
        return json.dumps(values, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class UnreadDay:
    """A contract's event date of which nothing is read. `digest`: of its `objects`, which stand in the input while
    `rows` is None: they are to be counted."""

    contract: str
    event_date: str
    objects: int
    digest: str
    rows: int | None


@dataclass(frozen=True)
class FrozenInput:
    """`late_since` (UTC): rows of late objects received before it are not late; None: every row is.
    `previous_business_date`: the night whose snapshots tonight's changes are folded into; None on the
    first night and when snapshots are made anew."""

    business_date: date
    previous_business_date: date | None
    late_since: datetime | None
    objects: tuple[FrozenObject, ...]
    unread_days: tuple[UnreadDay, ...] = ()

    def of(self, contract: str) -> list[FrozenObject]:
        """The objects of a contract whose rows are read."""
        return [item for item in self.objects if item.contract == contract and item.role != UNREAD]

    def unread(self) -> list[FrozenObject]:
        """The objects of which only the row counts are read."""
        return [item for item in self.objects if item.role == UNREAD]


def parse_frozen_input(text: str, business_date: date, where: str) -> FrozenInput:
    """Reads and checks `runs/<D>/input.json`; `where` names it in messages."""
    try:
        document = json.loads(text)
        frozen = _frozen_input(document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NightError(f"{where} is not a frozen input: {type(error).__name__} {error}.") from error
    if document.get("version") != VERSION:
        raise NightError(f"{where} has version {document.get('version')!r}, this job reads version {VERSION}.")
    if frozen.business_date != business_date:
        raise NightError(f"{where} is the input of {frozen.business_date}, not of {business_date}.")
    _check_objects(frozen.objects, where)
    return frozen


def _frozen_input(document: dict[str, Any]) -> FrozenInput:
    previous = document.get("previous_business_date")
    if previous is None and not document["first_night"] and not document.get("rebuild_snapshots"):
        raise KeyError("previous_business_date")
    late_since = document["late_since"]
    return FrozenInput(
        date.fromisoformat(document["business_date"]),
        date.fromisoformat(previous) if previous is not None else None,
        parse_instant(late_since, "late_since") if late_since is not None else None,
        tuple(
            FrozenObject(item["contract"], item["key"], int(item["size"]), item["role"], item["etag"])
            for item in document["objects"]
        ),
        tuple(UnreadDay(**day) for day in document.get("unread_days", ())),
    )


def _check_objects(objects: Iterable[FrozenObject], where: str) -> None:
    seen: set[str] = set()
    for item in objects:
        if item.role not in ROLES.get(item.contract, ()):
            raise NightError(f"{where} gives {item.key} the role {item.role!r} of {item.contract!r}, which is unknown.")
        if item.key in seen:
            raise NightError(f"{where} names {item.key} twice.")
        seen.add(item.key)

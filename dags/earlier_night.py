"""What an earlier night saw of the lake, object by object or day by day.

A day that no night reads any more is named as a whole, with a digest of its objects, so that neither an input nor the
work of a night grows with the history of the lake.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from night import CHANGE_LOGS, NightConfig, offer_date
from stored import MANIFEST, StoredObject, exists, read_json_bytes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# What the objects of a day are that an input names as a whole.
DAY_LIST = "runs/days/{contract}/{event_date}/{digest}.json"
# Where the job says how many rows it counted in days that it did not read.
COUNTED = "snapshots/unread_rows/{business_date}.json"
DayKey = tuple[str, str]


@dataclass(frozen=True)
class UnreadDay:
    """A contract's event date of which nothing is read. `digest`: of its objects; `rows`: None until a job counted
    them, and so long its objects stand in the input."""

    contract: str
    event_date: str
    objects: int
    digest: str
    rows: int | None

    def named(self) -> dict[str, Any]:
        """The day's entry in an input."""
        return asdict(self)


def digest_of(items: Iterable[StoredObject]) -> str:
    """The sha256 over keys and ETags, in key order."""
    return hashlib.sha256("".join(f"{item.key} {item.etag}\n" for item in items).encode()).hexdigest()


def input_key(day: date) -> str:
    """Where D's frozen input lies in the IN bucket."""
    return f"runs/{day}/input.json"


@dataclass
class EarlierNight:
    """The night that tonight goes on from. `objects`: key → ETag of those that its input names one by one; `counted`:
    the days of which the rows are known; `whole`: those of them that its input names as a whole; `read`: gets an object
    of the IN bucket."""

    business_date: date
    objects: Mapping[str, str]
    counted: Mapping[DayKey, UnreadDay] = field(default_factory=dict)
    whole: Mapping[DayKey, UnreadDay] = field(default_factory=dict)
    read: Callable[[str], bytes | None] = lambda _: None

    def known(self, contract: str, event_date: str, digest: str) -> UnreadDay | None:
        """The day, when its rows are known and its objects are those that were counted."""
        day = self.counted.get((contract, event_date))
        return day if day is not None and day.digest == digest else None

    def etags(self, contract: str, event_date: str | None) -> Mapping[str, str]:
        """Key → ETag of what it saw of a contract's day. A list that has expired leaves its day unseen: it is read
        once more, and folds into the same snapshots."""
        day = self.whole.get((contract, event_date or ""))
        if day is None:
            return self.objects
        body = self.read(day_list_key(day))
        return dict(json.loads(body)["objects"]) if body else {}


def day_list_key(day: UnreadDay) -> str:
    """Where the objects of a day are listed."""
    return DAY_LIST.format(contract=day.contract, event_date=day.event_date, digest=day.digest)


def earlier_night(s3: S3Client, config: NightConfig, day: date, rebuild_snapshots: bool = False) -> EarlierNight | None:
    """The newest night before D that froze its input and finished its snapshots. Where these are made anew, because
    they may be lost, a night that is published is as good."""

    def read(key: str) -> bytes | None:
        body = read_json_bytes(s3, config.in_bucket, key)
        return None if body is None else body[0]

    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=config.in_bucket, Prefix="runs/", Delimiter="/")
    names = [prefix["Prefix"].split("/")[1] for page in pages for prefix in page.get("CommonPrefixes", [])]
    days = [date.fromisoformat(name) for name in names if re.fullmatch(r"\d{4}-\d{2}-\d{2}", name)]
    for earlier in sorted((d for d in days if d < day), reverse=True):
        done = all(
            exists(s3, config.in_bucket, f"snapshots/{contract}/{earlier}/_SUCCESS")
            for contract in sorted(CHANGE_LOGS & set(config.read_contracts))
        )
        if rebuild_snapshots and not done:
            done = exists(s3, config.out_bucket, MANIFEST.format(offer_date=offer_date(earlier)))
        body = read(input_key(earlier)) if done else None
        if body is not None:
            return _earlier_night(earlier, json.loads(body), read)
    return None


def _earlier_night(day: date, document: Mapping[str, Any], read: Callable[[str], bytes | None]) -> EarlierNight:
    objects = {item["key"]: item["etag"] for entry in document["objects"] for item in entry.get("sources", [entry])}
    named = [UnreadDay(**it) for it in document.get("unread_days", [])]
    whole = {(it.contract, it.event_date): it for it in named if it.rows is not None}
    body = read(COUNTED.format(business_date=day))
    counted = [UnreadDay(**it) for it in json.loads(body)["days"]] if body else []
    known = whole | {(it.contract, it.event_date): it for it in counted}
    return EarlierNight(day, objects, known, whole, read)

"""The input of a night is decided once: every object, its ETag and its role, written with If-None-Match.

A retry reads what the first try wrote; --refreeze decides anew while nothing of the night is published.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from compacted import Copy, list_copies, standing_for
from night import CHANGE_LOGS, NightConfig, NightError, format_instant, offer_date
from stored import MANIFEST, StoredObject, exists, list_objects, put_if_absent, put_if_match, read_json_bytes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

VERSION = 1
EVENT_DATE = re.compile(r"/event_date=(\d{4}-\d{2}-\d{2})/")


@dataclass(frozen=True)
class FrozenInput:
    """The document as parsed and the digest of its bytes, which names the Spark step."""

    document: dict[str, Any]
    digest: str


def input_key(day: date) -> str:
    """Where D's frozen input lies in the IN bucket."""
    return f"runs/{day}/input.json"


def role_of(contract: str, key: str, etag: str, day: date, config: NightConfig, seen: Mapping[str, str] | None) -> str:
    """What the job does with an object.

    seen: key → ETag of the previous night's input, None on the first night. A window contract's object is read when
    its event date lies in the window, or before it, in the lookback, when no earlier night saw it. An object of a
    change log is read once, the first night it is seen: its rows then live in the snapshot.
    """
    new = seen is None or seen.get(key) != etag
    if contract in CHANGE_LOGS:
        return "changes" if new else "unread"
    match = EVENT_DATE.search(key)
    if not match:
        return "unread"
    window_start = day - timedelta(days=config.window_days - 1)
    lookback_start = window_start - timedelta(days=config.late_lookback_days)
    event_date = date.fromisoformat(match[1])
    if window_start <= event_date <= day:
        return "window"
    return "late" if new and lookback_start <= event_date < window_start else "unread"


def build_input(
    config: NightConfig,
    day: date,
    listing: Mapping[str, Iterable[StoredObject]],
    previous: tuple[date, Mapping[str, str]] | None,
    frozen_at: datetime,
    frozen_by: str,
    copies: list[Copy],
    rebuild_snapshots: bool = False,
) -> dict[str, Any]:
    """The document of runs/<D>/input.json from the listing of each contract's prefix and the copies that may stand for
    objects of it. With rebuild_snapshots every object of a change log is read and no snapshot is; what is late is
    what it always was."""
    seen = seen_by_contract(config, previous, rebuild_snapshots)
    midnight = datetime.combine(day, time(0), config.zone).astimezone(UTC)
    return {
        "version": VERSION,
        "business_date": str(day),
        "frozen_at": format_instant(frozen_at),
        "frozen_by": frozen_by,
        "first_night": previous is None,
        "rebuild_snapshots": rebuild_snapshots,
        "previous_business_date": str(previous[0]) if previous and not rebuild_snapshots else None,
        "late_since": None if previous else format_instant(midnight),
        "objects": [
            entry
            for contract in config.read_contracts
            for entry in _entries(config, day, contract, listing[contract], seen[contract], copies)
        ],
    }


def seen_by_contract(
    config: NightConfig, previous: tuple[date, Mapping[str, str]] | None, rebuild_snapshots: bool
) -> dict[str, Mapping[str, str] | None]:
    """What role_of takes as seen, for each contract: nothing of a change log whose snapshots are made anew."""
    seen = previous[1] if previous else None
    return {name: None if rebuild_snapshots and name in CHANGE_LOGS else seen for name in config.read_contracts}


def _entries(
    config: NightConfig,
    day: date,
    contract: str,
    listing: Iterable[StoredObject],
    seen: Mapping[str, str] | None,
    copies: list[Copy],
) -> list[dict[str, Any]]:
    """A contract's objects in key order; a copy's entry has the `sources` that it stands for."""
    there = {item.key: item for item in listing}

    def role(key: str, etag: str) -> str:
        return role_of(contract, key, etag, day, config, seen)

    chosen = standing_for(contract, there, copies, lambda key: role(key, "") == "window")
    replaced = {key for copy in chosen.values() for key in copy.sources}
    items = [item for key, item in there.items() if key not in replaced] + [copy.stored for copy in chosen.values()]
    entries: list[dict[str, Any]] = []
    for item in sorted(items, key=lambda item: item.key):
        entry = {"contract": contract, "key": item.key, "etag": item.etag, "size": item.size}
        entries.append({**entry, "role": role(item.key, item.etag)})
        if item.key in chosen:
            sources = sorted(chosen[item.key].sources.items())
            entries[-1]["sources"] = [{"key": key, "etag": etag} for key, etag in sources]
    return entries


def list_input(s3: S3Client, config: NightConfig) -> dict[str, list[StoredObject]]:
    """The Parquet objects now under the prefix of each contract that the job reads."""
    return {
        contract: [
            item for item in list_objects(s3, config.in_bucket, f"data/{contract}/") if item.key.endswith(".parquet")
        ]
        for contract in config.read_contracts
    }


def previous_night(
    s3: S3Client, config: NightConfig, day: date, rebuild_snapshots: bool = False
) -> tuple[date, dict[str, str]] | None:
    """The newest night before D that froze its input and finished its snapshots, with the ETags it saw. Where these are
    made anew, because they may be lost, a night that is published is as good."""
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
        body = read_json_bytes(s3, config.in_bucket, input_key(earlier)) if done else None
        if body is not None:
            return earlier, {
                item["key"]: item["etag"]
                for entry in json.loads(body[0])["objects"]
                for item in entry.get("sources", [entry])
            }
    return None


def freeze(
    s3: S3Client,
    config: NightConfig,
    day: date,
    now: datetime,
    run_id: str,
    refreeze: bool,
    rebuild_snapshots: bool = False,
) -> FrozenInput:
    """Returns D's frozen input, writing it if this is the first time (or a refreeze by another run than its writer).
    rebuild_snapshots: the input is one that makes the snapshots anew, and what is frozen already is frozen anew."""
    key = input_key(day)
    refreeze = refreeze or rebuild_snapshots
    existing = read_json_bytes(s3, config.in_bucket, key)
    if existing is not None:
        document = json.loads(existing[0])
        # A retry of the run that froze anew must find the input that its running step reads.
        if not refreeze or document.get("frozen_by") == run_id:
            return FrozenInput(document, hashlib.sha256(existing[0]).hexdigest())
        manifest = MANIFEST.format(offer_date=offer_date(day))
        if exists(s3, config.out_bucket, manifest):
            raise NightError(f"refreeze is refused: s3://{config.out_bucket}/{manifest} is already published.")
    previous = previous_night(s3, config, day, rebuild_snapshots)
    listing, copies = list_input(s3, config), list_copies(s3, config)
    document = build_input(config, day, listing, previous, now, run_id, copies, rebuild_snapshots)
    body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    if existing is None:
        written = put_if_absent(s3, config.in_bucket, key, body)
    else:
        written = put_if_match(s3, config.in_bucket, key, body, existing[1])
    if not written:
        # Another run was first: what it wrote is the night's input.
        return freeze(s3, config, day, now, run_id, refreeze=False)
    return FrozenInput(document, hashlib.sha256(body).hexdigest())

"""What a night reads of each object, decided day by day from the listing and from what an earlier night saw.

Pure but for the lists of days that the earlier night names as a whole, which are fetched when such a day has changed.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from compacted import Copy, standing_for
from earlier_night import EarlierNight, UnreadDay, day_list_key, digest_of
from night import CHANGE_LOGS, NightConfig
from stored import StoredObject

EVENT_DATE = re.compile(r"/event_date=(\d{4}-\d{2}-\d{2})/")


@dataclass
class InputPlan:
    """`objects`: the entries of the input's objects; `unread_days`: the days of which nothing is read; `day_lists`:
    by key, the lists that must be stored before the input names their days as a whole."""

    objects: list[dict[str, Any]] = field(default_factory=list)
    unread_days: list[UnreadDay] = field(default_factory=list)
    day_lists: dict[str, bytes] = field(default_factory=dict)

    def bytes_read(self) -> int:
        """How much the job reads."""
        return sum(item["size"] for item in self.objects if item["role"] != "unread")


def role_of(contract: str, key: str, etag: str, day: date, config: NightConfig, seen: Mapping[str, str] | None) -> str:
    """What the job does with an object.

    seen: key → ETag of what the earlier night saw, None on the first night. A window contract's object is read when
    its event date lies in the window, or before it, in the lookback, when no earlier night saw it. An object of a
    change log is read once, the first night it is seen: its rows then live in the snapshot.
    """
    new = seen is None or seen.get(key) != etag
    if contract in CHANGE_LOGS:
        return "changes" if new else "unread"
    event_date = event_date_of(key)
    if event_date is None:
        return "unread"
    first = window_start(day, config)
    if first <= date.fromisoformat(event_date) <= day:
        return "window"
    is_late = first - timedelta(days=config.late_lookback_days) <= date.fromisoformat(event_date) < first
    return "late" if new and is_late else "unread"


def plan_input(
    config: NightConfig,
    day: date,
    listing: Mapping[str, Iterable[StoredObject]],
    earlier: EarlierNight | None,
    copies: list[Copy],
    rebuild_snapshots: bool = False,
) -> InputPlan:
    """`listing`: the objects of each contract in key order; `copies`: those that may stand for objects of it. With
    rebuild_snapshots every object of a change log is read; what is late is what it always was."""
    plan = InputPlan()
    for contract in config.read_contracts:
        seen = None if rebuild_snapshots and contract in CHANGE_LOGS else earlier
        mine: dict[str | None, list[Copy]] = defaultdict(list)
        for copy in copies:
            if copy.contract == contract:
                mine[event_date_of(copy.stored.key)].append(copy)
        entries: list[dict[str, Any]] = []
        for event_date, items in groupby(listing[contract], key=lambda item: event_date_of(item.key)):
            these = _Day(contract, event_date, list(items), seen, mine[event_date])
            entries += _plan_day(plan, config, day, these)
        plan.objects += sorted(entries, key=lambda entry: str(entry["key"]))
    return plan


def window_start(day: date, config: NightConfig) -> date:
    """The first day of D's window."""
    return day - timedelta(days=config.window_days - 1)


def event_date_of(key: str) -> str | None:
    """The event date that a key says, None when it says none."""
    match = EVENT_DATE.search(key)
    return match[1] if match else None


@dataclass(frozen=True)
class _Day:
    contract: str
    event_date: str | None
    items: list[StoredObject]
    earlier: EarlierNight | None
    copies: list[Copy]


def _plan_day(plan: InputPlan, config: NightConfig, day: date, these: _Day) -> list[dict[str, Any]]:
    """Adds a day to the plan and returns the entries of its objects, in which a copy has the `sources` that it stands
    for; a day whose rows are known already has none."""
    contract, event_date, items, earlier = these.contract, these.event_date, these.items, these.earlier
    digest = digest_of(items)
    in_window = role_of(contract, items[0].key, "", day, config, None) == "window"
    known = earlier.known(contract, event_date, digest) if earlier and event_date and not in_window else None
    if earlier and known:
        plan.unread_days.append(known)
        if earlier.whole.get((known.contract, known.event_date)) != known:
            listed = [[item.key, item.etag] for item in items]
            plan.day_lists[day_list_key(known)] = json.dumps({"objects": listed}, separators=(",", ":")).encode()
        return []
    seen = earlier.etags(contract, event_date) if earlier else None
    roles = {item.key: role_of(contract, item.key, item.etag, day, config, seen) for item in items}
    if event_date and all(role == "unread" for role in roles.values()):
        plan.unread_days.append(UnreadDay(contract, event_date, len(items), digest, None))
    chosen = standing_for({item.key: item.etag for item in items}, roles, these.copies)
    replaced = {key for copy in chosen for key in copy.sources}
    entries = [_entry(contract, item, roles[item.key]) for item in items if item.key not in replaced]
    for copy in chosen:
        sources = [{"key": key, "etag": etag} for key, etag in sorted(copy.sources.items())]
        entries.append({**_entry(contract, copy.stored, roles[sources[0]["key"]]), "sources": sources})
    return entries


def _entry(contract: str, item: StoredObject, role: str) -> dict[str, Any]:
    return {"contract": contract, "key": item.key, "etag": item.etag, "size": item.size, "role": role}

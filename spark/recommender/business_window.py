"""A window is a half-open interval of instants made from local dates, whatever the local clocks did in between.

Midnight may not exist (São Paulo, 2018-11-04) or come twice: a day begins at its first instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from recommender.errors import NightError


@dataclass(frozen=True)
class BusinessWindow:
    """The local days `first_day` … `last_day` as the instants `start` ≤ t < `end`, in UTC."""

    first_day: date
    last_day: date
    start: datetime
    end: datetime


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that IANA name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise NightError(
            f"The time zone {name!r} is not known: give an IANA name such as America/Sao_Paulo."
        ) from error


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC: where midnight is skipped, the instant that the clocks jump at."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def business_window(last_day: date, days: int, zone: ZoneInfo) -> BusinessWindow:
    """The `days` local days that end on `last_day`."""
    if days < 1:
        raise NightError(f"The window has {days} days: at least one is needed.")
    first_day = last_day - timedelta(days=days - 1)
    return BusinessWindow(
        first_day, last_day, day_start(first_day, zone), day_start(last_day + timedelta(days=1), zone)
    )


def end_of_day(day: date, zone: ZoneInfo) -> str:
    """The last second of a local day as RFC 3339 with that moment's offset."""
    last = (day_start(day + timedelta(days=1), zone) - timedelta(seconds=1)).astimezone(zone)
    return last.isoformat(timespec="seconds")


def parse_instant(text: str, what: str) -> datetime:
    """An RFC 3339 time with an offset, as UTC."""
    try:
        instant = datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError as error:
        raise NightError(f"{what} is {text!r}: a time such as 2026-11-23T02:00:00Z is expected.") from error
    if instant.tzinfo is None:
        raise NightError(f"{what} is {text!r}: it has no offset.")
    return instant.astimezone(UTC)

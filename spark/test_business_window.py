"""Windows are half-open intervals of instants, right on every odd day of the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from recommender.business_window import business_window, end_of_day, parse_instant, zone_of
from recommender.errors import NightError

SAO_PAULO = zone_of("America/Sao_Paulo")


@pytest.mark.parametrize(
    ("last_day", "days", "start", "end"),
    [
        # An ordinary week at -03:00.
        (date(2026, 11, 22), 7, "2026-11-16T03:00Z", "2026-11-23T03:00Z"),
        # 2018-11-04 began at 01:00, since 00:00 did not exist: the day before it ends there.
        (date(2018, 11, 4), 1, "2018-11-04T03:00Z", "2018-11-05T02:00Z"),
        (date(2018, 11, 3), 1, "2018-11-03T03:00Z", "2018-11-04T03:00Z"),
        # 2018-02-17 had 25 hours: its last one came twice.
        (date(2018, 2, 17), 1, "2018-02-17T02:00Z", "2018-02-18T03:00Z"),
        # The leap day, and a year without one.
        (date(2028, 3, 1), 2, "2028-02-29T03:00Z", "2028-03-02T03:00Z"),
        (date(2027, 3, 1), 2, "2027-02-28T03:00Z", "2027-03-02T03:00Z"),
        # The year's end.
        (date(2027, 1, 1), 2, "2026-12-31T03:00Z", "2027-01-02T03:00Z"),
    ],
)
def test_a_window_is_made_of_whole_local_days(last_day: date, days: int, start: str, end: str) -> None:
    window = business_window(last_day, days, SAO_PAULO)
    assert (window.start, window.end) == (datetime.fromisoformat(start), datetime.fromisoformat(end))


def test_windows_of_neighbouring_days_neither_overlap_nor_leave_a_gap() -> None:
    for day in range(1, 30):
        assert business_window(date(2018, 11, day), 1, SAO_PAULO).end == (
            business_window(date(2018, 11, day + 1), 1, SAO_PAULO).start
        )


def test_an_offer_is_valid_until_the_last_second_of_its_local_day() -> None:
    assert end_of_day(date(2026, 11, 23), SAO_PAULO) == "2026-11-23T23:59:59-03:00"
    assert end_of_day(date(2018, 11, 3), SAO_PAULO) == "2018-11-03T23:59:59-03:00"
    assert end_of_day(date(2018, 11, 4), SAO_PAULO) == "2018-11-04T23:59:59-02:00"


def test_an_instant_needs_an_offset() -> None:
    assert parse_instant("2026-11-22T23:00:00-03:00", "now") == datetime(2026, 11, 23, 2, tzinfo=UTC)
    for text in ("2026-11-22T23:00:00", "yesterday", ""):
        with pytest.raises(NightError, match="now is"):
            parse_instant(text, "now")


def test_an_unknown_zone_and_an_empty_window_are_refused() -> None:
    with pytest.raises(NightError, match="Sao_Pualo"):
        zone_of("America/Sao_Pualo")
    with pytest.raises(NightError, match="0 days"):
        business_window(date(2026, 11, 22), 0, SAO_PAULO)

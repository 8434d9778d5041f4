"""What a night is told on its command line, checked before anything is read."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from recommender.business_window import BusinessWindow, business_window, end_of_day, parse_instant, zone_of
from recommender.errors import NightError
from recommender.events import LATE_POLICIES


@dataclass(frozen=True)
class Settings:
    """URLs have no slash at their end. `now` is the instant that the run takes as now."""

    business_date: date
    now: datetime
    time_zone: str
    input_url: str
    lake: str
    out: str
    models: str
    window_days: int
    late_policy: str
    policy: str

    @property
    def offer_date(self) -> date:
        """The day that the offers are for."""
        return self.business_date + timedelta(days=1)

    @property
    def window(self) -> BusinessWindow:
        """The days whose purchases and coupons are read."""
        return business_window(self.business_date, self.window_days, zone_of(self.time_zone))

    @property
    def valid_until(self) -> str:
        """The last second of the offers' day, local."""
        return end_of_day(self.offer_date, zone_of(self.time_zone))

    @property
    def staging(self) -> str:
        """Where the night's lines wait to be published."""
        return f"{self.out}/staging/{self.business_date}"


def parse_settings(arguments: Sequence[str]) -> Settings:
    """Reads the step's arguments; argparse exits with 2 and says which one is wrong."""
    parser = argparse.ArgumentParser(prog="recommend.py", description="Makes one night's offers.", allow_abbrev=False)
    parser.add_argument("--business-date", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
    parser.add_argument("--now", required=True, metavar="RFC3339")
    parser.add_argument("--time-zone", required=True, metavar="NAME")
    parser.add_argument("--input", required=True, metavar="URL", help="the frozen input of the night")
    parser.add_argument("--in", required=True, dest="lake", metavar="URL", help="the bucket of the lake")
    parser.add_argument("--out", required=True, metavar="URL", help="the bucket of the offers")
    parser.add_argument("--models", required=True, metavar="URL", help="the folder of the model packages")
    parser.add_argument("--window-days", required=True, type=int, metavar="N")
    parser.add_argument("--late-lookback-days", required=True, type=int, metavar="N", help="how far the freeze looked")
    parser.add_argument("--late-policy", required=True, choices=LATE_POLICIES)
    parser.add_argument("--policy", required=True, metavar="URL", help="the file of the chains' offer policies")
    given = parser.parse_args(arguments)
    try:
        settings = Settings(
            given.business_date,
            parse_instant(given.now, "--now"),
            given.time_zone,
            given.input,
            given.lake.rstrip("/"),
            given.out.rstrip("/"),
            given.models.rstrip("/"),
            given.window_days,
            given.late_policy,
            given.policy,
        )
        # Made now, so that a wrong zone or an empty window is refused before anything is read.
        _ = settings.window, settings.valid_until
    except NightError as error:
        parser.error(str(error))
    return settings

"""A night knows its date, its freeze and its deadline, and refuses what it cannot know."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from night import (
    NightConfig,
    NightError,
    business_date,
    cluster_deadline,
    format_instant,
    freeze_from,
    load_config,
    parse_config,
    parse_instant,
    schedule_time,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
DAY = date(2026, 11, 20)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_date_is_the_local_day_on_which_the_interval_ends() -> None:
    # 23:00 in São Paulo is already the next day in UTC, which is what {{ ds }} would say.
    end = instant("2026-11-21T02:00:00+00:00")
    assert business_date(None, end, SAO_PAULO, instant("2026-11-21T02:00:01+00:00")) == DAY


def test_the_param_comes_before_the_interval() -> None:
    end = instant("2026-11-21T02:00:00+00:00")
    assert business_date("2026-10-21", end, SAO_PAULO, end) == date(2026, 10, 21)


@pytest.mark.parametrize("text", ["20261120", "2026-W47-5", "2026-02-30", "2026-11-20T00:00:00", " 2026-11-20", ""])
def test_a_date_that_is_none_is_refused_with_what_was_received(text: str) -> None:
    with pytest.raises(NightError, match="yyyy-MM-dd is expected") as refused:
        business_date(text, None, SAO_PAULO, instant("2026-11-21T02:00:00+00:00"))
    assert repr(text) in str(refused.value)


def test_a_day_that_has_not_begun_in_sao_paulo_is_refused() -> None:
    with pytest.raises(NightError, match="after today"):
        business_date("2026-11-21", None, SAO_PAULO, instant("2026-11-21T02:59:59+00:00"))
    assert business_date("2026-11-21", None, SAO_PAULO, instant("2026-11-21T03:00:00+00:00")) == date(2026, 11, 21)


def test_the_input_is_frozen_when_firehose_can_hold_nothing_back(config: NightConfig) -> None:
    # 23:00 + 900 s + 5 min, at -03:00; and at -02:00 in a summer that had daylight saving time.
    assert freeze_from(config, DAY) == instant("2026-11-21T02:20:00+00:00")
    assert freeze_from(config, date(2018, 12, 20)) == instant("2018-12-21T01:20:00+00:00")


def test_a_scheduled_nights_cluster_ends_at_seven_and_a_manual_ones_hours_after_its_start(config: NightConfig) -> None:
    started = instant("2026-11-21T02:00:05+00:00")
    assert cluster_deadline(config, DAY, scheduled=True, started=started) == instant("2026-11-21T10:00:00+00:00")
    assert cluster_deadline(config, DAY, scheduled=False, started=started) == instant("2026-11-21T10:00:05+00:00")


def test_a_scheduled_night_that_starts_after_its_morning_gets_the_hours_of_a_manual_one(config: NightConfig) -> None:
    started = instant("2026-11-21T13:00:00+00:00")
    assert cluster_deadline(config, DAY, scheduled=True, started=started) == instant("2026-11-21T21:00:00+00:00")


@pytest.mark.parametrize("cron", ["@daily", "0 23 * * 1-5", "*/5 * * * *", "0 23 * *", "0 0 23 * * *"])
def test_only_a_daily_schedule_says_when_a_day_may_be_frozen(cron: str) -> None:
    with pytest.raises(NightError, match="one run a day"):
        schedule_time(cron)


@pytest.mark.parametrize("text", ["2026-11-20T23:30:00", "2026-11-20", "now", ""])
def test_an_instant_without_an_offset_is_refused(text: str) -> None:
    with pytest.raises(NightError, match="with an offset is expected"):
        parse_instant(text)


def test_an_instant_is_kept_in_utc() -> None:
    assert format_instant(parse_instant("2026-11-20T23:30:00.250-03:00")) == "2026-11-21T02:30:00Z"
    assert parse_instant("2026-11-21T02:30:00Z") == datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def paths(document: Mapping[str, Any], above: str = "") -> list[str]:
    found = []
    for name, value in document.items():
        # What a policy says is the job's to judge.
        nested = isinstance(value, dict) and name not in ("tags", "*")
        found += paths(value, f"{above}{name}.") if nested else [f"{above}{name}"]
    return found


def test_each_missing_setting_is_named_when_the_dag_is_read(configuration: dict[str, Any]) -> None:
    # Tags are for people's bills.
    for path in (path for path in paths(configuration) if path != "emr.tags"):
        document = deepcopy(configuration)
        *above, name = path.split(".")
        place = document
        for part in above:
            place = place[part]
        del place[name]
        with pytest.raises(NightError, match=f"has no {path}:"):
            parse_config(document)


def test_a_dag_without_its_configuration_says_so(tmp_path: Path) -> None:
    with pytest.raises(NightError, match=r"nightly\.json is not beside the DAG"):
        load_config(tmp_path / "nightly.json")

"""What a night is: its configuration, business date, freeze instant and deadline.

Pure: every instant comes in as an argument, and a wrong configuration or date fails with one sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

# After Firehose's buffer interval an object may still be on its way to S3.
DELIVERY_MARGIN = timedelta(minutes=5)
# The contracts whose events change a snapshot; the others are read over a window of days.
CHANGE_LOGS = frozenset({"product", "shopper"})
# What RunJobFlow is asked for: a cluster without its protection must not start, and the night is too late to notice.
EMR_SETTINGS = (
    *("release_label", "log_uri", "service_role", "job_flow_role", "subnet_ids", "idle_timeout_seconds"),
    *("instance_types", "core_machine.vcpus", "core_machine.memory_gib", "managed_policy_tag"),
    *("core_instances.least", "core_instances.most"),
    *("security_configuration", "security_groups.master", "security_groups.core", "security_groups.service"),
    "security_groups.additional",
)


class NightError(ValueError):
    """A night that cannot run as asked; the message says what was received and what to do."""


@dataclass(frozen=True)
class NightConfig:
    """The JSON file that the stack uploads beside the DAG, checked for presence of what the night reads."""

    environment: str
    region: str
    time_zone: str
    schedule: str
    firehose_buffer_seconds: int
    window_days: int
    late_lookback_days: int
    late_policy: str
    offers: Mapping[str, Any]
    deadline_local: str
    manual_deadline_hours: int
    in_bucket: str
    out_bucket: str
    artifacts_bucket: str
    read_contracts: tuple[str, ...]
    code_entry: str
    code_package: str
    emr: Mapping[str, Any]

    @property
    def zone(self) -> ZoneInfo:
        """The platform's time zone."""
        return ZoneInfo(self.time_zone)


def parse_config(document: Mapping[str, Any]) -> NightConfig:
    """Turns the JSON document into a NightConfig; a missing key is named with its path."""

    def read(path: str) -> Any:
        value: Any = document
        for part in path.split("."):
            if not isinstance(value, Mapping) or part not in value:
                raise NightError(f"The DAG's configuration has no {path}: deploy the stack again, it writes the file.")
            value = value[part]
        return value

    for setting in (*(f"emr.{name}" for name in EMR_SETTINGS), "offers.*"):
        read(setting)
    return NightConfig(
        environment=read("environment"),
        region=read("region"),
        time_zone=read("time_zone"),
        schedule=read("schedule"),
        firehose_buffer_seconds=read("firehose_buffer_seconds"),
        window_days=read("window_days"),
        late_lookback_days=read("late_lookback_days"),
        late_policy=read("late_policy"),
        offers=read("offers"),
        deadline_local=read("deadline_local"),
        manual_deadline_hours=read("manual_deadline_hours"),
        in_bucket=read("buckets.in"),
        out_bucket=read("buckets.out"),
        artifacts_bucket=read("buckets.artifacts"),
        read_contracts=tuple(read("read_contracts")),
        code_entry=read("code.entry"),
        code_package=read("code.package"),
        emr=read("emr"),
    )


def load_config(path: Path) -> NightConfig:
    """Reads the configuration file beside the DAG."""
    try:
        return parse_config(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NightError(f"{path.name} is not beside the DAG: the stack uploads it, deploy it first.") from None


def parse_day(text: str) -> date:
    """Reads yyyy-MM-dd and nothing else (fromisoformat alone also takes 20261120 and 2026-W47-5)."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise NightError(f"business_date is {text!r}: a calendar day written yyyy-MM-dd is expected.")


def parse_instant(text: str) -> datetime:
    """Reads an RFC 3339 instant with its offset, as UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = datetime.min
    if instant.tzinfo is None:
        raise NightError(f"now is {text!r}: an RFC 3339 instant with an offset is expected.")
    return instant.astimezone(UTC)


def format_instant(instant: datetime) -> str:
    """Writes an instant as RFC 3339 in UTC, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def business_date(param: str | None, interval_end: datetime | None, zone: ZoneInfo, now: datetime) -> date:
    """D: the DAG param, else the local day on which the data interval ends; never a day after today."""
    if param is not None:
        day = parse_day(param)
    elif interval_end is not None:
        day = interval_end.astimezone(zone).date()
    else:
        raise NightError(
            'This run has neither a business_date nor a data interval: trigger it with {"business_date": "yyyy-MM-dd"}.'
        )
    today = now.astimezone(zone).date()
    if day > today:
        raise NightError(f"business_date is {day}, after today ({today}): its events are not there yet.")
    return day


def offer_date(day: date) -> date:
    """The day on which the offers made from business date D are sent."""
    return day + timedelta(days=1)


def schedule_time(cron: str) -> time:
    """The local time of day of a daily cron expression; any other schedule is refused."""
    match = re.fullmatch(r"(\d{1,2}) (\d{1,2}) \* \* \*", cron)
    if not match:
        raise NightError(f"schedule is {cron!r}: one run a day, written 'minute hour * * *', is expected.")
    return time(int(match[2]), int(match[1]))


def freeze_from(config: NightConfig, day: date) -> datetime:
    """The first instant at which D's input may be frozen: schedule + Firehose's buffer + a margin."""
    start = datetime.combine(day, schedule_time(config.schedule), config.zone)
    buffer = timedelta(seconds=config.firehose_buffer_seconds)
    return start.astimezone(UTC) + buffer + DELIVERY_MARGIN


def cluster_deadline(config: NightConfig, day: date, scheduled: bool, started: datetime) -> datetime:
    """When the reaper may end D's cluster: the morning after, or some hours after a manual (or belated) start."""
    morning = datetime.combine(offer_date(day), time.fromisoformat(config.deadline_local), config.zone).astimezone(UTC)
    if scheduled and started < morning:
        return morning
    return started.astimezone(UTC) + timedelta(hours=config.manual_deadline_hours)

"""What a national chain's night takes on EMR, by the sizing rule: the table of docs/sizing.md, printed.

.local/python/spark/bin/python scripts/night_estimate.py
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "dags"))
from sizing import (  # noqa: E402
    BYTES_PER_ITEM_ROW,
    CORE_SECONDS_PER_ITEM_ROW,
    GIB,
    SNAPSHOT_BYTES_PER_SHOPPER,
    Limits,
    Load,
    cluster_size,
    core_seconds,
)

# Assumed, as docs/sizing.md says: São Paulo, on demand, US dollars.
MACHINE, VCPUS, MEMORY_GIB, DOLLARS_AN_HOUR = "m6g.xlarge", 4, 16, 0.29
DISK_DOLLARS_A_GIB_MONTH, HOURS_A_MONTH = 0.152, 730
CLUSTER_START = timedelta(minutes=10)
# Whatever the size: YARN's start, the session, the plans of some hundred stages.
JOB_START = timedelta(minutes=2)
DELIVERY_MARGIN = timedelta(minutes=5)
LINE_BYTES, PUBLISHED_BYTES_A_SECOND = 900, 50e6
DELETION = timedelta(minutes=2)
WINDOW_DAYS = 56


@dataclass(frozen=True)
class Case:
    """A night: its shoppers, and the item rows in the window that it reads."""

    what: str
    shoppers: int
    item_rows: int


CASES = (
    Case("a pilot: 200,000 shoppers, 10 million item rows", 200_000, 10_000_000),
    Case("30 million shoppers, 100 million item rows in the whole window", 30_000_000, 100_000_000),
    Case(f"30 million shoppers, 100 million item rows a day for {WINDOW_DAYS} days", 30_000_000, WINDOW_DAYS * 10**8),
)
# Any evening of a month in which no clock changes.
BEGIN = datetime(2026, 11, 20, 23)


@dataclass(frozen=True)
class Production:
    """What environments/prod.ts says that the estimate depends on."""

    limits: Limits
    buffer: timedelta


def production() -> Production:
    """Reads it from the source, so that no number stands in two places."""
    text = (ROOT / "environments" / "prod.ts").read_text(encoding="utf-8")
    least, most = _numbers(r"coreInstances: \{ least: (\d+), most: (\d+) \}", text)
    (buffer,) = _numbers(r"bufferSeconds: (\d+)", text)
    return Production(Limits(VCPUS, MEMORY_GIB, least, most), timedelta(seconds=buffer))


def _numbers(pattern: str, text: str) -> list[int]:
    found = re.search(pattern, text)
    if not found:
        raise ValueError(f"environments/prod.ts has nothing like {pattern}: mend the pattern in night_estimate.py")
    return [int(group.replace("_", "")) for group in found.groups()]


def rows_of(case: Case) -> list[tuple[str, str]]:
    """What one case takes, line by line."""
    prod = production()
    load = Load(round(case.item_rows * BYTES_PER_ITEM_ROW), case.shoppers * SNAPSHOT_BYTES_PER_SHOPPER)
    size = cluster_size(load, prod.limits)
    cores = size.executors * size.executor_cores
    measured = case.item_rows * CORE_SECONDS_PER_ITEM_ROW
    job = JOB_START + timedelta(seconds=core_seconds(load) / cores)
    publishing = timedelta(seconds=case.shoppers * LINE_BYTES / PUBLISHED_BYTES_A_SECOND)
    # The cluster starts while the input is waited for.
    job_begins = BEGIN + max(CLUSTER_START, prod.buffer + DELIVERY_MARGIN)
    end = job_begins + job + publishing + DELETION
    # The first try dies at its very end; the second has a new cluster, for twice the input.
    larger = cluster_size(load.times(2), prod.limits)
    again = (
        CLUSTER_START + JOB_START + timedelta(seconds=core_seconds(load) / (larger.executors * larger.executor_cores))
    )
    return [
        ("events", f"{load.event_bytes / GIB:.1f} GiB"),
        ("snapshots", f"{load.snapshot_bytes / GIB:.1f} GiB"),
        ("core hours of its rows, by the measurement", f"{measured / 3600:.1f}"),
        ("core hours by the rule", f"{core_seconds(load) / 3600:.1f}"),
        ("core machines", f"{size.instances} and one ({size.volume_gib} GiB of disk each)"),
        ("executors", f"{size.executors} of {size.executor_cores} cores and {size.heap_mib} MiB"),
        ("job", _minutes(job)),
        ("publishing", _minutes(publishing)),
        ("offers published at", f"{end - DELETION:%H:%M}"),
        ("and after a first try that died at its end", f"{end - DELETION + again:%H:%M}"),
        ("cluster, from 23:00 to its end", f"{(end - BEGIN).total_seconds() / 3600:.1f} h"),
        ("a night", f"US$ {dollars(size.instances, size.volume_gib, end - BEGIN):.2f}"),
    ]


def _minutes(lasted: timedelta) -> str:
    minutes = lasted.total_seconds() / 60
    return f"{minutes:.0f} min" if minutes >= 1 else "under a minute"


def dollars(core_machines: int, volume_gib: int, lasted: timedelta) -> float:
    """Machines with EMR's own fee, and their disks, for as long as the cluster lives."""
    hours = lasted.total_seconds() / 3600
    disks = core_machines * volume_gib * DISK_DOLLARS_A_GIB_MONTH / HOURS_A_MONTH
    return hours * ((core_machines + 1) * DOLLARS_AN_HOUR + disks)


def table() -> str:
    """The table in Markdown."""
    columns = [rows_of(case) for case in CASES]
    lines = [f"| | {' | '.join(case.what for case in CASES)} |", f"|---{'|---' * len(CASES)}|"]
    for cells in zip(*columns, strict=True):
        lines.append(f"| {cells[0][0]} | {' | '.join(value for _, value in cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())

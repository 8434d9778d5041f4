"""What a night leaves, each output replaced as a whole; the report is written last and says that the rest is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from recommender.events import CONFLICT, SET_ASIDE, TENANT
from recommender.frozen_input import UnreadDay
from recommender.lines import parts_of, split_parts
from recommender.set_aside import SetAside
from recommender.settings import Settings
from recommender.storage import Storage

STAGED = re.compile(r"tenant_id=([^/]+)/part=(\d+)/[^/]+\.txt")
UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
# The objects set aside, beside the rows; `rows` in it stands for that many.
SET_ASIDE_OBJECTS = "objects.jsonl"
# So many of the rows that a refused night would set aside are filed: enough to see what they are, and one task's work.
FILED_OF_REFUSED = 10_000
REPORT, ERROR, COMPACTION = "_job.json", "_error.json", "_compaction.json"


def write_lines(
    storage: Storage, lines: DataFrame, settings: Settings, chain_bytes: dict[str, int]
) -> list[dict[str, Any]]:
    """Stages the lines: one file for each chain and part, sorted by shopper; returns `key`, `tenant_id`, `part`."""
    files = max(1, sum(parts_of(chain_bytes).values()))
    keys = ["tenant_id", "part"]
    staged = split_parts(lines, chain_bytes).repartition(files, *keys).sortWithinPartitions(*keys, "shopper_id")
    staged.select(*keys, "line").write.partitionBy(*keys).mode("overwrite").text(settings.staging)
    found = [(match, path) for path in storage.list_files(settings.staging) if (match := STAGED.fullmatch(path))]
    return [
        {"key": f"staging/{settings.business_date}/{path}", "tenant_id": match[1], "part": int(match[2])}
        for match, path in found
    ]


def write_quarantine(storage: Storage, events: DataFrame, aside: Iterable[SetAside], settings: Settings) -> None:
    """Writes each conflict and set-aside row as JSON: tokens, ids and the object it lies in, no free text; and the
    objects set aside as a whole in a file of their own."""
    folder = _quarantine(settings)
    rows = _filed(events, CONFLICT, SET_ASIDE).coalesce(1).sortWithinPartitions("line")
    rows.write.mode("overwrite").text(folder)
    _write_objects(storage, folder, aside)


def write_refused(storage: Storage, events: DataFrame | None, aside: Iterable[SetAside], settings: Settings) -> None:
    """Files what a night is refused for, in quarantine too: the objects, and the first FILED_OF_REFUSED set-aside rows
    if they were looked at. What stops the writing is not told: the refusal is."""
    folder = _quarantine(settings)
    with suppress(Exception):
        storage.delete(folder)
        _write_objects(storage, folder, aside)
        if events is not None:
            _filed(events, SET_ASIDE).orderBy("line").limit(FILED_OF_REFUSED).write.mode("append").text(folder)


def _quarantine(settings: Settings) -> str:
    return f"{settings.lake}/quarantine/night/{settings.business_date}"


def _filed(events: DataFrame, *outcomes: str) -> DataFrame:
    """`line`: what quarantine keeps of the rows of those outcomes."""
    rows = events.where(F.col("outcome").isin(*outcomes)).select(
        "reason",
        "contract",
        F.when(F.col("tenant_id").rlike(TENANT), F.col("tenant_id")).alias("tenant_id"),
        F.when(F.col("event_id").rlike(UUID), F.col("event_id")).alias("event_id"),
        "object",
    )
    return rows.select(F.to_json(F.struct(*rows.columns), {"ignoreNullFields": "false"}).alias("line"))


def _write_objects(storage: Storage, folder: str, aside: Iterable[SetAside]) -> None:
    lines = [json.dumps(it.filed(), ensure_ascii=False, separators=(",", ":")) + "\n" for it in aside]
    if lines:
        storage.write_text(f"{folder}/{SET_ASIDE_OBJECTS}", "".join(lines))


def write_snapshot(snapshot: DataFrame, contract: str, settings: Settings) -> None:
    """Writes tonight's snapshot of a change log; its _SUCCESS says that it is whole."""
    folder = f"{settings.lake}/snapshots/{contract}/{settings.business_date}"
    snapshot.write.mode("overwrite").parquet(folder)


def write_counted_days(storage: Storage, days: Iterable[UnreadDay], settings: Settings) -> None:
    """Says how many rows lie in the days that were counted, so that the nights to come need not open their objects."""
    document = {"version": 1, "business_date": str(settings.business_date), "days": [asdict(day) for day in days]}
    url = f"{settings.lake}/snapshots/unread_rows/{settings.business_date}.json"
    storage.write_text(url, json.dumps(document, separators=(",", ":")))


def write_report(storage: Storage, settings: Settings, report: dict[str, Any]) -> None:
    """Says that the night is staged, and what it is made of."""
    text = json.dumps(report, ensure_ascii=False, separators=(",", ":"))
    storage.write_text(f"{settings.staging}/{REPORT}", text)


def write_compaction(storage: Storage, settings: Settings, objects: int, failure: str | None) -> None:
    """Says of how many objects copies were made after the night was staged, or why of none."""
    text = json.dumps({"objects": objects, "failure": failure}, ensure_ascii=False)
    storage.write_text(f"{settings.staging}/{COMPACTION}", text)


def write_error(storage: Storage, settings: Settings, message: str, after: str | None, unexpected: bool) -> None:
    """Leaves the reason of a failed night where the DAG looks for it.

    after: what the job had said last; unexpected: that it is no refusal of the job's own, so that a retry may help.
    """
    error = {"message": message, "after": after, "unexpected": unexpected}
    storage.write_text(f"{settings.staging}/{ERROR}", json.dumps(error, ensure_ascii=False))

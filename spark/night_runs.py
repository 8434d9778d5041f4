"""Runs nights on a folder as on the lake's buckets, and reads back what they left; only tests and benches use it."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from plain_policy import PLAIN_POLICY
from recommend import recommend
from recommender.settings import Settings, parse_settings
from recommender.storage import Storage

MODELS = Path(__file__).parents[1] / "models"
Row = dict[str, Any]
POLICY: Row = {"*": PLAIN_POLICY}


def settings_of(root: Path, document: Row, days: int = 56, *more: str, policy: Row = POLICY) -> Settings:
    """Freezes a document over `<root>/in` and returns the settings of its night; `more`: arguments that differ."""
    day = document["business_date"]
    frozen = root / "in" / "runs" / day / "input.json"
    frozen.parent.mkdir(parents=True, exist_ok=True)
    frozen.write_text(json.dumps(document))
    policies = frozen.with_name("policy.json")
    policies.write_text(json.dumps(policy))
    arguments = {
        "--business-date": day,
        "--now": "2026-11-21T02:30:00Z",
        "--time-zone": "America/Sao_Paulo",
        "--input": frozen.as_uri(),
        "--in": (root / "in").as_uri(),
        "--out": (root / "out").as_uri(),
        "--models": MODELS.as_uri(),
        "--window-days": str(days),
        "--late-lookback-days": "14",
        "--late-policy": "clip",
        "--policy": policies.as_uri(),
        **dict(zip(more[::2], more[1::2], strict=True)),
    }
    return parse_settings([text for pair in arguments.items() for text in pair])


def mounted(spark: SparkSession, folder: Path) -> str:
    """The URL of a folder on a file system of another name: what is not local is fetched before it is read."""
    name = f"lake-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    Storage(spark).conf.set(f"fs.viewfs.mounttable.{name}.link./{folder.name}", folder.as_uri())
    return f"viewfs://{name}/{folder.name}"


def run(
    spark: SparkSession,
    root: Path,
    schemas: dict[str, Row],
    document: Row,
    days: int = 56,
    *more: str,
    policy: Row = POLICY,
) -> dict[str, Any]:
    """Runs the night of a frozen input over `<root>/in` and returns the job's report; `more`: arguments that differ."""
    settings = settings_of(root, document, days, *more, policy=policy)
    recommend(spark, settings, {name: StructType.fromJson(it) for name, it in schemas.items()})
    report: dict[str, Any] = json.loads(
        (root / "out" / "staging" / document["business_date"] / "_job.json").read_text()
    )
    return report


def staged(root: Path, report: dict[str, Any]) -> dict[str, bytes]:
    """The bytes of each chain's staged lines, in the order of the parts."""
    lines: dict[str, bytes] = {}
    for item in sorted(report["files"], key=lambda item: (item["tenant_id"], item["part"])):
        lines[item["tenant_id"]] = lines.get(item["tenant_id"], b"") + (root / "out" / item["key"]).read_bytes()
    return lines


def quarantined(root: Path, day: date | str) -> list[tuple[Any, ...]]:
    """The rows that a night filed in quarantine, sorted."""
    folder = root / "in" / "quarantine" / "night" / str(day)
    rows = [json.loads(line) for path in folder.glob("*.txt") for line in path.read_text().split("\n") if line]
    return sorted(
        (tuple(row[name] for name in ("reason", "contract", "tenant_id", "event_id", "object")) for row in rows),
        key=str,
    )

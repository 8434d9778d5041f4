"""The input of a night is decided once: every object, its ETag and its role, written with If-None-Match.

A retry reads what the first try wrote; --refreeze decides anew while nothing of the night is published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from compacted import list_copies
from earlier_night import EarlierNight, earlier_night, input_key
from input_plan import InputPlan, plan_input
from night import NightConfig, NightError, format_instant, offer_date
from stored import MANIFEST, StoredObject, exists, list_objects, put_if_absent, put_if_match, read_json_bytes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

VERSION = 1


@dataclass(frozen=True)
class FrozenInput:
    """The document as parsed and the digest of its bytes, which names the Spark step."""

    document: dict[str, Any]
    digest: str


def build_input(
    day: date,
    plan: InputPlan,
    earlier: EarlierNight | None,
    frozen_at: datetime,
    run_id: str,
    config: NightConfig,
    rebuild_snapshots: bool = False,
) -> dict[str, Any]:
    """The document of runs/<D>/input.json. With rebuild_snapshots no snapshot is built upon."""
    midnight = datetime.combine(day, time(0), config.zone).astimezone(UTC)
    return {
        "version": VERSION,
        "business_date": str(day),
        "frozen_at": format_instant(frozen_at),
        "frozen_by": run_id,
        "first_night": earlier is None,
        "rebuild_snapshots": rebuild_snapshots,
        "previous_business_date": str(earlier.business_date) if earlier and not rebuild_snapshots else None,
        "late_since": None if earlier else format_instant(midnight),
        "objects": plan.objects,
        "unread_days": [it.named() for it in plan.unread_days],
    }


def plan_night(
    s3: S3Client, config: NightConfig, day: date, earlier: EarlierNight | None, rebuild_snapshots: bool = False
) -> InputPlan:
    """The plan of D's input from what lies in the lake now."""
    return plan_input(config, day, list_input(s3, config), earlier, list_copies(s3, config), rebuild_snapshots)


def list_input(s3: S3Client, config: NightConfig) -> dict[str, Iterator[StoredObject]]:
    """The Parquet objects now under the prefix of each contract that the job reads, listed as they are asked for."""
    return {
        contract: (
            item for item in list_objects(s3, config.in_bucket, f"data/{contract}/") if item.key.endswith(".parquet")
        )
        for contract in config.read_contracts
    }


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
    earlier = earlier_night(s3, config, day, rebuild_snapshots)
    plan = plan_night(s3, config, day, earlier, rebuild_snapshots)
    for name, listed in plan.day_lists.items():
        put_if_absent(s3, config.in_bucket, name, listed)
    document = build_input(day, plan, earlier, now, run_id, config, rebuild_snapshots)
    body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    if existing is None:
        written = put_if_absent(s3, config.in_bucket, key, body)
    else:
        written = put_if_match(s3, config.in_bucket, key, body, existing[1])
    if not written:
        # Another run was first: what it wrote is the night's input.
        return freeze(s3, config, day, now, run_id, refreeze=False)
    return FrozenInput(document, hashlib.sha256(body).hexdigest())

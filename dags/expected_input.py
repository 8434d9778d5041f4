"""What a night is going to read, summed from listings before its input is frozen, and the cluster to order for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from earlier_night import earlier_night
from freeze import plan_night
from job_flow import job_flow
from night import CHANGE_LOGS, NightConfig
from sizing import Load, cluster_size, limits_of, sentence_of
from stored import list_objects

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def expected_load(s3: S3Client, config: NightConfig, day: date, rebuild_snapshots: bool = False) -> Load:
    """The bytes of D's objects that freezing would now give to the job, and of the snapshots that it starts from.

    rebuild_snapshots: every change is read; the snapshots still count, since as many shoppers are worked on.
    """
    earlier = earlier_night(s3, config, day, rebuild_snapshots)
    events = plan_night(s3, config, day, earlier, rebuild_snapshots).bytes_read()
    snapshots = 0
    if earlier:
        for contract in sorted(CHANGE_LOGS & set(config.read_contracts)):
            prefix = f"snapshots/{contract}/{earlier.business_date}/"
            snapshots += sum(item.size for item in list_objects(s3, config.in_bucket, prefix))
    return Load(events, snapshots)


def order_cluster(
    s3: S3Client,
    config: NightConfig,
    day: date,
    deadline: datetime,
    attempt: int,
    say: Callable[[str], None],
    times: int = 1,
    rebuild_snapshots: bool = False,
) -> dict[str, Any]:
    """The RunJobFlow request of an attempt (from 1), sized for so many times D's expected load, and said in words."""
    load, limits = expected_load(s3, config, day, rebuild_snapshots).times(times), limits_of(config.emr)
    size = cluster_size(load, limits)
    say((f"Sized for {times} times the input. " if times > 1 else "") + sentence_of(load, size, limits))
    return job_flow(config, day, deadline, attempt, size)

"""A night has at most one cluster: it is found by name and tag before one is made, and ended by the same search.

The API calls take a client and a sleep; what they decide (which cluster, which step, how long to wait) is pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from job_flow import BUSINESS_DATE_TAG, cluster_name
from night import NightConfig

if TYPE_CHECKING:
    from mypy_boto3_emr import EMRClient

READY = frozenset({"RUNNING", "WAITING"})
ACTIVE = READY | {"STARTING", "BOOTSTRAPPING"}
STEP_OPEN = frozenset({"PENDING", "RUNNING", "CANCEL_PENDING"})
# A status is asked for after a twentieth of the time already waited, within these bounds.
SHORTEST_POLL_SECONDS = 1.0
LONGEST_POLL_SECONDS = 30.0

Sleep = Callable[[float], None]


@dataclass(frozen=True)
class NightCluster:
    """An active cluster of the night."""

    id: str
    state: str
    created: datetime


class ClusterFailed(RuntimeError):
    """The cluster ended before it was ready; EMR's reason is in the message."""


def poll_seconds(waited: float) -> float:
    """How long to sleep before asking again, after so many seconds of waiting."""
    return min(LONGEST_POLL_SECONDS, max(SHORTEST_POLL_SECONDS, waited / 20))


def find_clusters(emr: EMRClient, config: NightConfig, day: date) -> list[NightCluster]:
    """D's active clusters, oldest first: those with its name and its business-date tag."""
    found: list[NightCluster] = []
    for page in emr.get_paginator("list_clusters").paginate(ClusterStates=sorted(ACTIVE)):  # type: ignore[arg-type]
        for summary in page["Clusters"]:
            if summary.get("Name") != cluster_name(config, day):
                continue
            cluster = emr.describe_cluster(ClusterId=summary["Id"])["Cluster"]
            tags = {tag.get("Key"): tag.get("Value") for tag in cluster.get("Tags", [])}
            if tags.get(BUSINESS_DATE_TAG) == str(day):
                status = cluster["Status"]
                found.append(NightCluster(summary["Id"], status["State"], status["Timeline"]["CreationDateTime"]))
    return sorted(found, key=lambda cluster: (cluster.created, cluster.id))


def wait_until_ready(emr: EMRClient, cluster_id: str, sleep: Sleep) -> None:
    """Returns when the cluster takes steps; raises ClusterFailed with EMR's reason when it ends instead."""
    waited = 0.0
    while True:
        status = emr.describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]
        if status["State"] in READY:
            return
        if status["State"] not in ACTIVE:
            reason = status.get("StateChangeReason", {}).get("Message") or "EMR gives no reason"
            raise ClusterFailed(f"Cluster {cluster_id} is {status['State']}: {reason}.")
        seconds = poll_seconds(waited)
        sleep(seconds)
        waited += seconds


def wait_until_gone(emr: EMRClient, cluster_ids: Iterable[str], sleep: Sleep) -> None:
    """Returns when none of the clusters, which EMR was asked to end, is active any more."""
    waited = 0.0
    for cluster_id in cluster_ids:
        while emr.describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]["State"] in ACTIVE:
            seconds = poll_seconds(waited)
            sleep(seconds)
            waited += seconds


def reusable_step(steps: Iterable[dict[str, Any]], name: str) -> str | None:
    """The id of the newest step of that name, if it is open or done; a failed or cancelled one is not reused."""
    named = [step for step in steps if step["Name"] == name]
    if not named:
        return None
    newest = max(named, key=lambda step: step["Status"]["Timeline"]["CreationDateTime"])
    usable = newest["Status"]["State"] in STEP_OPEN | {"COMPLETED"}
    return str(newest["Id"]) if usable else None


def find_step(emr: EMRClient, cluster_id: str, name: str) -> str | None:
    """Looks for a step that an earlier try of the task has already added."""
    steps: list[dict[str, Any]] = []
    for page in emr.get_paginator("list_steps").paginate(ClusterId=cluster_id):
        steps += [dict(step) for step in page["Steps"]]
    return reusable_step(steps, name)


def wait_for_step(emr: EMRClient, cluster_id: str, step_id: str, sleep: Sleep) -> dict[str, Any]:
    """Returns the status of the step once it is no longer open."""
    waited = 0.0
    while True:
        status = dict(emr.describe_step(ClusterId=cluster_id, StepId=step_id)["Step"]["Status"])
        if status["State"] not in STEP_OPEN:
            return status
        seconds = poll_seconds(waited)
        sleep(seconds)
        waited += seconds

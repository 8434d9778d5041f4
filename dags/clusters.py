"""A night has at most one cluster: it is found by name and tag before one is made, and ended by the same search.

The API calls take a client and a sleep; what they decide (which cluster, which step, how long to wait) is pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
# A cluster starts in 5 to 10 minutes. One that has not after these waits for machines that EC2 has not got, and EMR
# would let it wait on: it is ended, so that the next try can ask for others.
START_LIMIT_SECONDS = 15 * 60

Sleep = Callable[[float], None]
Say = Callable[[str], None]


@dataclass(frozen=True)
class NightCluster:
    """An active cluster of the night."""

    id: str
    state: str
    created: datetime


class ClusterFailed(RuntimeError):
    """The cluster ended, or was ended, before it was ready; the reason is in the message."""


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
    """Returns when the cluster takes steps; raises ClusterFailed when it ends instead, or is ended for its slowness."""
    waited = 0.0
    while True:
        status = emr.describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]
        if status["State"] in READY:
            return
        if status["State"] not in ACTIVE:
            reason = status.get("StateChangeReason", {}).get("Message") or "EMR gives no reason"
            raise ClusterFailed(f"Cluster {cluster_id} is {status['State']}: {reason}.")
        if waited >= START_LIMIT_SECONDS:
            end_clusters(emr, [cluster_id], sleep)
            raise ClusterFailed(
                f"Cluster {cluster_id} was {status['State']} for {START_LIMIT_SECONDS // 60} minutes and is ended: "
                "EC2 has probably no room for its machines; the next try asks for others."
            )
        seconds = poll_seconds(waited)
        sleep(seconds)
        waited += seconds


def end_clusters(emr: EMRClient, cluster_ids: Sequence[str], sleep: Sleep) -> None:
    """Ends the clusters and returns when none of them is active any more."""
    if cluster_ids:
        emr.terminate_job_flows(JobFlowIds=list(cluster_ids))
        wait_until_gone(emr, cluster_ids, sleep)


def wait_until_gone(emr: EMRClient, cluster_ids: Iterable[str], sleep: Sleep) -> None:
    """Returns when none of the clusters, which EMR was asked to end, is active any more."""
    waited = 0.0
    for cluster_id in cluster_ids:
        while emr.describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]["State"] in ACTIVE:
            seconds = poll_seconds(waited)
            sleep(seconds)
            waited += seconds


def newest_step(steps: Iterable[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """The step of that name that was added last."""
    named = [step for step in steps if step["Name"] == name]
    return max(named, key=lambda step: step["Status"]["Timeline"]["CreationDateTime"], default=None)


def find_place(
    emr: EMRClient, config: NightConfig, day: date, name: str, sleep: Sleep, say: Say
) -> tuple[str | None, str | None]:
    """D's active cluster, and on it the step of that name if it is open or done; (None, None) when there is no cluster.

    A cluster on which the step failed is ended and not used again: its disks may be full, or it may be too small.
    """
    for cluster in find_clusters(emr, config, day)[:1]:
        steps = [
            dict(step)
            for page in emr.get_paginator("list_steps").paginate(ClusterId=cluster.id)
            for step in page["Steps"]
        ]
        step = newest_step(steps, name)
        if step is None:
            return cluster.id, None
        state = step["Status"]["State"]
        if state in STEP_OPEN | {"COMPLETED"}:
            say(f"Waiting for step {step['Id']}, which an earlier try has added")
            return cluster.id, str(step["Id"])
        say(f"Step {step['Id']} is {state}: ending cluster {cluster.id}")
        end_clusters(emr, [cluster.id], sleep)
    return None, None


def new_cluster(emr: EMRClient, orders: Iterable[dict[str, Any]], sleep: Sleep, say: Say) -> str:
    """A cluster that takes steps, of the first of the RunJobFlow requests that EC2 has room for."""
    failures: list[ClusterFailed] = []
    for order in orders:
        cluster_id = emr.run_job_flow(**order)["JobFlowId"]
        say(f"Created cluster {cluster_id}")
        try:
            wait_until_ready(emr, cluster_id, sleep)
            return cluster_id
        except ClusterFailed as failed:
            say(str(failed))
            failures.append(failed)
    raise failures[-1]


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

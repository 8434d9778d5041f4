"""One cluster a night: what is found is adopted, what belongs to another night is left alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

import clusters
from job_flow import job_flow
from night import NightConfig

if TYPE_CHECKING:
    from conftest import Aws

DEADLINE = datetime(2026, 11, 21, 10, tzinfo=UTC)


def create(aws: Aws, config: NightConfig, day: date, **changes: Any) -> str:
    flow = {**job_flow(config, day, DEADLINE, attempt=1), **changes}
    return str(aws.emr.run_job_flow(**flow)["JobFlowId"])


def test_only_the_nights_own_active_clusters_are_found_oldest_first(aws: Aws, config: NightConfig) -> None:
    day, other = date(2026, 3, 1), date(2026, 3, 2)
    ended = create(aws, config, day)
    aws.emr.terminate_job_flows(JobFlowIds=[ended])
    create(aws, config, other)
    create(aws, config, day, Tags=[{"Key": "business_date", "Value": str(other)}])
    create(aws, config, day, Name="somebody-elses")
    first, second = create(aws, config, day), create(aws, config, day)
    assert [cluster.id for cluster in clusters.find_clusters(aws.emr, config, day)] == [first, second]


def test_a_cluster_that_ends_before_it_is_ready_is_told_with_its_reason(aws: Aws, config: NightConfig) -> None:
    cluster_id = create(aws, config, date(2026, 3, 3))
    aws.emr.terminate_job_flows(JobFlowIds=[cluster_id])
    with pytest.raises(clusters.ClusterFailed, match=f"Cluster {cluster_id} is TERMINATED: "):
        clusters.wait_until_ready(aws.emr, cluster_id, sleep=FakeStatus().sleep)


def step(name: str, state: str, minute: int) -> dict[str, Any]:
    created = datetime(2026, 11, 21, tzinfo=UTC) + timedelta(minutes=minute)
    return {
        "Id": f"s-{name}-{minute}",
        "Name": name,
        "Status": {"State": state, "Timeline": {"CreationDateTime": created}},
    }


@pytest.mark.parametrize("state", ["PENDING", "RUNNING", "COMPLETED"])
def test_a_step_that_is_open_or_done_is_not_added_again(state: str) -> None:
    assert clusters.reusable_step([step("a", "FAILED", 1), step("a", state, 2)], "a") == "s-a-2"


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED", "INTERRUPTED"])
def test_a_step_that_failed_is_added_again(state: str) -> None:
    # Also when an older one of the same name is done: the newest says how things are.
    assert clusters.reusable_step([step("a", "COMPLETED", 1), step("a", state, 2)], "a") is None


def test_a_step_of_another_input_is_not_mistaken_for_this_one() -> None:
    assert clusters.reusable_step([step("b", "RUNNING", 1)], "a") is None


def test_waiting_asks_soon_at_first_and_seldom_later() -> None:
    assert [clusters.poll_seconds(waited) for waited in (0, 20, 60, 600, 6000)] == [1, 1, 3, 30, 30]


class FakeStatus:
    """An EMR whose step takes some polls; counts how long the caller slept."""

    def __init__(self, *states: str) -> None:
        self.states = iter(states)
        self.slept = 0.0

    def describe_step(self, **_: str) -> dict[str, Any]:
        return {"Step": {"Status": {"State": next(self.states)}}}

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


def test_waiting_for_a_step_ends_with_its_last_state() -> None:
    emr: Any = FakeStatus("PENDING", "RUNNING", "RUNNING", "FAILED")
    assert clusters.wait_for_step(emr, "j", "s", emr.sleep)["State"] == "FAILED"
    assert emr.slept == 3

"""One cluster a night: what is found is adopted, what belongs to another night is left alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import clusters
from job_flow import cluster_name, job_flow
from night import NightConfig
from sizing import Load, cluster_size, limits_of

if TYPE_CHECKING:
    from conftest import Aws

DAY = date(2026, 11, 20)
DEADLINE = datetime(2026, 11, 21, 10, tzinfo=UTC)


def create(aws: Aws, config: NightConfig, day: date, **changes: Any) -> str:
    size = cluster_size(Load(0), limits_of(config.emr))
    flow = {**job_flow(config, day, DEADLINE, 1, size), **changes}
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


class FakeEmr:
    """An EMR with one cluster of the night, on a clock that moves by sleeping."""

    def __init__(
        self, steps: list[dict[str, Any]], state: str = "WAITING", *, active: bool = True, ready_after: float = 1e9
    ) -> None:
        self.steps, self.state, self.active, self.ready_after = steps, state, active, ready_after
        self.config: Any = SimpleNamespace(environment="local")
        self.ended: list[str] = []
        self.ordered: list[dict[str, Any]] = []
        self.slept = 0.0

    def get_paginator(self, name: str) -> Any:
        summary = {"Id": "j-1", "Name": cluster_name(self.config, DAY)}
        pages = {"list_clusters": {"Clusters": [summary] if self.active else []}, "list_steps": {"Steps": self.steps}}
        return SimpleNamespace(paginate=lambda **_: [pages[name]])

    def describe_cluster(self, ClusterId: str) -> dict[str, Any]:
        state = "TERMINATED" if ClusterId in self.ended else self.state
        ready = state == "STARTING" and self.slept >= self.ready_after
        status = {
            "State": "WAITING" if ready else state,
            "StateChangeReason": {"Message": "no room"},
            "Timeline": {"CreationDateTime": DEADLINE},
        }
        return {"Cluster": {"Status": status, "Tags": [{"Key": "business_date", "Value": str(DAY)}]}}

    def terminate_job_flows(self, JobFlowIds: list[str]) -> None:
        self.ended += JobFlowIds

    def run_job_flow(self, **order: Any) -> dict[str, str]:
        self.ordered.append(order)
        return {"JobFlowId": f"j-{len(self.ordered)}"}

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


def step(name: str, state: str, minute: int) -> dict[str, Any]:
    created = datetime(2026, 11, 21, tzinfo=UTC) + timedelta(minutes=minute)
    return {
        "Id": f"s-{name}-{minute}",
        "Name": name,
        "Status": {"State": state, "Timeline": {"CreationDateTime": created}},
    }


def find(*steps: dict[str, Any]) -> tuple[Any, list[str], tuple[str | None, str | None]]:
    """find_place on an EMR that has one cluster of these steps: what was ended, and what was found."""
    emr: Any = FakeEmr(list(steps))
    said: list[str] = []
    return emr.ended, said, clusters.find_place(emr, emr.config, DAY, "a", emr.sleep, said.append)


@pytest.mark.parametrize("state", ["PENDING", "RUNNING", "COMPLETED"])
def test_a_step_that_is_open_or_done_is_not_added_again(state: str) -> None:
    ended, _, found = find(step("a", "FAILED", 1), step("a", state, 2))
    assert (ended, found) == ([], ("j-1", "s-a-2"))


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED", "INTERRUPTED"])
def test_a_cluster_on_which_the_step_failed_is_ended_and_not_used_again(state: str) -> None:
    # Also when an older one of the same name is done: the newest says how things are.
    ended, said, found = find(step("a", "COMPLETED", 1), step("a", state, 2))
    assert (ended, found) == (["j-1"], (None, None))
    assert said == [f"Step s-a-2 is {state}: ending cluster j-1"]


def test_a_step_of_another_input_is_not_mistaken_for_this_one() -> None:
    ended, _, found = find(step("b", "RUNNING", 1), step("b", "FAILED", 2))
    assert (ended, found) == ([], ("j-1", None))


def test_a_night_without_a_cluster_has_no_place() -> None:
    emr: Any = FakeEmr([], active=False)
    assert clusters.find_place(emr, emr.config, DAY, "a", emr.sleep, print) == (None, None)


def test_a_cluster_that_does_not_start_in_time_is_ended_and_the_reason_says_what_is_next() -> None:
    emr: Any = FakeEmr([], state="STARTING")
    with pytest.raises(clusters.ClusterFailed, match="j-1 was STARTING for 15 minutes and is ended: EC2"):
        clusters.wait_until_ready(emr, "j-1", emr.sleep)
    assert emr.ended == ["j-1"]
    assert 900 <= emr.slept < 1000


def test_a_cluster_that_starts_in_time_is_left_alone() -> None:
    emr: Any = FakeEmr([], state="STARTING", ready_after=800)
    clusters.wait_until_ready(emr, "j-1", emr.sleep)
    assert emr.ended == []


def test_orders_are_tried_until_one_finds_room_and_the_last_reason_stands_when_none_does() -> None:
    emr: Any = FakeEmr([], state="TERMINATED_WITH_ERRORS")
    said: list[str] = []
    with pytest.raises(clusters.ClusterFailed, match="j-2 is TERMINATED_WITH_ERRORS: no room"):
        clusters.new_cluster(emr, ({"Name": str(each)} for each in (1, 2)), emr.sleep, said.append)
    assert [each["Name"] for each in emr.ordered] == ["1", "2"]
    emr = FakeEmr([])
    assert clusters.new_cluster(emr, ({"Name": str(each)} for each in (1, 2)), emr.sleep, said.append) == "j-1"
    assert len(emr.ordered) == 1


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

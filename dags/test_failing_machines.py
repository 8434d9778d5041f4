"""A night whose machines fail goes on with others where it can, makes none twice, and ends every one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

import clusters
import freeze

if TYPE_CHECKING:
    # For its types only: imported twice, it would make a second Airflow home.
    from conftest import Aws, Run

PROCESSAR = "Processar_Dados_Usando_ML_Spark"
PURCHASE = "data/purchase/event_date=2026-01-15/event_hour=10/event_type=sale/a.parquet"
Night = Callable[..., "Run"]


def test_an_answer_that_is_lost_after_the_cluster_was_made_makes_no_second_cluster(
    aws: Aws, run_night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.providers.amazon.aws.hooks.emr import EmrHook

    made = []
    original = EmrHook.create_job_flow

    def lose_the_answer(self: Any, overrides: dict[str, Any]) -> Any:
        made.append(original(self, overrides))
        raise ConnectionError("the answer was lost")

    monkeypatch.setattr(EmrHook, "create_job_flow", lose_the_answer)
    run = run_night("2026-02-10")
    assert run.state == "success", run.errors
    assert len(made) == 1
    (cluster,) = aws.clusters("2026-02-10")
    tags = {tag["Key"]: tag["Value"] for tag in cluster["Tags"]}
    assert tags["business_date"] == "2026-02-10"
    left = datetime.fromisoformat(tags["deadline"]) - datetime.now(UTC)
    assert timedelta(hours=7) < left <= timedelta(hours=8)


def test_a_cluster_that_never_gets_ready_is_deleted_and_the_run_fails(
    aws: Aws, run_night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nightly_operators

    def never(emr: Any, cluster_id: str, sleep: Any) -> None:
        raise clusters.ClusterFailed("Cluster j is TERMINATED_WITH_ERRORS: no capacity.")

    monkeypatch.setattr(nightly_operators, "wait_until_ready", never)
    run = run_night("2026-02-11")
    assert (run.state, run.states) == ("failed", ["failed", "upstream_failed", "upstream_failed", "failed"])
    assert "no capacity" in run.errors[0]
    assert {cluster["Status"]["State"] for cluster in aws.clusters("2026-02-11")} == {"TERMINATED"}


def test_a_step_that_dies_is_tried_again_on_the_same_frozen_input(aws: Aws, run_night: Night) -> None:
    aws.put("night-in", PURCHASE)
    run = run_night("2026-02-13", wish={"crashes": 1})
    assert run.state == "success", run.errors
    first, second = aws.clusters("2026-02-13")
    ((failed,), (completed,)) = aws.steps(first), aws.steps(second)
    assert (failed["Status"]["State"], completed["Status"]["State"]) == ("FAILED", "COMPLETED")
    assert failed["Name"] == completed["Name"]
    assert failed["ActionOnFailure"] == "CANCEL_AND_WAIT"
    assert aws.read("night-artifacts", "runs/0") == aws.read("night-artifacts", "runs/1")
    # The first may have full disks or have been too small.
    assert {each["Status"]["State"] for each in (first, second)} == {"TERMINATED"}
    assert aws.core_fleet(second)[0] == ["m6i.xlarge", "m5.xlarge"]


def test_a_retry_is_sized_for_twice_the_input(aws: Aws, run_night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    import expected_input
    from sizing import GIB, Load

    monkeypatch.setattr(expected_input, "expected_load", lambda *_: Load(40 * GIB))
    run = run_night("2026-02-17", wish={"crashes": 1})
    assert run.state == "success", run.errors
    first, second = (aws.core_fleet(cluster)[1] for cluster in aws.clusters("2026-02-17"))
    assert first < second <= 2 * first


def test_what_broke_in_the_job_is_told_with_its_log_and_tried_again_and_then_fails_the_night(
    aws: Aws, run_night: Night
) -> None:
    aws.put("night-in", PURCHASE)
    run = run_night("2026-02-18", wish={"breaks": 2})
    assert (run.state, run.states) == ("failed", ["success", "failed", "upstream_failed", "failed"])
    first, second = aws.clusters("2026-02-18")
    assert run.errors[0].startswith(f"{PROCESSAR}: The Spark job failed with X: broken. Log of the step: ")
    assert f"the job's own log: s3://night-logs/emr/{second['Id']}/containers/" in run.errors[0]
    assert [len(aws.steps(each)) for each in (first, second)] == [1, 1]
    # A night that then goes well leaves no reason of an earlier one.
    well = run_night("2026-02-18")
    assert well.state == "success", well.errors
    assert "staging/2026-02-18/_error.json" not in aws.keys("night-out")


def test_where_ec2_has_no_room_the_next_try_asks_for_other_machines(aws: Aws, run_night: Night) -> None:
    aws.lack("m6g.xlarge", "m7g.xlarge")
    run = run_night("2026-02-19")
    assert run.state == "success", run.errors
    lacking, found = aws.clusters("2026-02-19")
    assert lacking["Status"]["State"] == "TERMINATED_WITH_ERRORS"
    assert aws.core_fleet(lacking)[0] == ["m6g.xlarge", "m7g.xlarge"]
    assert aws.core_fleet(found)[0] == ["m6i.xlarge", "m5.xlarge"]


def test_where_ec2_has_no_room_at_all_three_tries_are_made_and_the_run_fails(aws: Aws, run_night: Night) -> None:
    # The alarm night-failed watches failed runs.
    aws.lack("m6g.xlarge", "m7g.xlarge", "m6i.xlarge", "m5.xlarge")
    run = run_night("2026-02-20")
    assert (run.state, run.states) == ("failed", ["failed", "upstream_failed", "upstream_failed", "failed"])
    assert "TERMINATED_WITH_ERRORS: There is not enough capacity for the MASTER fleet" in run.errors[0]
    assert len(aws.clusters("2026-02-20")) == 3


def test_a_night_whose_cluster_is_gone_goes_on_with_another_one(
    aws: Aws, run_night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nightly_operators

    def lose(*arguments: Any, **wishes: Any) -> Any:
        frozen = original(*arguments, **wishes)
        for cluster in aws.clusters("2026-02-21"):
            aws.emr.terminate_job_flows(JobFlowIds=[cluster["Id"]])
        return frozen

    original = freeze.freeze
    monkeypatch.setattr(nightly_operators, "freeze", lose)
    run = run_night("2026-02-21")
    assert run.state == "success", run.errors
    lost, found = aws.clusters("2026-02-21")
    assert (len(aws.steps(lost)), len(aws.steps(found))) == (0, 1)
    tags = {tag["Key"]: tag["Value"] for tag in found["Tags"]}
    assert datetime.fromisoformat(tags["deadline"]) > datetime.now(UTC)
    assert found["Status"]["State"] == "TERMINATED"


def test_a_worker_that_dies_while_the_step_runs_adds_no_second_step(
    aws: Aws, run_night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nightly_operators

    deaths = iter([True])
    original = clusters.wait_for_step

    def die_once(*arguments: Any) -> Any:
        if next(deaths, False):
            raise ConnectionError("the worker is gone")
        return original(*arguments)

    monkeypatch.setattr(nightly_operators, "wait_for_step", die_once)
    run = run_night("2026-02-14")
    assert run.state == "success", run.errors
    (cluster,) = aws.clusters("2026-02-14")
    assert len(aws.steps(cluster)) == 1

"""The night in a real Airflow publishes once, ends its cluster whatever happens, and fails its run when it failed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offer_policy import policy_digest

if TYPE_CHECKING:
    # For its types only: imported twice, it would make a second Airflow home.
    from conftest import Aws, Run
    from night import NightConfig

SUBIR = "Subir_Cluster_EMR"
PROCESSAR = "Processar_Dados_Usando_ML_Spark"
GRAVAR = "Gravar_Resultados_No_S3_Out"
EXCLUIR = "Excluir_Cluster_EMR"
PURCHASE = "data/purchase/event_date=2026-01-15/event_hour=10/event_type=sale/a.parquet"
Night = Callable[..., "Run"]


def test_the_graph_is_the_four_tasks_in_a_row(dag: Any) -> None:
    assert [task.task_id for task in dag.topological_sort()] == [SUBIR, PROCESSAR, GRAVAR, EXCLUIR]
    following = {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks}
    assert following == {SUBIR: [PROCESSAR], PROCESSAR: [GRAVAR], GRAVAR: [EXCLUIR], EXCLUIR: []}


def test_it_runs_at_23_in_sao_paulo_for_the_day_that_ends_and_never_catches_up(dag: Any) -> None:
    assert dag.catchup is False
    assert dag.max_active_runs == 1
    from airflow.timetables.base import TimeRestriction

    # In January 2018 São Paulo had summer time: 23:00 was 01:00 UTC; since 2019 it is 02:00 UTC all year.
    for day, hour in (("2018-01-10", 1), ("2026-01-10", 2)):
        start = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        import pendulum  # type: ignore[import-not-found]

        following = dag.timetable.next_dagrun_info(
            last_automated_data_interval=None, restriction=TimeRestriction(pendulum.instance(start), None, catchup=True)
        )
        end = following.data_interval.end
        assert (end.hour, end.minute, following.run_after) == (hour, 0, end)
    assert type(dag.timetable).__name__ == "CronDataIntervalTimetable"


def test_no_night_that_somebody_may_want_played_lies_before_the_dags_start(dag: Any) -> None:
    assert dag.start_date <= datetime(2000, 1, 1, tzinfo=UTC)


def test_every_try_of_every_task_ends_before_seven(dag: Any) -> None:
    longest = timedelta()
    for task in dag.tasks:
        assert task.execution_timeout is not None
        longest += (task.retries + 1) * task.execution_timeout + task.retries * task.retry_delay
    assert longest <= timedelta(hours=8)
    assert dag.dagrun_timeout is None, "it would skip the teardown"


def test_deleting_the_cluster_is_a_teardown_that_waits_for_no_setup(dag: Any) -> None:
    excluir = dag.get_task(EXCLUIR)
    assert excluir.is_teardown
    assert excluir.on_failure_fail_dagrun
    assert not any(task.is_setup for task in dag.tasks)


def test_a_call_that_creates_is_never_repeated_by_the_sdk(dag: Any, aws: Aws) -> None:
    # RunJobFlow and AddJobFlowSteps have no idempotency token: only the task's retry, which looks first, may repeat.
    assert aws
    for task in (SUBIR, PROCESSAR):
        operator = dag.get_task(task)
        # A hook of our own: the task would keep it, and Airflow could not copy the task any more.
        client = operator.aws_hook_class(**operator._hook_parameters).conn
        assert client.meta.config.retries["total_max_attempts"] == 1


def test_reading_the_dag_asks_nobody_and_imports_nothing_heavy(dag: Any) -> None:
    code = (
        "import sys, socket\n"
        "def refuse(*a, **k): raise AssertionError('the DAG file opened a connection')\n"
        "socket.socket.connect = refuse\n"
        f"sys.path.insert(0, {str(Path(dag.fileloc).parent)!r})\n"
        "import recommendations_nightly\n"
        "heavy = {'pandas', 'numpy', 'pyspark', 'aiobotocore'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    for source in Path(__file__).parent.glob("*.py"):
        if not source.name.startswith(("test_", "conftest")):
            text = source.read_text(encoding="utf-8")
            assert "Variable" not in text, source.name
            assert "Connection" not in text, source.name


def test_a_night_publishes_once_and_a_second_run_of_it_publishes_nothing_new(
    aws: Aws, config: NightConfig, run_night: Night
) -> None:
    aws.put("night-in", PURCHASE)
    first = run_night("2026-01-15")
    assert (first.state, first.states) == ("success", ["success"] * 4), first.errors
    published = {key: aws.s3.get_object(Bucket="night-out", Key=key) for key in aws.keys("night-out", "data_output/")}
    assert len(published) == 3
    manifest = aws.read("night-out", "data_output/2026-01-16/_manifest.json")
    assert [(item["tenant_id"], item["lines"]) for item in manifest["files"]] == [("alfa", 1), ("beta", 1)]
    assert manifest["policy"]["sha256"] == policy_digest(config)
    (cluster,) = aws.clusters("2026-01-15")
    assert (cluster["Status"]["State"], cluster["SecurityConfiguration"]) == ("TERMINATED", "night")
    attributes = cluster["Ec2InstanceAttributes"]
    assert attributes["EmrManagedMasterSecurityGroup"] == "sg-m"
    assert attributes["EmrManagedSlaveSecurityGroup"] == "sg-c"
    assert attributes["ServiceAccessSecurityGroup"] == "sg-s"
    assert "Ec2KeyName" not in attributes

    aws.put("night-in", PURCHASE.replace("a.parquet", "late.parquet"))
    second = run_night("2026-01-15")
    assert second.state == "success", second.errors
    for key, before in published.items():
        after = aws.s3.get_object(Bucket="night-out", Key=key)
        assert (after["ETag"], after["LastModified"]) == (before["ETag"], before["LastModified"]), key


def test_the_jobs_own_sentence_fails_the_task_without_a_retry(aws: Aws, run_night: Night) -> None:
    sentence = "No purchase or coupon of 2025-11-21..2026-01-15 is in s3://night-in."
    run = run_night("2026-02-12", wish={"refuse": sentence})
    assert (run.state, run.states) == ("failed", ["success", "failed", "upstream_failed", "failed"])
    assert run.errors[0] == f"{PROCESSAR}: {sentence}"
    (cluster,) = aws.clusters("2026-02-12")
    assert cluster["Status"]["State"] == "TERMINATED"
    assert len(aws.steps(cluster)) == 1
    assert aws.keys("night-out", "data_output/") == []


def test_an_object_replaced_since_the_freeze_fails_the_night_by_name_until_it_is_frozen_anew(
    aws: Aws, run_night: Night
) -> None:
    # As long as what replaces it: only the ETag tells.
    aws.put("night-in", PURCHASE, b"original")
    first = run_night("2026-01-15", wish={"overwrite": PURCHASE})
    again = run_night("2026-01-15")
    for run in (first, again):
        assert (run.state, run.states) == ("failed", ["success", "success", "failed", "failed"])
        assert f"s3://night-in/{PURCHASE} changed" in run.errors[0]
    assert "data_output/2026-01-16/_manifest.json" not in aws.keys("night-out")
    assert run_night("2026-01-15", conf={"refreeze": True}).state == "success"
    assert "data_output/2026-01-16/_manifest.json" in aws.keys("night-out")


def test_without_a_date_the_first_task_fails_with_one_sentence(aws: Aws, run_night: Night) -> None:
    run = run_night(None)
    assert (run.state, run.tasks[SUBIR]) == ("failed", "failed")
    assert run.errors[0] == (
        f"{SUBIR}: This run has neither a business_date nor a data interval: "
        'trigger it with {"business_date": "yyyy-MM-dd"}.'
    )


def test_the_param_decides_the_business_date_of_a_manual_run(aws: Aws, run_night: Night) -> None:
    run = run_night(None, conf={"business_date": "2026-01-15", "now": "2026-01-16T01:00:00-03:00"})
    assert run.state == "success", run.errors
    assert "data_output/2026-01-16/_manifest.json" in aws.keys("night-out")
    assert aws.read("night-artifacts", "runs/0")["--now"] == "2026-01-16T04:00:00Z"


def test_a_played_now_before_the_input_is_complete_is_refused(aws: Aws, run_night: Night) -> None:
    run = run_night("2026-01-15", conf={"now": "2026-01-15T23:19:59-03:00"})
    assert run.states == ["success", "failed", "upstream_failed", "failed"]
    assert "is complete from 2026-01-16T02:20:00Z on" in run.errors[0]
    assert aws.keys("night-in", "runs/") == []

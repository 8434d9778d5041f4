"""Airflow needs each permission of its role: without one, the night fails, and the action itself was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import boto3
import pytest

from role_proofs import RoleProofs

# The stack's names as this folder's tests have them.
NAMES = {
    "mercafacil-local-emr-nodes": "emr-nodes",
    "role/mercafacil-local-emr": "role/emr-service",
    "mercafacil-local-artifacts": "night-artifacts",
    "mercafacil-local-in": "night-in",
    "mercafacil-local-out": "night-out",
}
FIRST_DAY = date(2026, 3, 2)

AIRFLOW = RoleProofs("mercafacil-local-airflow", "airflow", NAMES)


@pytest.fixture
def work(aws: Any, run_night: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """The whole work of the role on a day of its own: the sync of the DAGs, then a night that adopts a cluster."""

    def whole(round_: int) -> None:
        day = str(FIRST_DAY + timedelta(days=round_))
        aws.put("night-artifacts", "dags/a.py")
        with monkeypatch.context() as role:
            role.setenv("AWS_ACCESS_KEY_ID", AIRFLOW.role)
            # The session that boto3 keeps has read the operator's key.
            role.setattr(boto3, "DEFAULT_SESSION", None)
            s3 = boto3.client("s3")
            listed = s3.list_objects_v2(Bucket="night-artifacts", Prefix="dags/")["Contents"]
            s3.get_object(Bucket="night-artifacts", Key=listed[0]["Key"])["Body"].read()
            run = run_night(day)
        assert run.state == "success", run.errors
        assert aws.keys("night-out", "data_output/")

    return whole


@pytest.fixture
def judge(moto_server: str) -> Iterator[str]:
    """The address of the stand-in, which judges what Airflow's role may do."""
    yield moto_server
    # An unknown role is refused: nothing else of these tests may be judged by roles.
    AIRFLOW.teach(moto_server, AIRFLOW.statements)


def test_the_night_succeeds_with_all_its_permissions(judge: str, work: Callable[[int], None]) -> None:
    AIRFLOW.teach(judge, AIRFLOW.statements)
    work(0)
    assert AIRFLOW.refused(judge) == []


@pytest.mark.parametrize(("statement", "action"), AIRFLOW.provable, ids=str)
def test_a_permission_is_needed(statement: int, action: str, judge: str, work: Callable[[int], None]) -> None:
    AIRFLOW.teach(judge, AIRFLOW.without(statement, action))
    with pytest.raises(Exception) as failure:  # noqa: PT011 - whatever the task says, the refusal below decides
        work(1 + AIRFLOW.permissions.index((statement, action)))
    assert (AIRFLOW.role, action) in AIRFLOW.refused(judge), failure.value
    AIRFLOW.report(statement, action, str(failure.value))


def test_the_configuration_names_the_roles_that_are_passed(configuration: dict[str, Any]) -> None:
    assert configuration["emr"]["job_flow_role"] == "emr-nodes"
    assert configuration["emr"]["service_role"] == "emr-service"

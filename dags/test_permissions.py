"""Airflow needs each permission of its role: without one, the night fails, and the action itself was refused."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

ROOT = Path(__file__).parents[1]
ROLE = "mercafacil-local-airflow"
# The stack's names as this folder's tests have them.
NAMES = {
    "mercafacil-local-emr-nodes": "emr-nodes",
    "role/mercafacil-local-emr": "role/emr-service",
    "mercafacil-local-artifacts": "night-artifacts",
    "mercafacil-local-in": "night-in",
    "mercafacil-local-out": "night-out",
}
FIRST_DAY = date(2026, 3, 2)


def _access() -> dict[str, Any]:
    program = ROOT / "dist" / "local" / "permissions" / "print-access.js"
    if not program.exists():
        raise RuntimeError(f"{program} is missing, which says what each role may do: npm run build makes it.")
    printed = subprocess.run(["node", str(program)], check=True, stdout=subprocess.PIPE, text=True).stdout
    for name, here in NAMES.items():
        printed = printed.replace(name, here)
    given: dict[str, Any] = json.loads(printed)
    # The step's own role is proved beside Spark; here it is the operator's.
    given["access"]["instanceProfiles"] = {}
    return given


GIVEN = _access()
STATEMENTS: list[dict[str, Any]] = GIVEN["access"]["roles"][ROLE]
PERMISSIONS = [(index, action) for index, one in enumerate(STATEMENTS) for action in one["actions"]]


UNPROVEN = [(row["statement"], row["action"]) for row in GIVEN["unproven"] if row["role"] == ROLE]


class Gate:
    """The stand-in's judgement of roles."""

    def __init__(self, url: str) -> None:
        self._url = url

    def _post(self, path: str, body: object) -> Any:
        request = urllib.request.Request(f"{self._url}/_access/{path}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def learn(self, statements: list[dict[str, Any]]) -> None:
        """Makes these the statements of Airflow's role, the only one that is judged."""
        access = GIVEN["access"]
        known = {"account": access["accountId"], "region": access["region"], "keys": access["keys"]}
        self._post("roles", {**known, "instance_profiles": {}, "roles": {ROLE: statements}})

    def refused(self) -> list[tuple[str, str]]:
        """The (role, action) pairs that were refused since."""
        return [(role, action) for role, action in self._post("refused", {})]


def without(statement: int, action: str) -> list[dict[str, Any]]:
    """The role's statements with one permission taken out."""
    return [
        {**one, "actions": [each for each in one["actions"] if (index, each) != (statement, action)]}
        for index, one in enumerate(STATEMENTS)
    ]


@pytest.fixture
def work(aws: Any, run_night: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """The whole work of the role on a day of its own: the sync of the DAGs, then a night that adopts a cluster."""

    def whole(round_: int) -> None:
        day = str(FIRST_DAY + timedelta(days=round_))
        aws.put("night-artifacts", "dags/a.py")
        with monkeypatch.context() as role:
            role.setenv("AWS_ACCESS_KEY_ID", ROLE)
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
def gate(moto_server: str) -> Any:
    gate = Gate(moto_server)
    yield gate
    # An unknown role is refused: nothing else of these tests may be judged by roles.
    gate.learn(STATEMENTS)


def test_the_night_succeeds_with_all_its_permissions(gate: Gate, work: Callable[[int], None]) -> None:
    gate.learn(STATEMENTS)
    work(0)
    assert gate.refused() == []


@pytest.mark.parametrize(
    ("statement", "action"), [each for each in PERMISSIONS if each not in UNPROVEN], ids=lambda value: str(value)
)
def test_a_permission_is_needed(statement: int, action: str, gate: Gate, work: Callable[[int], None]) -> None:
    gate.learn(without(statement, action))
    with pytest.raises(Exception) as failure:  # noqa: PT011 - whatever the task says, the refusal below decides
        work(1 + PERMISSIONS.index((statement, action)))
    assert (ROLE, action) in gate.refused(), failure.value
    _report(statement, action, str(failure.value))


def _report(statement: int, action: str, why: str) -> None:
    file = os.environ.get("PERMISSION_PROOFS")
    if file:
        proof = {"part": "airflow", "statement": statement, "action": action, "why": why[:300]}
        with Path(file).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(proof) + "\n")


def test_the_configuration_names_the_roles_that_are_passed(configuration: dict[str, Any]) -> None:
    assert configuration["emr"]["job_flow_role"] == "emr-nodes"
    assert configuration["emr"]["service_role"] == "emr-service"

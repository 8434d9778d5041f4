"""A DAG run by itself ends as Airflow says, and its result names the task that failed and why."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-not-found, import-untyped, unused-ignore]
import pytest

from home import environment_of

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".local" / "airflow"

DAG = """
from datetime import datetime
import beside
from airflow.configuration import conf
from airflow.exceptions import AirflowFailException
from airflow.sdk import DAG, task
with DAG("small", schedule=None, start_date=datetime(2026, 1, 1), catchup=False):
    @task
    def first(params=None, data_interval_end=None, logical_date=None):
        assert conf.get("core", "max_active_tasks_per_dag") == "7"
        wish = beside.wish(params["wish"])
        if wish == "fail":
            raise AirflowFailException("the shelf is empty")
        return str(logical_date)
    @task
    def second():
        someone = "-".join(("123", "456", "789"))
        raise AirflowFailException("what follows")
    first() >> second()
"""


def run(tmp_path: Path, dag_id: str = "small", dag: str = DAG, **conf: str) -> tuple[int, dict[str, Any], str]:
    dags, result = tmp_path / "dags", tmp_path / "result.json"
    dags.mkdir()
    (dags / "small.py").write_text(dag.replace('["wish"]', '.get("wish")'))
    (dags / "beside.py").write_text("def wish(text):\n    return text\n")
    arguments = ["--home", str(tmp_path / "home"), "--cache", str(CACHE), "--dags", str(dags), "--dag-id", dag_id]
    arguments += ["--logical-date", "2026-11-20T23:00:00-03:00", "--conf", json.dumps(conf), "--result", str(result)]
    arguments += ["--configuration", json.dumps({"core.max_active_tasks_per_dag": "7"})]
    ended = subprocess.run(
        [sys.executable, str(HERE / "run_dag.py"), *arguments], capture_output=True, text=True, check=False
    )
    return ended.returncode, json.loads(result.read_text()), ended.stdout + ended.stderr


def test_a_run_that_succeeds_says_so_and_obeys_the_configuration(tmp_path: Path) -> None:
    code, result, _ = run(tmp_path, dag=DAG.replace('raise AirflowFailException("what follows")', "pass"))
    assert (code, result) == (0, {"state": "success", "tasks": {"first": "success", "second": "success"}})


def test_the_first_failure_is_the_reason_and_the_exit_code_is_not_zero(tmp_path: Path) -> None:
    code, result, _ = run(tmp_path, wish="fail")
    assert code == 1
    assert result["state"] == "failed"
    assert result["tasks"] == {"first": "failed", "second": "upstream_failed"}
    assert result["error"] == "first: the shelf is empty"


def test_the_log_of_a_failure_shows_no_values_of_variables(tmp_path: Path) -> None:
    code, result, log = run(tmp_path)
    assert (code, result["error"]) == (1, "second: what follows")
    assert "what follows" in log
    assert "123-456-789" not in log


@pytest.mark.parametrize(
    ("dag_id", "dag", "said"),
    [("other", DAG, "holds no DAG other"), ("small", "import absent", "No module named 'absent'")],
)
def test_a_dag_that_is_not_there_or_cannot_be_read_is_one_sentence(
    tmp_path: Path, dag_id: str, dag: str, said: str
) -> None:
    code, result, _ = run(tmp_path, dag_id=dag_id, dag=f"# airflow dag\n{dag}")
    assert (code, result["state"]) == (1, "failed")
    assert said in result["error"]


def test_a_run_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    dags, mark = tmp_path / "dags", tmp_path / "pid"
    dags.mkdir()
    (dags / "small.py").write_text(
        "# airflow dag\nimport os, pathlib, time\n"
        f"pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\n"
        "time.sleep(600)\n"
    )
    arguments = ["--home", str(tmp_path / "home"), "--cache", str(CACHE), "--dags", str(dags), "--dag-id", "small"]
    arguments += ["--logical-date", "none", "--result", str(tmp_path / "result.json")]
    command = [sys.executable, str(HERE / "run_dag.py"), *arguments]
    # The parent starts it, waits until it is at work, and dies.
    parent = (
        "import subprocess, sys, time, pathlib\n"
        f"subprocess.Popen({command!r}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        f"while not pathlib.Path({str(mark)!r}).exists(): time.sleep(0.1)\n"
    )
    subprocess.run([sys.executable, "-c", parent], check=True)
    pid = int(mark.read_text())
    for _ in range(300):
        if not psutil.pid_exists(pid):
            return
        time.sleep(0.1)
    psutil.Process(pid).kill()
    pytest.fail("the run outlived its parent")


def test_options_are_given_to_airflow_under_their_own_names(tmp_path: Path) -> None:
    environment = environment_of(tmp_path, tmp_path / "dags", {"core.load_examples": "True", "celery.worker_a": "1,2"})
    assert environment["AIRFLOW__CORE__LOAD_EXAMPLES"] == "True"
    assert environment["AIRFLOW__CELERY__WORKER_A"] == "1,2"
    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"sqlite:///{tmp_path}/airflow.db"

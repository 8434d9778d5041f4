"""Runs one DAG run in a real Airflow, in one process, and says how each task ended.

Exit code 0 only when the run succeeded; otherwise the first task's error is in the result and on standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from home import environment_of, prepare

PARENT_CHECK_SECONDS = 1.0


def read_arguments(argv: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder of this run's Airflow")
    parser.add_argument("--cache", type=Path, required=True, help="folder of the prepared databases")
    parser.add_argument("--dags", type=Path, required=True, help="folder of the DAGs, as synced")
    parser.add_argument("--dag-id", required=True)
    parser.add_argument("--logical-date", required=True, help="RFC 3339, or none for a run without a date")
    parser.add_argument("--conf", type=json.loads, default={}, help="the run's conf, JSON")
    parser.add_argument("--configuration", type=json.loads, default={}, help="airflow_configuration_options, JSON")
    parser.add_argument("--result", type=Path, required=True, help="file to write the outcome to, JSON")
    return parser.parse_args(argv)


class TaskErrors:
    """Listens to Airflow's task failures and keeps the last message of each task."""

    def __init__(self) -> None:
        self.messages: dict[str, str] = {}

    def listen(self) -> None:
        """Registers with Airflow's listener manager."""
        from airflow.listeners import hookimpl
        from airflow.listeners.listener import get_listener_manager

        messages = self.messages

        class Listener:
            """The hooks that Airflow calls."""

            @hookimpl  # type: ignore[untyped-decorator]
            def on_task_instance_failed(self, previous_state: Any, task_instance: Any, error: Any) -> None:
                del previous_state
                # A timeout says only how long it lasted; the task's name makes it a sentence.
                messages[task_instance.task_id] = f"{task_instance.task_id}: {error}"

        get_listener_manager().add_listener(Listener())


def log_plainly() -> None:
    """Task logs in plain lines: no debug, no colours, and tracebacks without the values of local variables."""
    import logging

    import structlog  # type: ignore[import-not-found]

    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)


def keep_api_server() -> None:
    """One in-process API server for all tasks: dag.test() builds a new one a task, which costs more than the task."""
    import functools

    from airflow.sdk.execution_time import supervisor

    supervisor.in_process_api_server = functools.cache(supervisor.in_process_api_server)


def end_with_parent() -> None:
    """Ends this process soon after the one that started it: a run whose runtime is gone would retry for minutes."""
    import threading
    import time

    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def run(arguments: argparse.Namespace, dags: Path) -> dict[str, Any]:
    """Imports the DAGs and runs the one asked for, once."""
    from airflow.models.dagbag import DagBag

    bag = DagBag(dag_folder=str(dags), include_examples=False, safe_mode=True)
    if bag.import_errors:
        file, trace = next(iter(bag.import_errors.items()))
        return {"state": "failed", "tasks": {}, "error": f"{Path(file).name}: {trace.strip().splitlines()[-1]}"}
    dag = bag.dags.get(arguments.dag_id)
    if dag is None:
        return {"state": "failed", "tasks": {}, "error": f"{dags} holds no DAG {arguments.dag_id}."}
    log_plainly()
    keep_api_server()
    errors = TaskErrors()
    errors.listen()
    logical_date = None if arguments.logical_date == "none" else datetime.fromisoformat(arguments.logical_date)
    outcome: Any = dag.test(logical_date=logical_date, run_conf=arguments.conf)
    tasks = {instance.task_id: str(instance.state) for instance in outcome.get_task_instances()}
    # In the order of failing: what follows from the first failure comes after it.
    failed = [message for task, message in errors.messages.items() if tasks.get(task) == "failed"]
    return {"state": str(outcome.state), "tasks": tasks, **({"error": failed[0]} if failed else {})}


def main(argv: list[str]) -> int:
    """Prepares the home, runs the DAG and writes the result."""
    arguments = read_arguments(argv)
    end_with_parent()
    home, dags = arguments.home.resolve(), arguments.dags.resolve()
    os.environ.update(environment_of(home, dags, arguments.configuration))
    prepare(home, arguments.cache.resolve(), dags, arguments.configuration)
    # Airflow puts the DAG folder on the path: modules beside a DAG import each other by their bare names.
    sys.path.append(str(dags))
    result = run(arguments, dags)
    arguments.result.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if result["state"] == "success":
        return 0
    print(result.get("error", f"The run is {result['state']}: {result['tasks']}"), file=sys.stderr)
    return 1


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Airflow's in-process API server leaves threads; the run is over and written.
    os._exit(code)

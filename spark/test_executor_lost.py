"""An executor that dies in the middle of a night costs time and changes no byte."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from hostile_lake import HostileLake
from night_runs import run, staged

HERE = Path(__file__).parent


def executors_of(port: str) -> list[int]:
    """The processes of the executors that talk to the driver at a port."""
    listed = subprocess.run(["ps", "-eww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    mine = [line for line in listed.splitlines() if "ExecutorBackend" in line and f"@127.0.0.1:{port}" in line]
    return [int(line.split()[0]) for line in mine]


def test_a_killed_executor_changes_no_byte(spark: SparkSession, schemas: dict[str, Any], tmp_path: Path) -> None:
    lake = HostileLake(9, date(2026, 11, 21), 10)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    document = lake.freeze(1, lake.write(whole / "in", schemas))
    lake.write(broken / "in", schemas)
    (broken / "frozen.json").write_text(json.dumps(document))
    report = run(spark, whole, schemas, document, 10)

    night = subprocess.Popen(
        [sys.executable, str(HERE / "executors_night.py"), str(broken), str(broken / "frozen.json")],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert night.stdout
    said: list[str] = []
    killed: list[int] = []
    for line in night.stdout:
        said.append(line.strip())
        if line.rstrip().endswith(": scoring and composing offers"):
            port = said[0].removeprefix("port ")
            killed = executors_of(port)[:1]
            # By then what one stage wrote for the next lies with both.
            time.sleep(1)
            os.kill(killed[0], signal.SIGKILL)
    assert night.wait(60) == 0, said
    assert killed
    executors = int(said[-1].removeprefix("executors "))
    assert executors >= 3, "nobody took the place of the one that was killed"
    again = json.loads((broken / "out" / "staging" / document["business_date"] / "_job.json").read_text())
    assert staged(broken, again) == staged(whole, report)
    assert {**again, "files": []} == {**report, "files": []}

"""Gives a night its own Airflow home in a moment: the migrated database is made once and copied from then on.

The template is keyed by Airflow's version, made aside and renamed, so that a broken one is never found.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

DATABASE = "airflow.db"


def environment_of(home: Path, dags: Path, options: Mapping[str, str]) -> dict[str, str]:
    """The environment variables of an Airflow in this home; options are MWAA's, as `section.name`."""
    settings = {
        "core.dags_folder": str(dags),
        "core.load_examples": "False",
        "core.unit_test_mode": "False",
        "database.sql_alchemy_conn": f"sqlite:///{home / DATABASE}",
        "database.load_default_connections": "False",
        "logging.base_log_folder": str(home / "logs"),
        "scheduler.enable_health_check": "False",
        "usage_data_collection.enabled": "False",
        **options,
    }
    named = {f"AIRFLOW__{key.upper().replace('.', '__', 1)}": str(value) for key, value in settings.items()}
    return {"AIRFLOW_HOME": str(home), **named}


def prepare(home: Path, cache: Path, dags: Path, options: Mapping[str, str]) -> None:
    """Fills an empty home with a migrated database, from the cache when it holds one of this version."""
    home.mkdir(parents=True, exist_ok=True)
    if (home / DATABASE).exists():
        return
    template = cache / f"airflow-{version('apache-airflow')}" / DATABASE
    if not template.exists():
        _migrate(template, dags)
    shutil.copyfile(template, home / DATABASE)


def _migrate(template: Path, dags: Path) -> None:
    template.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="airflow-home-") as scratch:
        environment = {**os.environ, **environment_of(Path(scratch), dags, {})}
        subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
        aside = template.with_name(f"{DATABASE}.{os.getpid()}")
        shutil.copyfile(Path(scratch) / DATABASE, aside)
        aside.replace(template)

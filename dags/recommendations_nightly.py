"""recommendations_nightly: from the day's events to the published offers of the next day, between 23:00 and 07:00.

The graph is the column below. Configuration is the JSON file of the same name, which the stack uploads beside this one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import DAG, Param
from airflow.timetables.interval import CronDataIntervalTimetable

from night import load_config
from nightly_operators import (
    EXCLUIR,
    GRAVAR,
    PROCESSAR,
    SUBIR,
    ExcluirCluster,
    GravarResultados,
    ProcessarDados,
    SubirCluster,
)

CONFIG = load_config(Path(__file__).with_suffix(".json"))

# All tries of all tasks, one after the other, end within the eight hours from 23:00 to 07:00. dagrun_timeout is no such
# guard: it would skip the task that deletes the cluster.
SUBIR_TIMEOUT = timedelta(minutes=25)
PROCESSAR_TIMEOUT = timedelta(minutes=150)
GRAVAR_TIMEOUT = timedelta(minutes=20)
EXCLUIR_TIMEOUT = timedelta(minutes=5)
RETRY_DELAY = timedelta(minutes=2)

with DAG(
    dag_id="recommendations_nightly",
    description="Events of the business date in, one line of offers a shopper out",
    schedule=CronDataIntervalTimetable(CONFIG.schedule, CONFIG.time_zone),
    # Before any night that somebody may want played: without catch-up it starts none.
    start_date=datetime(1970, 1, 1, tzinfo=CONFIG.zone),
    catchup=False,
    max_active_runs=1,
    params={
        "business_date": Param(None, type=["null", "string"], description="D as yyyy-MM-dd; default: the interval's"),
        "now": Param(None, type=["null", "string"], description="A rehearsal's clock: the RFC 3339 instant it is"),
        "refreeze": Param(False, type="boolean", description="Freeze the input anew; refused once published"),
        "rebuild_snapshots": Param(
            False, type="boolean", description="Make the snapshots of all changes; freezes the input anew"
        ),
        "supersede": Param(False, type="boolean", description="Replace what is published; refused once planned"),
    },
    default_args={"retry_delay": RETRY_DELAY},
    tags=["mercafacil"],
) as dag:
    subir = SubirCluster(task_id=SUBIR, config=CONFIG, retries=2, execution_timeout=SUBIR_TIMEOUT)
    processar = ProcessarDados(task_id=PROCESSAR, config=CONFIG, retries=1, execution_timeout=PROCESSAR_TIMEOUT)
    gravar = GravarResultados(task_id=GRAVAR, config=CONFIG, retries=2, execution_timeout=GRAVAR_TIMEOUT)
    excluir = ExcluirCluster(task_id=EXCLUIR, config=CONFIG, retries=2, execution_timeout=EXCLUIR_TIMEOUT)

    subir >> processar >> gravar >> excluir
    # A teardown without setups: it runs when all before it are done, and also when someone marks the run as failed.
    excluir.as_teardown(on_failure_fail_dagrun=True)

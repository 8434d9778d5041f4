"""A night on executors of their own, as on a cluster, so that one of them can be killed; only a test starts it.

Arguments: the folder of the lake and the frozen input. Says its driver's port, the job's progress and, last, how many
executors there have been.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from night_runs import run
from recommender.frozen_input import CONTRACTS
from recommender.session import SETTINGS

GENERATED = Path(__file__).parents[1] / "generated" / "spark"
MASTER = "local-cluster[2,1,1024]"


def main(root: Path, frozen: Path) -> None:
    """Runs the night."""
    own = {
        "spark.ui.enabled": "false",
        "spark.driver.memory": "1g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.executor.memory": "700m",
        "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.warehouse.dir": str(root / "warehouse"),
        "spark.local.dir": str(root / "scratch"),
    }
    builder = SparkSession.builder.master(MASTER)
    for name, value in {**SETTINGS, **own}.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    print(f"port {spark.conf.get('spark.driver.port')}", flush=True)
    schemas = {name: json.loads((GENERATED / f"{name}_v1.json").read_text()) for name in CONTRACTS}
    run(spark, root, schemas, json.loads(frozen.read_text()), 10)
    context = spark.sparkContext._jsc.sc()
    # The driver counts as one.
    print(f"executors {context.statusStore().executorList(False).size() - 1}", flush=True)
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

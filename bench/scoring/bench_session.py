"""A Spark session of two cores for the pipelines that are compared; its start is not counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from recommender.session import SETTINGS
from sizing import JAVA_OPTIONS


def open_bench_session(driver_memory: str, scratch: Path) -> SparkSession:
    """The job's own settings and options of a cluster's, so much heap (such as `3g`), everything on disk below
    `scratch`."""
    own = {
        "spark.driver.memory": driver_memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.defaultJavaOptions": JAVA_OPTIONS,
        "spark.driver.extraJavaOptions": f"-Djava.io.tmpdir={scratch}",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("bench")
    for name, value in {**SETTINGS, **own}.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    spark.range(1000).selectExpr("sum(id)").collect()
    return spark


def _jvm(spark: SparkSession) -> Any:
    return spark.sparkContext._jvm  # PySpark has no public door to the virtual machine.


def java_of(spark: SparkSession) -> int:
    """The process of the session's virtual machine."""
    return int(_jvm(spark).java.lang.ProcessHandle.current().pid())


def shuffled_bytes(spark: SparkSession) -> int:
    """What all stages so far have written for each other."""
    context: Any = spark.sparkContext
    none = context._gateway.new_array(context._jvm.double, 0)
    stages = context._jsc.sc().statusStore().stageList(None, False, False, none, None)
    return sum(int(stages.apply(index).shuffleWriteBytes()) for index in range(stages.size()))

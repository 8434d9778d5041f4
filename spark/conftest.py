"""One local SparkSession for all tests, with the job's own settings, and the schemas as the build generates them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from recommender.frozen_input import CONTRACTS
from recommender.session import SETTINGS

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """A session on two cores; a test that changes a setting sets it back."""
    builder = SparkSession.builder.master("local[2]").appName("recommender tests")
    own = {
        "spark.ui.enabled": "false",
        "spark.driver.memory": "3g",
        # One session runs thousands of queries: what Spark remembers of each for a page that nobody opens fills a heap.
        "spark.ui.retainedJobs": "20",
        "spark.ui.retainedStages": "20",
        "spark.ui.retainedTasks": "200",
        "spark.sql.ui.retainedExecutions": "5",
        "spark.sql.maxPlanStringLength": "1000",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        # A test's plans live for seconds: compiling them thoroughly takes longer than running them.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
    }
    for name, value in {**SETTINGS, **own}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def schemas() -> dict[str, dict[str, Any]]:
    """The Spark schemas of the contracts that a night reads, as JSON."""
    folder = REPOSITORY / "generated" / "spark"
    assert folder.is_dir(), f"{folder} is missing: npm run build makes it"
    return {name: json.loads((folder / f"{name}_v1.json").read_text()) for name in CONTRACTS}

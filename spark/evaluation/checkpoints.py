"""Spark cuts the history of an iterative computation at checkpoints; without them ALS overflows a small stack."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

# Iterations between two checkpoints.
CHECKPOINT_INTERVAL = 2


@contextmanager
def checkpoints(spark: SparkSession) -> Iterator[None]:
    """A folder for checkpoints on this machine, removed afterwards."""
    folder = tempfile.mkdtemp(prefix="checkpoints-")
    spark.sparkContext.setCheckpointDir(folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)

"""The job of the night over a made lake, in a session of two cores; the session's start is not counted."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from pyspark.sql.types import StructType

from bench_session import java_of, open_bench_session, shuffled_bytes
from measured import finish, peak_mebibytes
from night_runs import POLICY, settings_of
from recommend import recommend
from recommender.frozen_input import CONTRACTS

ROOT = Path(__file__).parents[2]


def main(lake: Path, memory: str) -> None:
    """Runs the night and prints what it took."""
    document = json.loads((lake / "frozen.json").read_text())
    scratch = lake / "scratch"
    scratch.mkdir(exist_ok=True)
    now = f"{document['business_date']}T23:30:00Z"
    settings = settings_of(lake, document, 56, "--now", now, policy=POLICY)
    folder = ROOT / "generated" / "spark"
    schemas = {name: StructType.fromJson(json.loads((folder / f"{name}_v1.json").read_text())) for name in CONTRACTS}
    spark = open_bench_session(memory, scratch)
    begin = time.monotonic()
    report = recommend(spark, settings, schemas)
    shoppers = sum(tenant["lines"] for tenant in report["tenants"].values())
    held = peak_mebibytes(java_of(spark)) + peak_mebibytes(os.getpid())
    finish(begin, shoppers=shoppers, shuffled_bytes=shuffled_bytes(spark), mebibytes=round(held))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

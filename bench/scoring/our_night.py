"""The job of the night over a made lake, in a session of two cores; the session's start is not counted."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from pyspark.sql.types import StructType

from bench_session import java_of, open_bench_session, shuffled_bytes
from duckdb_night import POLICY
from measured import finish, peak_mebibytes
from recommend import recommend
from recommender.frozen_input import CONTRACTS
from recommender.settings import parse_settings

ROOT = Path(__file__).parents[2]


def main(lake: Path, memory: str) -> None:
    """Runs the night and prints what it took."""
    document = json.loads((lake / "frozen.json").read_text())
    day = document["business_date"]
    policy = lake / "policy.json"
    policy.write_text(json.dumps({"*": POLICY}))
    scratch = lake / "scratch"
    scratch.mkdir(exist_ok=True)
    arguments = {
        "--business-date": day,
        "--now": f"{day}T23:30:00Z",
        "--time-zone": "America/Sao_Paulo",
        "--input": (lake / "frozen.json").as_uri(),
        "--in": (lake / "in").as_uri(),
        "--out": (lake / "out").as_uri(),
        "--models": (ROOT / "models").as_uri(),
        "--window-days": "56",
        "--late-lookback-days": "14",
        "--late-policy": "clip",
        "--policy": policy.as_uri(),
    }
    settings = parse_settings([text for pair in arguments.items() for text in pair])
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

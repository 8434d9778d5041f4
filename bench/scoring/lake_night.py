"""The night of a made lake, ready to be run in a session of two cores."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from bench_session import open_bench_session
from night_runs import POLICY, mounted, settings_of
from recommend import recommend
from recommender.frozen_input import CONTRACTS
from recommender.settings import Settings

SCHEMAS = Path(__file__).parents[2] / "generated" / "spark"


@dataclass(frozen=True)
class LakeNight:
    """A night whose session has started."""

    spark: SparkSession
    settings: Settings
    schemas: dict[str, StructType]

    def run(self) -> dict[str, Any]:
        """Runs the night and returns the job's report."""
        return recommend(self.spark, self.settings, self.schemas)


def open_night(lake: Path, document: dict[str, Any], memory: str, is_remote: bool = False) -> LakeNight:
    """Starts the session of the night that a frozen input describes. `is_remote`: its objects are fetched, as from
    S3."""
    scratch = lake / "scratch"
    scratch.mkdir(exist_ok=True)
    spark = open_bench_session(memory, scratch)
    where = ("--in", mounted(spark, lake / "in")) if is_remote else ()
    now = f"{document['business_date']}T23:30:00Z"
    settings = settings_of(lake, document, 56, "--now", now, *where, policy=POLICY)
    schemas = {it: StructType.fromJson(json.loads((SCHEMAS / f"{it}_v1.json").read_text())) for it in CONTRACTS}
    return LakeNight(spark, settings, schemas)

"""No row is lost between the files that Spark reads and the objects that the input names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from recommender.fetch import Located
from recommender.frozen_input import FrozenObject
from recommender.reader import count_rows, origins, read_rows
from two_chains_lake import PURCHASES, TwoChainsLake


def test_rows_of_a_file_that_the_input_does_not_name_stop_the_reading(
    spark: SparkSession, schemas: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    lake = TwoChainsLake()
    lake.write(tmp_path, schemas)
    schema = StructType.fromJson(schemas["purchase"])
    keys = lake.purchases_of("chain-a")
    located = [Located(FrozenObject("purchase", key, 1, "window"), f"file://{tmp_path}/{key}", None) for key in keys]
    whole = read_rows(schema, located, origins(spark, located))
    assert sorted(row["object"] for row in whole.select("object").collect()) == sorted(keys)
    partly = origins(spark, located[1:])
    for read in (
        lambda: read_rows(schema, located, partly).collect(),
        lambda: count_rows(located, partly),
    ):
        with pytest.raises(Exception, match="which the input does not name"):
            read()
    assert sum(count_rows(located, origins(spark, located)).values()) == PURCHASES

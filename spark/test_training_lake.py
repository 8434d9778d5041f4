"""The trainer learns from the sales that a night would use, and from no others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from night_runs import settings_of
from recommender.fetch import Workspace
from recommender.storage import Storage
from training.lake import sales_of_lake
from two_chains_lake import DAY, PRODUCTS, PURCHASES, TwoChainsLake, key_of

Row = dict[str, Any]


def test_the_sales_of_the_lake_are_those_of_a_night(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    lake = TwoChainsLake()
    broken, netted, late, _ = lake.purchases_of("chain-a")
    _, [bought] = lake.objects[netted]
    item = {"sku": "sku0", "name": None, "quantity": 1, "unit_price": 1}
    back = {**bought, "event_id": "back", "occurred_at": bought["occurred_at"] + timedelta(minutes=1), "items": [item]}
    lake.objects[key_of("purchase", "return", 10, "chain-a")] = ("purchase", [back])
    # Half past midnight of the next day in UTC is still the evening before in São Paulo.
    lake.objects[late][1][0]["occurred_at"] += timedelta(hours=10, minutes=30)
    lake.objects[late][1].append(dict(lake.objects[late][1][0]))
    lake.write(tmp_path / "in", schemas)
    (tmp_path / "in" / broken).write_bytes(b"no Parquet")
    document = lake.freeze(tmp_path / "in")
    workspace = Workspace(Storage(spark))
    said: list[str] = []
    try:
        parsed = {name: StructType.fromJson(it) for name, it in schemas.items()}
        sales = sales_of_lake(spark, settings_of(tmp_path, document, 7), parsed, workspace, said.append).collect()
    finally:
        workspace.close()
    assert f"{broken} is set aside: NOT_PARQUET" in said
    ids = [row["event_id"] for row in sales]
    assert len(ids) == len(set(ids)) == 2 * PURCHASES - 1
    assert {row["day"] for row in sales} == {DAY}
    products = {row["event_id"]: len(row["skus"]) for row in sales}
    assert products.pop(bought["event_id"]) == PRODUCTS - 1
    assert set(products.values()) == {PRODUCTS}

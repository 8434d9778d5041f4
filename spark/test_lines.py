"""A line of OUT is one valid JSON line whatever a product is called, and its ids are standard UUIDs."""

from __future__ import annotations

import json
import uuid
import zlib
from datetime import date
from decimal import Decimal

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from recommender.lines import PART_BYTES, RECOMMENDATION_NAMESPACE, compose_lines, parts_of, split_parts, uuid5
from recommender.offers import OFFERS

NAMES = ['aspas "duplas"', "quebra\nde\r\nlinha", "açaí 🍇", "\\", "\t\u0000\u0001", "\u2028\u2029", "</script>", "{}"]


def test_uuids_are_those_of_pythons_uuid5(spark: SparkSession) -> None:
    names = ["", "a", "chain|2026-11-23|ção 🍇", "x" * 300] + [f"name {number}" for number in range(200)]
    frame = spark.createDataFrame([(name,) for name in names], "name string")
    made = frame.select("name", uuid5(RECOMMENDATION_NAMESPACE, F.col("name")).alias("id")).collect()
    assert {row["name"]: row["id"] for row in made} == {
        name: str(uuid.uuid5(RECOMMENDATION_NAMESPACE, name)) for name in names
    }


def test_any_name_stays_one_json_line_in_utf8(spark: SparkSession) -> None:
    offers = [[(name, name, Decimal("0.5"), "r")] for name in NAMES]
    rows = [("chain", f"{number:064x}", offer, "champion") for number, offer in enumerate(offers)]
    frame = spark.createDataFrame(rows, f"tenant_id string, shopper_id string, offers {OFFERS}, fallback_level string")
    until = "2026-11-23T23:59:59-03:00"
    lines = compose_lines(frame, date(2026, 11, 23), until, "frequency/1").orderBy("shopper_id").collect()
    for row, name in zip(lines, NAMES, strict=True):
        assert "\n" not in row["line"]
        assert "\r" not in row["line"]
        read = json.loads(row["line"])
        assert read["offers"] == [{"sku": name, "name": name, "score": 0.5, "reason": "r"}]
        assert list(read) == [
            "recommendation_id",
            "tenant_id",
            "shopper_id",
            "offer_date",
            "valid_until",
            "offers",
            "model",
            "fallback_level",
        ]
    assert "açaí 🍇" in lines[2]["line"]
    assert '"score":0.500000,' in lines[2]["line"]


def test_a_large_chain_is_split_by_shopper_and_a_small_one_is_not(spark: SparkSession) -> None:
    sizes = {"large": 3 * PART_BYTES - 1, "small": 10, "empty": 0}
    assert parts_of(sizes) == {"large": 3, "small": 1, "empty": 1}
    shoppers = [f"{number:064x}" for number in range(60)]
    rows = [(tenant, shopper) for tenant in ("large", "small") for shopper in shoppers]
    split = split_parts(spark.createDataFrame(rows, "tenant_id string, shopper_id string"), sizes).collect()
    parts = {(row["tenant_id"], row["shopper_id"]): row["part"] for row in split}
    assert {parts["small", shopper] for shopper in shoppers} == {0}
    assert all(parts["large", shopper] == zlib.crc32(shopper.encode()) % 3 for shopper in shoppers)
    assert {parts["large", shopper] for shopper in shoppers} == {0, 1, 2}

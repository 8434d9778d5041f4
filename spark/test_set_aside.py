"""Broken objects are set aside with a reason while they are few, and the night goes on as if they were not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from night_runs import quarantined, run, settings_of, staged
from recommender import writer
from recommender.counts import Counts, check_set_aside
from recommender.errors import NightError
from recommender.fetch import Workspace
from recommender.night import freeze_of
from recommender.reading import NightRows, read_night
from recommender.set_aside import FEW_OBJECTS, FEW_ROWS, allowed
from recommender.storage import Storage
from two_chains_lake import DAY, PRODUCTS, PURCHASES, TwoChainsLake

Row = dict[str, Any]
Harm = Callable[[bytes], bytes]


def flipped(begin: int, stop: int) -> Harm:
    """Turns over the bits of a part of the file; negative places count from its end."""

    def harm(body: bytes) -> bytes:
        places = set(range(*slice(begin, stop).indices(len(body))))
        return bytes(byte ^ 0xFF if place in places else byte for place, byte in enumerate(body))

    return harm


REGIONS: dict[str, tuple[Harm, str]] = {
    "nothing is left": (lambda body: b"", "EMPTY"),
    "four bytes are left": (lambda body: body[:4], "NOT_PARQUET"),
    "cut in the first third": (lambda body: body[: len(body) // 3], "NOT_PARQUET"),
    "cut in the footer": (lambda body: body[:-100], "NOT_PARQUET"),
    "the last byte is gone": (lambda body: body[:-1], "NOT_PARQUET"),
    "the first bytes are gone": (lambda body: body[10:], "CONTENT"),
    "another end": (flipped(-4, 1 << 20), "NOT_PARQUET"),
    "another length of the footer": (flipped(-8, -4), "NOT_PARQUET"),
    "another footer": (flipped(-200, -12), "NOT_PARQUET"),
    "another first page": (flipped(4, 40), "CONTENT"),
    "zeros at the head": (lambda body: bytes(200) + body[200:], "CONTENT"),
}


def read(spark: SparkSession, root: Path, schemas: dict[str, Row], document: Row) -> tuple[NightRows, list[str]]:
    """What a night reads of a frozen input, and what it says."""
    settings, storage, said = settings_of(root, document, 7), Storage(spark), list[str]()
    workspace = Workspace(storage)
    try:
        frozen = freeze_of(storage, settings)
        parsed = {name: StructType.fromJson(it) for name, it in schemas.items()}
        found = read_night(spark, settings, frozen, parsed, workspace, said.append)
        # They outlive the folder that they were kept in.
        return replace(found, rows=found.rows.localCheckpoint()), said
    finally:
        workspace.close()


@pytest.mark.parametrize("region", REGIONS)
def test_an_object_broken_anywhere_is_set_aside_with_a_reason_and_the_others_are_read(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, region: str
) -> None:
    lake = TwoChainsLake()
    lake.write(tmp_path / "in", schemas)
    key = lake.purchases_of("chain-a")[1]
    harm, reason = REGIONS[region]
    (tmp_path / "in" / key).write_bytes(harm((tmp_path / "in" / key).read_bytes()))
    found, said = read(spark, tmp_path, schemas, lake.freeze(tmp_path / "in"))
    rows = 1 if reason == "CONTENT" else None
    assert [it.reported() for it in found.aside] == [{"key": key, "reason": reason, "rows": rows}]
    assert found.rows.where("contract = 'purchase'").count() == 2 * PURCHASES - 1
    counts = found.counts["purchase"]
    assert (counts.read, counts.set_aside) == (2 * PURCHASES - 1 + (rows or 0), rows or 0)
    assert f"{key} is set aside: {reason}" in said


@pytest.mark.parametrize("name", ["sound", "_hidden"])
def test_a_file_without_the_first_magic_number_is_read_all_the_same(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, name: str
) -> None:
    lake = TwoChainsLake()
    key = lake.purchases_of("chain-a")[0]
    lake.objects[str(Path(key).with_name(f"{name}.parquet"))] = lake.objects.pop(key)
    lake.write(tmp_path / "in", schemas)
    path = tmp_path / "in" / str(Path(key).with_name(f"{name}.parquet"))
    path.write_bytes(flipped(0, 4)(path.read_bytes()))
    found, _ = read(spark, tmp_path, schemas, lake.freeze(tmp_path / "in"))
    assert (found.aside, found.counts["purchase"].read) == ([], 2 * PURCHASES)


@pytest.mark.parametrize("region", ["another footer", "another first page"])
def test_a_broken_object_that_was_fetched_is_not_read_with_the_others_of_its_folder(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, region: str
) -> None:
    lake = TwoChainsLake()
    # Spark passes over such names, so these are fetched into one folder and read as that folder.
    for key in lake.purchases_of("chain-a"):
        lake.objects[str(Path(key).with_name("_chain-a.parquet"))] = lake.objects.pop(key)
    lake.write(tmp_path / "in", schemas)
    key = lake.purchases_of("chain-a")[1]
    (tmp_path / "in" / key).write_bytes(REGIONS[region][0]((tmp_path / "in" / key).read_bytes()))
    found, _ = read(spark, tmp_path, schemas, lake.freeze(tmp_path / "in"))
    assert [(it.key, it.reason) for it in found.aside] == [(key, REGIONS[region][1])]
    assert found.rows.where("contract = 'purchase'").count() == 2 * PURCHASES - 1


def test_a_flipped_bit_under_a_checksum_is_no_other_value(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    lake = TwoChainsLake()
    lake.write(tmp_path / "in", schemas)
    path = tmp_path / "in" / lake.purchases_of("chain-a")[0]
    written = tmp_path / "written"
    spark.read.parquet(f"file://{path}").write.option("compression", "none").parquet(f"file://{written}")
    body = next(written.glob("*.parquet")).read_bytes()
    # Plain text in a page of its own: without a checksum it would be another product.
    assert body.count(b"sku3") == 1
    path.write_bytes(body.replace(b"sku3", b"sku9"))
    found, _ = read(spark, tmp_path, schemas, lake.freeze(tmp_path / "in"))
    assert [it.reason for it in found.aside] == ["CONTENT"]


def without(schema: Row, name: str) -> Row:
    return {**schema, "fields": [it for it in schema["fields"] if it["name"] != name]}


def with_more(schema: Row) -> Row:
    """The schema with columns that a later version may bring, one in the items and one that Spark has no type for."""
    later = json.loads(json.dumps(schema))
    more = {"nullable": True, "metadata": {}}
    later["fields"].insert(0, {"name": "till", "type": "string", **more})
    later["fields"].append({"name": "measured_at", "type": "timestamp_ns", **more})
    items = next(it for it in later["fields"] if it["name"] == "items")
    items["type"]["elementType"]["fields"].insert(0, {"name": "discount", "type": "decimal(18,4)", **more})
    return dict(later)


def test_older_and_newer_schemas_are_read_as_the_contract_knows_them(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    lake = TwoChainsLake()
    older, newer, other, _ = lake.purchases_of("chain-a")
    changed = {older: without(schemas["purchase"], "loyalty_id"), newer: with_more(schemas["purchase"])}
    # The night does not read which version an event was sent as.
    changed[other] = json.loads(json.dumps(schemas["purchase"]).replace('"long"', '"string"'))
    found, said = read(spark, tmp_path, schemas, lake.write(tmp_path / "in", schemas, changed))
    assert (found.aside, said[1:]) == ([], [])
    rows = found.rows.where("contract = 'purchase'").drop("object", "event_id", "content", "occurred_at", "received_at")
    # All of a chain's purchases are alike but for their time.
    assert rows.drop("at").distinct().count() == 2
    assert found.rows.where("outcome is not null").count() == 0


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        ('"decimal(18,4)"', '"double"', "items.quantity is DOUBLE, decimal(18,4) is expected"),
        ('"decimal(18,4)"', '"decimal(9,2)"', "items.quantity is INT32 DECIMAL(9,2), decimal(18,4) is expected"),
        ('"timestamp"', '"date"', "occurred_at is INT32 DATE, timestamp is expected"),
    ],
)
def test_a_column_of_another_type_sets_its_object_aside_and_is_named(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, before: str, after: str, column: str
) -> None:
    lake = TwoChainsLake()
    key = lake.purchases_of("chain-b")[0]
    changed = {key: json.loads(json.dumps(schemas["purchase"]).replace(before, after))}
    found, said = read(spark, tmp_path, schemas, lake.write(tmp_path / "in", schemas, changed))
    assert [it.reported() for it in found.aside] == [{"key": key, "reason": "COLUMN_TYPE", "rows": 1}]
    assert f"{key} is set aside: COLUMN_TYPE, {column}" in said
    assert (found.counts["purchase"].read, found.counts["purchase"].set_aside) == (2 * PURCHASES, 1)


def test_several_broken_objects_of_any_kind_are_all_found_in_one_night(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    lake = TwoChainsLake()
    [one, other, *_], [third, *_] = lake.purchases_of("chain-a"), lake.purchases_of("chain-b")
    changed = {other: json.loads(json.dumps(schemas["purchase"]).replace('"decimal(18,4)"', '"double"'))}
    lake.write(tmp_path / "in", schemas, changed)
    for key, region in ((one, "another first page"), (third, "cut in the footer")):
        (tmp_path / "in" / key).write_bytes(REGIONS[region][0]((tmp_path / "in" / key).read_bytes()))
    found, _ = read(spark, tmp_path, schemas, lake.freeze(tmp_path / "in"))
    reasons = {it.key: it.reason for it in found.aside}
    assert reasons == {one: "CONTENT", other: "COLUMN_TYPE", third: "NOT_PARQUET"}
    assert found.rows.where("contract = 'purchase'").count() == 2 * PURCHASES - 3


def test_too_many_broken_objects_fail_the_night_and_are_named(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    lake = TwoChainsLake()
    lake.write(tmp_path / "in", schemas)
    # Half of the contract's objects: too many however few they are.
    products = [key for key, (contract, _) in lake.objects.items() if contract == "product"]
    (tmp_path / "in" / products[0]).write_bytes(b"PAR1")
    with pytest.raises(NightError, match=r"1 of 2 objects of product .*at most 0 are set aside") as failure:
        read(spark, tmp_path, schemas, lake.freeze(tmp_path / "in"))
    assert f"{products[0]} NOT_PARQUET" in str(failure.value)


def test_what_may_be_set_aside_is_a_hundredth_or_a_few_while_more_are_left() -> None:
    assert [allowed(total, FEW_OBJECTS) for total in (0, 1, 2, 3, 7, 300, 399, 400)] == [0, 0, 0, 1, 3, 3, 3, 4]
    assert [allowed(total, FEW_ROWS) for total in (1_000, 1_000_000)] == [499, 10_000]


def test_too_many_poison_rows_fail_the_night_and_their_objects_are_named(spark: SparkSession) -> None:
    rows = [("purchase", key, "set_aside") for key in ("some", "most", "most")] + [("purchase", "sound", "used")] * 2
    events = spark.createDataFrame(rows, "contract string, object string, outcome string")
    check_set_aside(events, {"purchase": Counts(read=7, used=4, set_aside=3)}, [])
    with pytest.raises(NightError, match="3 of 5 rows of purchase cannot be used, most of them in most, some"):
        check_set_aside(events, {"purchase": Counts(read=5, used=2, set_aside=3)}, [])


def filed_objects(root: Path) -> list[Row]:
    filed = root / "in" / "quarantine" / "night" / str(DAY) / "objects.jsonl"
    return [json.loads(line) for line in filed.read_text().splitlines()]


def test_what_a_night_is_refused_for_lies_in_quarantine(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = TwoChainsLake()
    [cut, *poisoned], [also, *_] = lake.purchases_of("chain-a"), lake.purchases_of("chain-b")
    for key in (*poisoned, also):
        lake.objects[key][1][0]["store_id"] = None
    lake.write(tmp_path / "in", schemas)
    whole = (tmp_path / "in" / cut).read_bytes()
    (tmp_path / "in" / cut).write_bytes(whole[: len(whole) // 2])
    monkeypatch.setattr(writer, "FILED_OF_REFUSED", 3)
    with pytest.raises(NightError, match="4 of 7 rows of purchase cannot be used"):
        run(spark, tmp_path, schemas, lake.freeze(tmp_path / "in"), 7)
    assert [(it["object"], it["reason"]) for it in filed_objects(tmp_path)] == [(cut, "NOT_PARQUET")]
    rows = quarantined(tmp_path, DAY)
    assert len(rows) == 3
    assert {(contract, key) for _, contract, _, _, key in rows} < {("purchase", key) for key in (*poisoned, also)}

    # The rows of an earlier attempt are not those of one that is refused before it looks at rows.
    for key in lake.purchases_of("chain-b"):
        (tmp_path / "in" / key).write_bytes(b"PAR1")
    with pytest.raises(NightError, match=r"5 of 8 objects of purchase .* and 2 more"):
        run(spark, tmp_path, schemas, lake.freeze(tmp_path / "in"), 7)
    broken = sorted([cut, *lake.purchases_of("chain-b")])
    assert [(it["object"], it["reason"]) for it in filed_objects(tmp_path)] == [(it, "NOT_PARQUET") for it in broken]
    assert quarantined(tmp_path, DAY) == []


def test_the_offers_of_other_chains_are_the_same_to_the_byte(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    lake = TwoChainsLake()
    whole = run(spark, tmp_path, schemas, lake.write(tmp_path / "in", schemas), 7)
    before = staged(tmp_path, whole)
    broken, unknown, *_ = lake.purchases_of("chain-a")
    (tmp_path / "in" / broken).write_bytes(REGIONS["another first page"][0]((tmp_path / "in" / broken).read_bytes()))
    (tmp_path / "in" / unknown).write_bytes(b"no Parquet")
    report = run(spark, tmp_path, schemas, lake.freeze(tmp_path / "in"), 7)
    after = staged(tmp_path, report)
    assert after["chain-b"] == before["chain-b"]
    assert report["tenants"]["chain-b"] == whole["tenants"]["chain-b"]
    assert report["tenants"]["chain-a"]["input_digest"] != whole["tenants"]["chain-a"]["input_digest"]
    assert report["objects_set_aside"] == [
        {"key": broken, "reason": "CONTENT", "rows": 1},
        {"key": unknown, "reason": "NOT_PARQUET", "rows": None},
    ]
    counts = report["by_contract"]["purchase"]
    assert (counts["read"], counts["used"], counts["set_aside"]) == (2 * PURCHASES - 1, 2 * PURCHASES - 2, 1)
    assert filed_objects(tmp_path) == [
        {"reason": "CONTENT", "contract": "purchase", "object": broken, "detail": None, "rows": 1},
        {"reason": "NOT_PARQUET", "contract": "purchase", "object": unknown, "detail": None, "rows": None},
    ]
    assert quarantined(tmp_path, report["business_date"]) == []
    assert report["by_contract"]["product"]["used"] == 2 * PRODUCTS

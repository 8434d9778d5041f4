"""Copies of many small objects hold the same rows: a night over them gives the same bytes as one over the objects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from night_runs import mounted, run, staged
from recommender import compaction
from recommender.compaction import LEAST_OBJECTS, groups_of
from recommender.fetch import FETCH_BELOW_BYTES
from recommender.frozen_input import FrozenObject
from two_chains_lake import CHAINS, DAY, TwoChainsLake, event, key_of

Row = dict[str, Any]
SALES = LEAST_OBJECTS + 2


class ManySmallObjects(TwoChainsLake):
    """Each chain's evening came in many objects of one purchase, one of them twice and one with another store."""

    def __init__(self) -> None:
        super().__init__()
        for chain in CHAINS:
            for number in range(SALES):
                skus = [f"sku{it}" for it in range(number % 3, 6, 1 + number % 2)]
                items = [{"sku": sku, "name": None, "quantity": 1, "unit_price": 1} for sku in skus]
                row = {**event(chain, f"small-{number % (SALES - 1)}", hour=20), "cpf": f"{number % 4:064}"}
                rows = [{**row, "store_id": f"s{number % 2}", "items": items}]
                self.objects[key_of("purchase", "sale", 20, f"{chain}-{number}")] = ("purchase", rows)


def index_of(root: Path) -> list[Row]:
    copies: list[Row] = json.loads((root / "in" / f"snapshots/compacted/{DAY}.json").read_text())["copies"]
    return copies


def with_copies(root: Path, document: Row) -> Row:
    """The frozen input with the copies in place of what they stand for, as the next freeze would write it."""
    copies = index_of(root)
    replaced = {source["key"] for copy in copies for source in copy["sources"]}
    entries = [
        {"contract": it["contract"], "key": it["key"], "etag": "c", "role": "window"}
        | {"size": (root / "in" / it["key"]).stat().st_size}
        for it in copies
    ]
    return {**document, "objects": [it for it in document["objects"] if it["key"] not in replaced] + entries}


@pytest.fixture
def small(tmp_path: Path, schemas: dict[str, Row]) -> tuple[Path, Row]:
    return tmp_path, ManySmallObjects().write(tmp_path / "in", schemas)


def test_a_night_over_copies_gives_the_same_offers_counts_and_quarantine(
    spark: SparkSession, schemas: dict[str, Row], small: tuple[Path, Row]
) -> None:
    root, document = small
    report = run(spark, root, schemas, document, 7)
    before = staged(root, report)
    (copy,) = index_of(root)
    assert len(copy["sources"]) == 2 * SALES
    assert copy["key"].startswith(f"snapshots/compacted/purchase/event_date={DAY}/event_hour=20/event_type=sale/")
    assert report["counts"]["conflicts"] == len(CHAINS)
    copied = with_copies(root, document)
    assert len(copied["objects"]) == len(document["objects"]) - 2 * SALES + 1
    again = run(spark, root, schemas, copied, 7)
    assert again == {**report, "files": again["files"]}
    assert staged(root, again) == before


def test_objects_that_were_fetched_beside_others_are_compacted_alike(
    spark: SparkSession, schemas: dict[str, Row], small: tuple[Path, Row]
) -> None:
    root, document = small
    before, expected = staged(root, run(spark, root, schemas, document, 7)), index_of(root)
    (root / "in" / f"snapshots/compacted/{DAY}.json").unlink()
    # Both chains' few other purchases are fetched into the same folder, and no copy stands for them.
    assert len(expected[0]["sources"]) < sum(it["contract"] == "purchase" for it in document["objects"])
    again = run(spark, root, schemas, document, 7, "--in", mounted(spark, root / "in"))
    assert staged(root, again) == before
    assert index_of(root) == expected


def test_a_copy_is_not_copied_again_and_a_rerun_makes_the_same_one(
    spark: SparkSession, schemas: dict[str, Row], small: tuple[Path, Row]
) -> None:
    root, document = small
    run(spark, root, schemas, document, 7)
    first = index_of(root)
    run(spark, root, schemas, document, 7)
    assert index_of(root) == first
    index = root / "in" / f"snapshots/compacted/{DAY}.json"
    index.unlink()
    run(spark, root, schemas, with_copies_of(first, root, document), 7)
    assert not index.exists()


def with_copies_of(copies: list[Row], root: Path, document: Row) -> Row:
    index = root / "in" / f"snapshots/compacted/{DAY}.json"
    index.write_text(json.dumps({"copies": copies}))
    changed = with_copies(root, document)
    index.unlink()
    return changed


def test_a_night_whose_compaction_fails_is_staged_all_the_same(
    spark: SparkSession,
    schemas: dict[str, Row],
    small: tuple[Path, Row],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root, document = small

    def fail(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(compaction, "_write", fail)
    report = run(spark, root, schemas, document, 7)
    assert report["counts"]["used"] > 0
    assert "no object is compacted" in capsys.readouterr().out
    said = json.loads((root / "out" / "staging" / str(DAY) / "_compaction.json").read_text())
    assert said == {"objects": 0, "failure": "The Spark job failed with OSError: no room"}
    assert not (root / "in" / f"snapshots/compacted/{DAY}.json").exists()


def objects(count: int, name: str = "a", size: int = 10, role: str = "window") -> list[FrozenObject]:
    return [
        FrozenObject("purchase", key_of("purchase", "sale", 9, f"{name}{it:03}"), size, role) for it in range(count)
    ]


def test_only_many_small_objects_of_the_window_are_worth_a_copy() -> None:
    assert [len(group.objects) for group in groups_of(objects(LEAST_OBJECTS))] == [LEAST_OBJECTS]
    assert groups_of(objects(LEAST_OBJECTS - 1)) == []
    assert groups_of(objects(LEAST_OBJECTS, size=FETCH_BELOW_BYTES)) == []
    assert groups_of(objects(LEAST_OBJECTS, role="late")) == []
    large = objects(100, size=FETCH_BELOW_BYTES - 1)
    packed = groups_of(large)
    assert sum(len(group.objects) for group in packed) > 90
    assert all(sum(it.size for it in group.objects) <= compaction.MOST_BYTES for group in packed)
    assert len({group.key for group in packed}) == len(packed) > 1

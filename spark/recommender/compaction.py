"""After the night, many small objects of one folder become one, so that the nights to come open few files.

The lake itself is not touched: a compacted copy lies under snapshots/compacted/, and an index, written last, says which
objects it stands for. The next freeze reads the copy while each of them is unchanged, and reads them while it is not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from recommender.fetch import FETCH_BELOW_BYTES, THREADS, Located, Workspace
from recommender.frozen_input import WINDOW_CONTRACTS, FrozenObject
from recommender.reader import origins, read_rows

COMPACTED = "snapshots/compacted"
VERSION = 1
# With fewer of them in a folder, a copy would not save enough to be worth its place.
LEAST_OBJECTS = 16
# What one copy may hold, so that one task can write it.
MOST_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True)
class Group:
    """Small objects of one contract and folder, in key order, and the key of the copy that stands for them."""

    contract: str
    key: str
    objects: tuple[FrozenObject, ...]

    def indexed(self) -> dict[str, object]:
        """The copy's entry in the index of a night."""
        sources = [{"key": it.key, "etag": it.etag} for it in self.objects]
        return {"contract": self.contract, "key": self.key, "sources": sources}


def index_key(day: date) -> str:
    """Where the copies that a night made are listed."""
    return f"{COMPACTED}/{day}.json"


def groups_of(objects: Iterable[FrozenObject]) -> list[Group]:
    """What is worth a copy: objects of the window that are small, not a copy already, and many in their folder."""
    small = [
        it
        for it in objects
        if it.contract in WINDOW_CONTRACTS
        and it.role == "window"
        and 0 < it.size < FETCH_BELOW_BYTES
        and not it.key.startswith(COMPACTED)
    ]
    groups = []
    for folder, members in groupby(sorted(small, key=lambda it: it.key), key=lambda it: it.key.rpartition("/")[0]):
        for packed in _packed(members):
            if len(packed) >= LEAST_OBJECTS:
                said = "\n".join(f"{it.key} {it.etag}" for it in packed)
                name = hashlib.sha256(said.encode()).hexdigest()[:32]
                key = f"{COMPACTED}/{folder.removeprefix('data/')}/{name}.parquet"
                groups.append(Group(packed[0].contract, key, tuple(packed)))
    return groups


def compact(
    spark: SparkSession,
    workspace: Workspace,
    lake: str,
    schemas: Mapping[str, StructType],
    located: Iterable[Located],
    day: date,
) -> int:
    """Writes the copies and then their index, and returns how many objects they stand for. `located`: the night's
    objects, where it read them; `schemas`: the contracts' whole schemas."""
    here = {it.item.key: it for it in located}
    groups = groups_of(it.item for it in here.values())
    for contract in WINDOW_CONTRACTS:
        mine = [group for group in groups if group.contract == contract]
        if mine:
            _write(spark, workspace, lake, schemas[contract], here, mine)
    if groups:
        index = {"version": VERSION, "business_date": str(day), "copies": [group.indexed() for group in groups]}
        workspace.storage.write_text(f"{lake}/{index_key(day)}", json.dumps(index, separators=(",", ":")))
    return sum(len(group.objects) for group in groups)


def _packed(members: Iterable[FrozenObject]) -> Iterable[list[FrozenObject]]:
    packed: list[FrozenObject] = []
    size = 0
    for it in members:
        if packed and size + it.size > MOST_BYTES:
            yield packed
            packed, size = [], 0
        packed.append(it)
        size += it.size
    if packed:
        yield packed


def _write(
    spark: SparkSession,
    workspace: Workspace,
    lake: str,
    schema: StructType,
    here: Mapping[str, Located],
    groups: list[Group],
) -> None:
    # What was fetched lies in a folder with objects that no copy stands for.
    located = [here[it.key].alone() for group in groups for it in group.objects]
    places = [(it.key, place) for place, group in enumerate(groups) for it in group.objects]
    place = F.broadcast(spark.createDataFrame(places, "object string, place int"))
    rows = read_rows(schema, located, origins(spark, located)).join(place, "object", "inner")
    folder = f"{workspace.url}/compacted/{groups[0].contract}"
    # One task a copy, and its rows in one order.
    order = ["object", "received_at", "event_id"]
    one_each = rows.repartitionByRange(len(groups), "place").sortWithinPartitions("place", *order)
    one_each.select(*schema.names, "place").write.partitionBy("place").parquet(folder)
    written = {path.split("/")[0]: path for path in workspace.storage.list_files(folder) if path.endswith(".parquet")}

    def copy(number: int) -> None:
        workspace.storage.copy(f"{folder}/{written[f'place={number}']}", f"{lake}/{groups[number].key}")

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(copy, range(len(groups))))

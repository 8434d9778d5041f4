"""Which objects cannot be read, and why: asked once reading has failed, since Spark's own error seldom says which.

Looking at every object first would cost each night more than a broken object costs the night that meets it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from recommender.fetch import Located, Workspace, copy_again
from recommender.footers import Footer, read_footers
from recommender.frozen_input import UNREAD
from recommender.reader import can_read, origins, unreadable
from recommender.set_aside import COLUMN_TYPE, CONTENT, FEW_OBJECTS, NOT_PARQUET, SetAside, allowed

Footers = list[tuple[Located, Footer | None]]


@dataclass(frozen=True)
class SortedOut:
    """`located`: what is still to be read; `aside`: what is not, of the objects that were to be read; `uncounted`:
    objects that are not read, of which not even the rows can be counted."""

    located: list[Located]
    aside: list[SetAside]
    uncounted: list[Located]


def sort_out(
    workspace: Workspace, lake: str, schemas: Mapping[str, StructType], located: list[Located], origin: DataFrame
) -> SortedOut | None:
    """The objects without those that cannot be read; None when each of them can, so that it was something else."""
    footers = read_footers(workspace.storage, located, schemas)
    aside = {
        it.item.key: SetAside(it.item.key, it.item.contract, NOT_PARQUET)
        for it, footer in footers
        if footer is None and it.item.role != UNREAD
    }
    uncounted = [it for it, footer in footers if footer is None and it.item.role == UNREAD]
    aside |= {it.key: it for it in _of_another_type(footers, schemas, origin)}
    again: dict[str, Located] = {}
    if not aside and not uncounted:
        for contract, schema in schemas.items():
            mine = [it for it in located if it.item.contract == contract and it.item.role != UNREAD]
            for it in unreadable(schema, mine, origin, allowed(len(mine), FEW_OBJECTS) + 1):
                # A file system that failed for a moment says nothing of the object: a fresh copy decides.
                copy = copy_again(workspace, lake, it)
                if copy != it and can_read(schema, [copy], origins(origin.sparkSession, [copy])):
                    again[it.item.key] = copy
                elif copy != it or not can_read(schema, [it], origin):
                    rows = next(footer.rows for other, footer in footers if other is it and footer is not None)
                    aside[it.item.key] = SetAside(it.item.key, contract, CONTENT, rows)
                    workspace.forget(copy)
    if not aside and not uncounted and not again:
        return None
    gone = aside.keys() | {it.item.key for it in uncounted}
    for it in located:
        # What lies in a folder that is read as a whole has to leave it.
        if it.item.key in gone or it.item.key in again:
            workspace.forget(it)
    left = [again.get(it.item.key, it) for it in located if it.item.key not in gone]
    return SortedOut(left, sorted(aside.values()), uncounted)


def _of_another_type(footers: Footers, schemas: Mapping[str, StructType], origin: DataFrame) -> list[SetAside]:
    """The objects with a column of another type, unless Spark can read that type as the contract's."""
    alike: dict[tuple[str, str], Footers] = defaultdict(list)
    for it, footer in footers:
        if footer is not None and footer.other_type is not None and it.item.role != UNREAD:
            alike[it.item.contract, footer.schema].append((it, footer))
    return [
        SetAside(it.item.key, contract, COLUMN_TYPE, footer.rows, footer.other_type)
        for (contract, _), members in alike.items()
        if not can_read(schemas[contract], [members[0][0]], origin)
        for it, footer in members
        if footer is not None
    ]

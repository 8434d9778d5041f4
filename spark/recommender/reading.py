"""Every row of the frozen objects is read, or its object is set aside by name: nothing is skipped without a word."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from recommender.broken_objects import sort_out
from recommender.counts import Counts, count_read
from recommender.events import change_rows, window_rows
from recommender.fetch import Located, Workspace, locate
from recommender.frozen_input import CHANGE_LOGS, CONTRACTS, UNREAD, FrozenInput, UnreadDay
from recommender.reader import count_rows, origins, read_rows
from recommender.schemas import night_columns
from recommender.set_aside import EMPTY, SetAside, check_objects
from recommender.settings import Settings
from recommender.shared_ids import keep_apart

Say = Callable[[str], None]


@dataclass(frozen=True)
class NightRows:
    """`rows`: of all contracts, undecided, as `keep_apart` gives them; `counts`: by contract; `aside`: the
    objects set aside; `located`: the others; `counted_days`: those that no later night has to count."""

    rows: DataFrame
    counts: dict[str, Counts]
    aside: list[SetAside]
    located: list[Located]
    counted_days: list[UnreadDay]


def read_night(
    spark: SparkSession,
    settings: Settings,
    frozen: FrozenInput,
    schemas: Mapping[str, StructType],
    workspace: Workspace,
    say: Say,
) -> NightRows:
    """Reads what can be read of the objects; too many that cannot stop the night."""
    schemas = {name: night_columns(schema) for name, schema in schemas.items()}
    located = locate_input(workspace, settings, without_empty(frozen), say)
    aside = [SetAside(it.key, it.contract, EMPTY) for it in frozen.objects if not it.size and it.role != UNREAD]
    uncounted: set[tuple[str, str]] = set()
    while True:
        for contract in CONTRACTS:
            check_objects(contract, aside, len(frozen.of(contract)))
        origin = origins(spark, located)
        try:
            rows = keep_apart(read_contracts(settings, frozen, schemas, located, origin), workspace.keep)
            counts = count_read(rows, CONTRACTS)
            unread = count_rows([it for it in located if it.item.role == UNREAD], origin)
            break
        except Exception:
            sorted_out = sort_out(workspace, settings.lake, schemas, located, origin)
            if sorted_out is None:
                raise
            located, aside = sorted_out.located, aside + sorted_out.aside
            for left_out in sorted_out.uncounted:
                say(f"{left_out.item.key} is not read, and its rows cannot be counted: it is no Parquet")
            uncounted |= {(it.item.contract, it.item.event_date()) for it in sorted_out.uncounted}
    for it in sorted(aside):
        say(f"{it.key} is set aside: {it.reason}" + (f", {it.detail}" if it.detail else ""))
        counts[it.contract].read += it.rows or 0
        counts[it.contract].set_aside += it.rows or 0
    for (contract, _), number in unread.items():
        counts[contract].out_of_window += number
    for day in frozen.unread_days:
        counts[day.contract].out_of_window += day.rows or 0
    return NightRows(rows, counts, sorted(aside), located, counted_days(frozen, unread, uncounted))


def counted_days(
    frozen: FrozenInput, unread: Mapping[tuple[str, str], int], uncounted: Collection[tuple[str, str]]
) -> list[UnreadDay]:
    """The days of which the rows are known from now on. `unread`: what was counted tonight; `uncounted`: the days of
    which an object could not be counted."""
    return [
        replace(day, rows=unread.get((day.contract, day.event_date), 0))
        for day in frozen.unread_days
        if day.rows is None and (day.contract, day.event_date) not in uncounted
    ]


def without_empty(frozen: FrozenInput) -> FrozenInput:
    """The frozen input without the objects that hold no byte."""
    return replace(frozen, objects=tuple(it for it in frozen.objects if it.size))


def locate_input(workspace: Workspace, settings: Settings, frozen: FrozenInput, say: Say) -> list[Located]:
    """Where each frozen object is to be read, once the small ones are fetched."""
    say(f"{len(frozen.objects)} objects, {sum(it.size for it in frozen.objects)} bytes")
    return locate(workspace, settings.lake, frozen.objects)


def read_contracts(
    settings: Settings,
    frozen: FrozenInput,
    schemas: Mapping[str, StructType],
    located: list[Located],
    origin: DataFrame,
) -> DataFrame:
    """The rows of all contracts, as they were read."""
    frames = []
    for contract in CONTRACTS:
        mine = [it for it in located if it.item.contract == contract and it.item.role != UNREAD]
        rows, schema = read_rows(schemas[contract], mine, origin), schemas[contract]
        frames.append(
            change_rows(rows, schema, contract)
            if contract in CHANGE_LOGS
            else window_rows(rows, schema, contract, settings.window, frozen.late_since, settings.late_policy)
        )
    return reduce(DataFrame.unionByName, frames)

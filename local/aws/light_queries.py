"""A DynamoDB query costs what it finds: moto sorts the whole table before each one.

The query is given a view of the table with the items of its partition only, so that it has less to sort.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

# The place of the index's name among the positional arguments of moto's query.
INDEX_NAME = 6


def _of_partition(items: Mapping[Any, Any], hash_key: Any) -> dict[Any, Any]:
    return {hash_key: items[hash_key]} if hash_key in items else {}


def _of_index(table: Any, conditions: list[tuple[str, Any]]) -> dict[Any, Any]:
    def matches(item: Any) -> bool:
        return all(item.attrs.get(name) is not None and item.attrs[name] == value for name, value in conditions)

    if table.range_key_attr is None:
        return {key: item for key, item in table.items.items() if matches(item)}
    return {
        key: {place: item for place, item in partition.items() if matches(item)}
        for key, partition in table.items.items()
    }


def install() -> None:
    """Changes moto's DynamoDB in this process."""
    from moto.dynamodb.models.table import Table

    whole: Any = Table.query

    def query(self: Any, hash_key: Any, *rest: Any, **named: Any) -> Any:
        index = named.get("index_name", rest[INDEX_NAME] if len(rest) > INDEX_NAME else None)
        conditions = named.get("hash_key_conditions")
        view = copy.copy(self)
        if index is None and hash_key is not None:
            view.items = _of_partition(self.items, hash_key)
        elif index is not None and conditions:
            view.items = _of_index(self, conditions)
        return whole(view, hash_key, *rest, **named)

    Table.query = query  # type: ignore[method-assign]

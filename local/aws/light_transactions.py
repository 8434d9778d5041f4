"""A DynamoDB transaction costs what it touches: moto copies the whole table, item by item, before each one.

The items' places are kept instead, and an item that an update would change in place is replaced by a copy first, so
that a transaction that fails still leaves everything as it was.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any


def _places(items: Any) -> Any:
    """A copy of a table's containers that shares its items."""
    kept = copy.copy(items)
    for key, value in kept.items():
        if isinstance(value, dict):
            kept[key] = copy.copy(value)
    return kept


def _replace_by_copy(table: Any, key: Mapping[str, Any]) -> None:
    from moto.dynamodb.models.dynamo_type import DynamoType

    hash_key = DynamoType(key[table.hash_key_attr])
    if table.range_key_attr is None:
        if hash_key in table.items:
            table.items[hash_key] = copy.deepcopy(table.items[hash_key])
        return
    range_key = DynamoType(key[table.range_key_attr])
    if hash_key in table.items and range_key in table.items[hash_key]:
        table.items[hash_key][range_key] = copy.deepcopy(table.items[hash_key][range_key])


def install() -> None:
    """Changes moto's DynamoDB in this process."""
    from moto.dynamodb import models
    from moto.dynamodb.models.table import Table

    whole: Any = models.DynamoDBBackend.transact_write_items

    def transact_write_items(self: Any, transact_items: list[dict[str, Any]]) -> None:
        before: dict[str, Any] = {}
        for item in transact_items:
            operation, what = next(iter(item.items()))
            table = self.tables.get(what.get("TableName"))
            if table is None:
                continue
            before.setdefault(table.name, _places(table.items))
            if operation == "Update":
                _replace_by_copy(table, what["Key"])
        try:
            whole(self, transact_items)
        except Exception:
            for name, items in before.items():
                self.tables[name].items = items
            raise

    models.DynamoDBBackend.transact_write_items = transact_write_items  # type: ignore[method-assign]
    # moto's own copy of the table is then the table itself, and its rollback changes nothing.
    deepcopy = copy.deepcopy
    models.copy = SimpleNamespace(  # type: ignore[assignment, attr-defined]
        copy=copy.copy, deepcopy=lambda value: value if isinstance(value, Table) else deepcopy(value)
    )

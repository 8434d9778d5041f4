"""A small lake of random events that tries to break a night, written as Parquet files; only tests use it.

The same seed makes the same lake. Chains share shopper tokens, skus and even event ids, so that a row of another chain
that gets in shows.
"""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from oracle import COLUMNS, ZONE, local_midnight

Row = dict[str, Any]
CHAINS = ["chain-a", "chain-b", "c"]
EVENT_TYPES = {
    "purchase": ["sale", "sale", "sale", "return"],
    "coupon": ["issued", "redeemed"],
    "product": ["listed", "updated", "delisted"],
    "shopper": ["registered", "updated", "consent_granted", "consent_revoked"],
}
DUCKDB = {"string": "VARCHAR", "long": "BIGINT", "boolean": "BOOLEAN", "timestamp": "TIMESTAMPTZ"}
NAMES = [
    'Café "Ouro"',
    "Pão\nde\tqueijo",
    "Açaí 🍇",
    "back\\slash",
    "linha\u2028nova",
    "</script>",
    "'",
    "\u0001x",
    "{}",
]
# Names that Spark hides or spells otherwise in a path.
FILES = ["part-{}.parquet", "_hidden-{}.parquet", ".dot-{}.parquet", "with space {}.parquet", "100%25-{}.parquet"]


def token(kind: str, number: int) -> str:
    """A shopper's token, the same for every chain."""
    return hashlib.sha256(f"{kind}{number}".encode()).hexdigest()


class HostileLake:
    """`objects`: dicts with `key`, `contract`, `event_type`, `extra`, `event_date`, `night` (the one that first sees
    it, 1 or 2) and `rows`. `nights`: the business dates of both nights."""

    def __init__(self, seed: int, day: date, days: int, lookback: int = 14) -> None:
        self.random = random.Random(seed)
        self.nights = (day - timedelta(days=1), day)
        self.days, self.lookback = days, lookback
        self.edges = [local_midnight(day - timedelta(days=back)) for back in (-1, 0, days - 1, days)]
        rows = [(contract, row) for contract in COLUMNS for row in self._events(contract)]
        self.objects = self._spread(rows)

    def _events(self, contract: str) -> list[Row]:
        pick = self.random
        rows = [self._event(contract) for _ in range({"purchase": 160, "coupon": 20, "product": 60}.get(contract, 30))]
        for row in list(rows):
            again = dict(row, received_at=row["received_at"] + timedelta(seconds=pick.choice([0, 0, 5, -5])))
            chance = pick.random()
            if chance < 0.15:
                rows.append(again)
            elif chance < 0.25:
                rows.append({**again, **self._other_content(contract)})
            elif chance < 0.30:
                other = {**again, **self._other_content(contract)}
                rows += [other, dict(other), dict(row, tenant_id=pick.choice(CHAINS))]
        for row in rows:
            row["night"] = self._night(row["moment"])
        return rows + [self._poison(contract, self._event(contract)) for _ in range(8)]

    def _event(self, contract: str) -> Row:
        pick = self.random
        moment = self._moment()
        row: Row = dict.fromkeys(COLUMNS[contract])
        row.update(
            tenant_id=pick.choice(CHAINS),
            event_id=str(uuid.UUID(int=pick.getrandbits(128), version=4)),
            event_type=pick.choice(EVENT_TYPES[contract]),
            occurred_at=moment,
            received_at=moment + timedelta(seconds=pick.choice([1, 60, 86400 * 12])),
            schema_version=1,
            store_id=f"s{pick.randrange(3)}",
            region=pick.choice(["none", "n"]),
            moment=moment,
            night=self._night(moment),
        )
        if "cpf" in row:
            row["cpf"] = token("cpf", pick.randrange(6)) if pick.random() < 0.6 else None
            row["loyalty_id"] = token("loyalty", pick.randrange(6)) if pick.random() < 0.5 else None
        if contract == "shopper" and row["cpf"] is None and row["loyalty_id"] is None:
            row["loyalty_id"] = token("loyalty", pick.randrange(9))
        row.update(self._other_content(contract))
        return row

    def _night(self, moment: datetime) -> int:
        return 2 if moment >= self.edges[1] or self.random.random() < 0.3 else 1

    def _other_content(self, contract: str) -> Row:
        pick = self.random
        if contract == "purchase":
            return {"items": [self._item() for _ in range(pick.randrange(1, 7))]}
        if contract == "coupon":
            return {"coupon": f"k{pick.randrange(5)}", "sku": pick.choice([None, "sku1"])}
        if contract == "product":
            return {
                "sku": f"sku{pick.randrange(14)}",
                "name": pick.choice(NAMES) + str(pick.randrange(99)),
                "unit_price": pick.choice([None, Decimal("1.2500")]),
                "department": pick.choice([None, "d", "d", "e", "f"]),
                "in_stock": pick.choice([None, True, True, False]),
            }
        return {"phone": pick.choice([None, token("phone", 1)]), "channel": pick.choice([None, "sms", "whatsapp"])}

    def _item(self) -> Row:
        pick = self.random
        name = pick.choice([None, "n", 'aspas "e" acento é'])
        quantity, price = Decimal(pick.randrange(1, 30000)).scaleb(-4), Decimal(pick.randrange(0, 900)).scaleb(-2)
        sku = f"sku{min(pick.randrange(18), pick.randrange(18))}"
        return {"sku": sku, "name": name, "quantity": quantity, "unit_price": price}

    def _poison(self, contract: str, row: Row) -> Row:
        kind = self.random.choice(
            ["tenant_id", "event_id", "occurred_at", "store_id", "path", "received_at", "value", "value"]
        )
        if kind == "path":
            return dict(row, tenant_id="../x", event_id="not a uuid")
        if kind != "value":
            return {**row, kind: None}
        broken: dict[str, list[Row]] = {
            "purchase": [
                {"items": None},
                {"items": []},
                {"items": [dict(self._item(), sku=None)]},
                {"items": [self._item(), dict(self._item(), quantity=Decimal("0.0000"))]},
                {"items": [dict(self._item(), unit_price=Decimal("-0.0100"))]},
            ],
            "coupon": [{"coupon": None}],
            "product": [{"sku": None}, {"name": None}],
            "shopper": [{"cpf": None, "loyalty_id": None}],
        }
        return {**row, **self.random.choice(broken[contract])}

    def _moment(self) -> datetime:
        pick = self.random
        if pick.random() < 0.2:
            return pick.choice(self.edges) + timedelta(milliseconds=pick.choice([-1, 0, 1]))
        first = self.edges[2] - timedelta(days=self.lookback + 4)
        span = (self.edges[0] - first) // timedelta(milliseconds=1)
        # Recent days are likelier than old ones.
        return first + timedelta(milliseconds=max(pick.randrange(span), pick.randrange(span)))

    def _spread(self, rows: list[tuple[str, Row]]) -> list[Row]:
        """Puts the rows into objects as Firehose would: by partition, in files of any split."""
        groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for contract, row in rows:
            local = row["moment"].astimezone(ZONE)
            extra = (("region", row["region"]),) if contract == "purchase" else ()
            groups[contract, local.date(), 12, row["event_type"], extra, row["night"]].append(row)
        return [
            self._object(key, number, file)
            for number, (key, group) in enumerate(groups.items())
            for file in self._files(group)
        ]

    def _files(self, group: list[Row]) -> list[list[Row]]:
        files: list[list[Row]] = [[] for _ in range(self.random.randrange(1, 3))]
        for row in group:
            self.random.choice(files).append(row)
        return [file for file in files if file]

    def _object(self, partition: tuple[Any, ...], number: int, rows: list[Row]) -> Row:
        contract, day, hour, event_type, extra, night = partition
        folders = [f"event_date={day}", f"event_hour={hour:02d}", f"event_type={event_type}"]
        folders += [f"{name}={value}" for name, value in extra]
        name = self.random.choice(FILES).format(f"{number}-{self.random.getrandbits(40):x}")
        return {
            "key": f"data/{contract}/{'/'.join(folders)}/{name}",
            "contract": contract,
            "event_type": event_type,
            "extra": dict(extra),
            "event_date": day,
            "night": night,
            "rows": rows,
        }

    def spread_again(self, seed: int) -> None:
        """The same rows of the same partitions in other files and another order."""
        self.random = random.Random(seed)
        rows = []
        for item in self.objects:
            rows += [(item["contract"], row) for row in item["rows"]]
        self.random.shuffle(rows)
        self.objects = self._spread(rows)

    def repeat(self, seed: int) -> int:
        """Sends half of the rows that arrived a second time, in files of their own; returns how many."""
        pick = random.Random(seed)
        again = []
        for item in self.objects:
            rows = [dict(row) for row in item["rows"] if pick.random() < 0.5]
            if rows:
                again.append({**item, "key": item["key"].replace(".parquet", "-again.parquet"), "rows": rows})
        self.objects += again
        return sum(len(item["rows"]) for item in again)

    def freeze(self, night: int, sizes: dict[str, int]) -> Row:
        """The frozen input of the first or the second night, with the roles that the design gives."""
        day = self.nights[night - 1]
        start = day - timedelta(days=self.days - 1)
        seen = {item["key"] for item in self.objects if item["night"] < night}
        listed = []
        for item in self.objects:
            if item["night"] > night:
                continue
            new = night == 1 or item["key"] not in seen
            role = "changes" if new else "unread"
            if item["contract"] in ("purchase", "coupon"):
                late = new and start - timedelta(days=self.lookback) <= item["event_date"] < start
                role = "window" if start <= item["event_date"] <= day else "late" if late else "unread"
            key = item["key"]
            listed.append({"contract": item["contract"], "key": key, "etag": "e", "size": sizes[key], "role": role})
        late_since = local_midnight(day).strftime("%Y-%m-%dT%H:%M:%SZ") if night == 1 else None
        previous = str(self.nights[0]) if night == 2 else None
        return {
            "version": 1,
            "business_date": str(day),
            "frozen_at": "2026-11-21T02:20:00Z",
            "first_night": night == 1,
            "previous_business_date": previous,
            "late_since": late_since,
            "objects": listed,
        }

    def write(self, folder: Path, schemas: dict[str, Row]) -> dict[str, int]:
        """Writes every object below a folder; returns the size of each key."""
        sizes = {}
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            for item in self.objects:
                path = folder / item["key"]
                path.parent.mkdir(parents=True, exist_ok=True)
                write_parquet(connection, path, schemas[item["contract"]], item["rows"])
                sizes[item["key"]] = path.stat().st_size
        return sizes


def write_parquet(connection: duckdb.DuckDBPyConnection, path: Path, schema: Row, rows: Iterable[Row]) -> None:
    """Writes rows as the lake holds them: the contract's columns in order and nothing else, SNAPPY."""
    columns = {field["name"]: duckdb_type(field["type"]) for field in schema["fields"]}
    source = path.with_name(f"{path.name}.json")
    source.write_text("".join(json.dumps(row, default=_plain) + "\n" for row in rows))
    typed = ", ".join(f"{_quoted(name)}: {_quoted(kind)}" for name, kind in columns.items())
    read = f"read_json({_quoted(str(source))}, format = 'newline_delimited', columns = {{{typed}}})"
    query = f"select {', '.join(columns)} from {read}"
    connection.execute(f"copy ({query}) to {_quoted(str(path))} (format parquet, compression snappy)")
    source.unlink()


def duckdb_type(kind: Any) -> str:
    """DuckDB's name of a Spark type."""
    if isinstance(kind, str):
        return DUCKDB.get(kind, kind.upper())
    if kind["type"] == "array":
        return f"{duckdb_type(kind['elementType'])}[]"
    return "STRUCT(" + ", ".join(f"{it['name']} {duckdb_type(it['type'])}" for it in kind["fields"]) + ")"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return str(value)

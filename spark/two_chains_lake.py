"""A lake of two chains that share no object: what breaks in one must not be seen in the other; only tests use it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from hostile_lake import token, write_parquet

Row = dict[str, Any]
DAY = date(2026, 11, 20)
CHAINS = ("chain-a", "chain-b")
PURCHASES, PRODUCTS = 4, 6


class TwoChainsLake:
    """`objects`: by key, their contract and rows. Each chain has one shopper, with a purchase of all its products in
    each of PURCHASES objects, and one object of products."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[str, list[Row]]] = {}
        for chain in CHAINS:
            for number in range(PURCHASES):
                items = [{"sku": f"sku{it}", "name": None, "quantity": 1, "unit_price": 1} for it in range(PRODUCTS)]
                row = {**event(chain, f"purchase-{number}", hour=9 + number), "cpf": token("cpf", 1), "items": items}
                self.objects[key_of("purchase", "sale", 9 + number, chain)] = ("purchase", [row])
            names = [{"sku": f"sku{it}", "name": f"n{it}"} for it in range(PRODUCTS)]
            rows = [{**event(chain, row["sku"], hour=8), **row} for row in names]
            self.objects[key_of("product", "listed", 8, chain)] = ("product", rows)

    def write(self, folder: Path, schemas: dict[str, Row], changed: dict[str, Row] | None = None) -> Row:
        """Writes every object below a folder and returns the frozen input; `changed`: the schemas of keys that are
        written with another one than their contract's."""
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            for key, (contract, rows) in self.objects.items():
                path = folder / key
                path.parent.mkdir(parents=True, exist_ok=True)
                write_parquet(connection, path, (changed or {}).get(key, schemas[contract]), rows)
        return self.freeze(folder)

    def freeze(self, folder: Path) -> Row:
        """The frozen input of the first night over what lies in the folder."""
        objects = [
            {
                "contract": contract,
                "key": key,
                "etag": "e",
                "size": (folder / key).stat().st_size,
                "role": "window" if contract == "purchase" else "changes",
            }
            for key, (contract, _) in self.objects.items()
        ]
        return {
            "version": 1,
            "business_date": str(DAY),
            "frozen_at": "2026-11-21T02:20:00Z",
            "first_night": True,
            "previous_business_date": None,
            "late_since": "2026-11-20T03:00:00Z",
            "objects": objects,
        }

    def purchases_of(self, chain: str) -> list[str]:
        """The keys of a chain's purchases."""
        return [key for key, (contract, _) in self.objects.items() if contract == "purchase" and chain in key]


def key_of(contract: str, event_type: str, hour: int, name: str) -> str:
    """The key of an object of that hour."""
    return f"data/{contract}/event_date={DAY}/event_hour={hour:02}/event_type={event_type}/{name}.parquet"


def event(chain: str, name: str, hour: int) -> Row:
    """What every event has."""
    moment = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hour + 3)
    stamps = {"tenant_id": chain, "occurred_at": moment, "received_at": moment, "schema_version": 1}
    return {**stamps, "event_id": f"{chain}-{name}", "store_id": "s"}

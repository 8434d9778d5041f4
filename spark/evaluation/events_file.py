"""An events file, as `npm start` plays it, as the frames that a night is made of: purchases, products and shoppers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pyspark.sql import DataFrame, SparkSession

from recommender.shoppers import resolve_shoppers
from recommender.snapshots import SHOPPER, fold_shoppers

PURCHASE = (
    "tenant_id string, event_id string, store_id string, at timestamp, cpf string, loyalty_id string, "
    "skus array<string>, day date"
)
LINK = "tenant_id string, event_id string, occurred_at timestamp, cpf string, loyalty_id string"
DEPARTMENTS = "tenant_id string, sku string, department string"
# The chain of all events when they are to count as one chain's.
ONE_CHAIN = "all"
# What reading a line raises that is no sound event: bytes that are no UTF-8, a year beyond the calendar and nesting
# without end are among them.
UNSOUND = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True)
class EventsFile:
    """`sales`: the columns of ScoringInput's and `day`, the local day. `departments`: `tenant_id`, `sku`, `department`
    (or null) of the products that the file tells of. `skipped`: lines that are no sound event."""

    sales: DataFrame
    departments: DataFrame
    first_day: date
    last_day: date
    skipped: int


def read_events_file(spark: SparkSession, path: Path, zone: ZoneInfo, one_chain: bool, now: datetime) -> EventsFile:
    """Reads the file once; ValueError when it holds no sale. `one_chain`: chains are taken together, which a public
    sample that was divided among made-up chains needs to be compared with what others measured on it. `now`: what says
    to have happened later is no sound event, as to the collector."""
    purchases: dict[tuple[str, str], tuple[Any, ...]] = {}
    links: list[tuple[Any, ...]] = []
    departments: dict[tuple[str, str], str | None] = {}
    skipped = 0
    with path.open("rb") as lines:
        for line in filter(bytes.strip, lines):
            try:
                said = json.loads(line.decode())
                contract, event = said["contract"], said["event"]
                tenant = ONE_CHAIN if one_chain else str(said["chain"])
                if contract == "purchase" and event["event_type"] == "sale":
                    purchases[tenant, event["event_id"]] = _purchase(tenant, event, zone, now)
                elif contract == "product":
                    departments[tenant, str(event["sku"])] = event.get("department")
                elif contract == "shopper":
                    links.append((tenant, event["event_id"], _instant(event, now), *_identity(event)))
            except UNSOUND:
                skipped += 1
    if not purchases:
        raise ValueError(f"{path} holds no sale: lines with chain, contract and event are expected")
    days = [row[-1] for row in purchases.values()]
    shoppers = fold_shoppers(spark.createDataFrame([], SHOPPER), spark.createDataFrame(links, LINK))
    sales = resolve_shoppers(spark.createDataFrame(list(purchases.values()), PURCHASE), shoppers)
    told = spark.createDataFrame([(*key, name) for key, name in sorted(departments.items())], DEPARTMENTS)
    return EventsFile(sales.coalesce(2).persist(), told, min(days), max(days), skipped)


def _purchase(tenant: str, event: dict[str, Any], zone: ZoneInfo, now: datetime) -> tuple[Any, ...]:
    at = _instant(event, now)
    skus = _distinct(item["sku"] for item in event["items"])
    if not skus:
        raise ValueError("no items")
    day = at.astimezone(zone).date()
    return (tenant, event["event_id"], event["store_id"], at, *_identity(event), skus, day)


def _identity(event: dict[str, Any]) -> tuple[str | None, str | None]:
    cpf = re.sub(r"\D", "", event.get("cpf") or "")
    return cpf or None, event.get("loyalty_id")


def _instant(event: dict[str, Any], now: datetime) -> datetime:
    at = datetime.fromisoformat(event["occurred_at"].replace("Z", "+00:00"))
    if at.tzinfo is None:
        raise ValueError("no offset")
    if at > now:
        raise ValueError("not yet")
    return at.astimezone(UTC)


def _distinct(skus: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(skus))

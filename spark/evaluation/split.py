"""One split in time: what lies up to a day is history, and each shopper's first basket after it is to be foreseen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

# (tenant, shopper)
Who = tuple[str, str]
# Each shopper's products, best first.
Ranking = dict[Who, list[str]]
# By baskets in the history.
COHORTS = {"new": (1, 2), "occasional": (3, 9), "loyal": (10, 10**9)}


@dataclass(frozen=True)
class Split:
    """`history`: the sales up to and with `last_day`. `baskets`: the same in memory, each shopper's oldest first.
    `targets`: the first basket within the days after it, of shoppers with a history."""

    history: DataFrame
    baskets: dict[Who, list[frozenset[str]]]
    anonymous: dict[str, list[frozenset[str]]]
    targets: dict[Who, frozenset[str]]
    first_day: date
    last_day: date
    last_target_day: date

    def cohort(self, who: Who) -> str:
        """The cohort of a shopper with a history."""
        count = len(self.baskets[who])
        return next(name for name, (low, high) in COHORTS.items() if low <= count <= high)

    def items(self, tenant: str) -> set[str]:
        """Every product that the tenant sold in the history."""
        known = (basket for who, mine in self.baskets.items() if who[0] == tenant for basket in mine)
        return set().union(*known, *self.anonymous.get(tenant, []))


def split_at(sales: DataFrame, last_day: date, target_days: int, window_days: int | None = None) -> Split:
    """Splits sales with `day`; `window_days`: how many days of history there are, None: all. ValueError when nobody
    who has a history buys in the days after it."""
    first = date.min if window_days is None else last_day - timedelta(days=window_days - 1)
    end = last_day + timedelta(days=target_days)
    near = sales.where((F.col("day") >= F.lit(max(first, date(1900, 1, 1)))) & (F.col("day") <= F.lit(end)))
    history = near.where(F.col("day") <= F.lit(last_day))
    rows = near.select("tenant_id", "shopper_id", "day", "at", "event_id", "skus").collect()
    known, anonymous = _by_shopper(row for row in rows if row["day"] <= last_day)
    later, _ = _by_shopper(row for row in rows if row["day"] > last_day)
    targets = {who: mine[0] for who, mine in sorted(later.items()) if who in known}
    if not targets:
        raise ValueError(f"nobody with a purchase up to {last_day} buys in the {target_days} days after it")
    first_day = min(row["day"] for row in rows)
    return Split(history, known, anonymous, targets, first_day, last_day, end)


def _by_shopper(rows: Iterable[Any]) -> tuple[dict[Who, list[frozenset[str]]], dict[str, list[frozenset[str]]]]:
    known: dict[Who, list[frozenset[str]]] = {}
    anonymous: dict[str, list[frozenset[str]]] = {}
    for row in sorted(rows, key=lambda row: (row["at"], row["event_id"])):
        basket = frozenset(row["skus"])
        if row["shopper_id"] is None:
            anonymous.setdefault(row["tenant_id"], []).append(basket)
        else:
            known.setdefault((row["tenant_id"], row["shopper_id"]), []).append(basket)
    return known, anonymous


def by_tenant(whos: Iterable[Who]) -> dict[str, Sequence[Who]]:
    """The shoppers of each tenant, sorted."""
    found: dict[str, list[Who]] = {}
    for who in sorted(whos):
        found.setdefault(who[0], []).append(who)
    return dict(found)

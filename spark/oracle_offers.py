"""What every shopper must be offered, computed shopper by shopper in plain Python: a second opinion on the model.

It shares no code with the recommender, on purpose. A model is a dict of its parameters, `policy` (of all chains),
`model` (its name in OUT) and `level`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oracle_policy import picked, policy_of

Row = dict[str, Any]
SCALE = 10**8
# tenant → shopper → offers, best first: score in millionths, sku, times, due, in_store and more
Ranking = dict[str, dict[str, list[Row]]]
NEUTRAL = {
    "day_decay": "1",
    "size_exponent": "0",
    "popularity_size_exponent": "0",
    "prior_baskets": 0,
    "store_prior_baskets": None,
    "early_percent": 100,
    "overdue_percent": 100,
}


def ranking(
    baskets: Iterable[Row],
    shoppers: dict[str, set[str]],
    offerable: dict[str, dict[str, Row]],
    as_of: datetime,
    given: Row,
) -> Ranking:
    """The offers of each shopper. `baskets`: sales with `tenant_id`, `shopper` (or None), `store_id`, `at`, `event_id`
    and `skus`, a set; `offerable`: the products that each tenant may offer, by sku, few enough that each is a
    candidate."""
    model = {**NEUTRAL, **given}
    personal = model["level"] != "popularity"
    all_baskets: dict[str, list[Row]] = defaultdict(list)
    mine: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in baskets:
        all_baskets[row["tenant_id"]].append(row)
        if row["shopper"] is not None:
            mine[row["tenant_id"], row["shopper"]].append(row)
    for rows in mine.values():
        rows.sort(key=lambda row: (row["at"], row["event_id"]), reverse=True)
    found: Ranking = {}
    for tenant, people in shoppers.items():
        popular = _Popularity(all_baskets[tenant], model)
        policy = policy_of(model["policy"], tenant)
        assert len(offerable.get(tenant, {})) <= 3 * max(it["k"] for it in model["policy"].values())
        habits = {
            shopper: _habits(mine[tenant, shopper][: model["baskets"]], model, as_of) if personal else ({}, 0)
            for shopper in people
        }
        again = _repeat_rates([held for held, _ in habits.values()])
        found[tenant] = {}
        for shopper, (held, total) in habits.items():
            store = mine[tenant, shopper][0]["store_id"] if mine[tenant, shopper] else None
            ranked = []
            for sku, product in offerable.get(tenant, {}).items():
                popularity = popular.of(store, sku)
                bought = held.get(sku)
                if not bought and not popularity and sku not in policy["fixed"]:
                    continue
                share = _share(bought, total, again.get(sku, 0), model, as_of) if bought else 0
                percent = model["popularity_percent"]
                score = (share * (100 - percent) + popularity * percent + 5000) // 10000
                moments = bought["at"] if bought else []
                passed = _periods_passed(moments, as_of)
                ranked.append(
                    {
                        "score": score,
                        "popularity": popularity,
                        "sku": sku,
                        "department": product["department"],
                        "times": len(moments),
                        "due": passed is not None and 1 <= passed <= 3,
                        "early": passed is not None and passed < 1,
                        "in_store": popular.in_store(store, sku),
                    }
                )
            found[tenant][shopper] = picked(ranked, policy)
    return found


class _Popularity:
    """The votes of a tenant's baskets, seen from a store."""

    def __init__(self, baskets: list[Row], model: Row) -> None:
        self.prior, self.count = model["store_prior_baskets"], len(baskets)
        self.chain: Counter[str] = Counter()
        self.store: dict[str, Counter[str]] = defaultdict(Counter)
        self.baskets = Counter(row["store_id"] for row in baskets)
        for row in baskets:
            vote = int(Decimal(len(row["skus"])) ** -Decimal(model["popularity_size_exponent"]) * SCALE)
            for sku in row["skus"]:
                self.chain[sku] += vote
                self.store[row["store_id"]][sku] += vote

    def of(self, store: str | None, sku: str) -> int:
        chain = self.chain[sku] // self.count if self.count else 0
        if self.prior is None:
            return chain
        votes = self.store[store][sku] if store is not None else 0
        return int((votes + self.prior * chain) // (self.baskets[store] + self.prior))

    def in_store(self, store: str | None, sku: str) -> bool:
        if self.prior is None or store is None or not self.store[store][sku]:
            return False
        return self.store[store][sku] >= self.chain[sku] // self.count * self.baskets[store]


def _habits(newest_first: list[Row], model: Row, as_of: datetime) -> tuple[dict[str, Row], int]:
    held: dict[str, Row] = {}
    total = 0
    for place, row in enumerate(newest_first):
        weight = int(Decimal(model["decay"]) ** place * SCALE)
        if Decimal(model["day_decay"]) != 1:
            days = min(max(int((as_of - row["at"]).total_seconds() // 86400), 0), 400)
            weight = weight * int(Decimal(model["day_decay"]) ** days * SCALE) // SCALE
        if Decimal(model["size_exponent"]) != 0:
            weight = weight * int(Decimal(len(row["skus"])) ** -Decimal(model["size_exponent"]) * SCALE) // SCALE
        total += weight
        for sku in row["skus"]:
            mine = held.setdefault(sku, {"weight": 0, "at": [], "oldest": 0})
            mine["weight"] += weight
            mine["at"].append(row["at"])
            mine["oldest"] = place
    return held, total


def _repeat_rates(shoppers: Iterable[dict[str, Row]]) -> dict[str, int]:
    repeats: Counter[str] = Counter()
    chances: Counter[str] = Counter()
    for held in shoppers:
        for sku, mine in held.items():
            repeats[sku] += len(mine["at"]) - 1
            chances[sku] += mine["oldest"]
    every = sum(chances.values())
    mean = sum(repeats.values()) * SCALE // every if every else 0
    return {sku: (repeats[sku] * SCALE + 20 * mean) // (chances[sku] + 20) for sku in repeats}


def _share(bought: Row, total: int, again: int, model: Row, as_of: datetime) -> int:
    prior = model["prior_baskets"] * SCALE
    share = (bought["weight"] * SCALE + prior * again) // max(total + prior, 1)
    seconds = [int(moment.timestamp() // 1) for moment in bought["at"]]
    span, gaps = max(seconds) - min(seconds), len(seconds) - 1
    if span > 0:
        since = int(as_of.timestamp()) - max(seconds)
        if since * gaps * 4 < span:
            return int(share * model["early_percent"] // 100)
        if since * gaps > 3 * span:
            return int(share * model["overdue_percent"] // 100)
    return int(share)


def _periods_passed(moments: list[datetime], as_of: datetime) -> Fraction | None:
    """How many of the mean time between purchases have passed since the last one; None: there is no such time."""
    seconds = sorted(int(moment.timestamp() // 1) for moment in moments)
    if len(seconds) < 2 or seconds[0] == seconds[-1]:
        return None
    return Fraction(int(as_of.timestamp()) - seconds[-1]) / Fraction(seconds[-1] - seconds[0], len(seconds) - 1)

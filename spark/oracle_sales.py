"""What shoppers bought and kept, computed unit by unit in plain Python: a second opinion on the netting of returns.

It shares no code with the recommender, on purpose.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

Row = dict[str, Any]


def kept(purchases: list[Row], most: int) -> tuple[list[Row], Counter[str]]:
    """The baskets that count, with `skus` as a set, and how many products and baskets do not. `purchases` have
    `tenant_id`, `shopper` (or None), `event_type`, `at`, `event_id`, `items`; `most`: how many of a shopper's count."""
    counts = Counter(returns=sum(row["event_type"] == "return" for row in purchases))
    # Of each shopper and product, what is left of each basket, the newest on top.
    piles: dict[tuple[str, str, str], list[list[Any]]] = defaultdict(list)
    for row in sorted(purchases, key=lambda row: (row["at"], row["event_type"] == "return", row["event_id"])):
        wanted: Counter[str] = Counter()
        for item in row["items"]:
            wanted[item["sku"]] += item["quantity"]
        for sku, units in wanted.items():
            pile = piles[row["tenant_id"], row["shopper"], sku] if row["shopper"] is not None else []
            if row["event_type"] == "sale":
                pile.append([row["event_id"], Decimal(units)])
                continue
            counts["unmatched_returns"] += not pile
            while pile and units > 0:
                taken = min(units, pile[-1][1])
                units -= taken
                pile[-1][1] -= taken
                if not pile[-1][1]:
                    pile.pop()
    left = {(key[0], key[2], basket) for key, pile in piles.items() for basket, _ in pile}
    mine: dict[tuple[str, str], list[Row]] = defaultdict(list)
    baskets = []
    for row in purchases:
        if row["event_type"] != "sale":
            continue
        skus = {item["sku"] for item in row["items"]}
        if row["shopper"] is not None:
            still = {sku for sku in skus if (row["tenant_id"], sku, row["event_id"]) in left}
            counts["netted"] += len(skus - still)
            if still:
                mine[row["tenant_id"], row["shopper"]].append({**row, "skus": still})
        else:
            baskets.append({**row, "skus": skus})
    for rows in mine.values():
        rows.sort(key=lambda row: (row["at"], row["event_id"]), reverse=True)
        baskets += rows[:most]
        counts["capped"] += len(rows[most:])
    return baskets, counts

"""What a chain's offer policy makes of a shopper's candidates, picked one by one in plain Python: a second opinion.

It shares no code with the recommender, on purpose.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]


def policy_of(policies: Row, tenant: str) -> Row:
    """The chain's own policy, or everybody else's."""
    own: Row = policies[tenant] if tenant in policies else policies["*"]
    return own


def may_offer(policy: Row, product: Row, as_of: datetime) -> bool:
    """Whether the newest row of a product allows it to be offered."""
    if product["event_type"] == "delisted" or product["in_stock"] is False:
        return False
    if as_of - product["occurred_at"] > timedelta(days=policy["stale_after_days"]):
        return False
    return {"sku": product["sku"]} not in policy["excluded"] and (
        product["department"] is None or {"department": product["department"]} not in policy["excluded"]
    )


def picked(candidates: list[Row], policy: Row) -> list[Row]:
    """The offers, best first. Candidates have `score`, `popularity`, `sku`, `department` and `early`."""
    by_sku = {it["sku"]: it for it in candidates}
    found = [by_sku[sku] for sku in policy["fixed"] if sku in by_sku]
    rest = [it for it in candidates if it["sku"] not in policy["fixed"]]
    rest.sort(key=lambda it: (-it["score"], -it["popularity"], it["sku"]))
    given = Counter(it["department"] for it in found)
    for early, limit in ((False, policy["k"]), (True, policy["minimum"])):
        left = []
        for it in (it for it in rest if it["early"] is early):
            if it["department"] is not None and given[it["department"]] >= policy["max_per_department"]:
                left.append(it)
            elif len(found) < limit:
                found.append(it)
                given[it["department"]] += 1
        for it in left[: max(limit - len(found), 0)]:
            found.append(it)
            given[it["department"]] += 1
    return found[: policy["k"]]

"""What each chain wants of its offers, as data: one JSON file, checked before anything is read and known by its sha256.

A chain has the policy under its own name, or the one under `*`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as F

from recommender.errors import NightError

EVERY_OTHER = "*"
# For each place of an offer so many products that the shopper never bought are candidates: of the most popular ones
# some were bought lately, and others are of a department that has had its share.
CANDIDATES_A_PLACE = 3
KEYS = frozenset({"k", "minimum", "fixed", "excluded", "max_per_department", "stale_after_days"})


@dataclass(frozen=True)
class OfferPolicy:
    """`k`: offers a shopper gets at most. `minimum`: with fewer than this many there are none. `fixed`: skus that stand
    first, in this order. `max_per_department`: so many of the k at most while other departments have any.
    `stale_after_days`: a product of which no event told for longer is not offered."""

    k: int
    minimum: int
    max_per_department: int
    stale_after_days: int
    fixed: tuple[str, ...] = ()
    excluded_skus: tuple[str, ...] = ()
    excluded_departments: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfferPolicies:
    """The policies of all chains: `chains` by name, `default` for every other one. `sha256`: of the file."""

    default: OfferPolicy
    chains: Mapping[str, OfferPolicy]
    sha256: str

    def all(self) -> list[OfferPolicy]:
        """Each of them."""
        return [self.default, *self.chains.values()]

    def largest_k(self) -> int:
        """The most offers that a shopper of any chain gets."""
        return max(policy.k for policy in self.all())

    def depth(self) -> int:
        """How many products that a shopper never bought are to be candidates; see ScoringInput."""
        return CANDIDATES_A_PLACE * self.largest_k()

    def of(self, value: Callable[[OfferPolicy], Column]) -> Column:
        """A value of the policy of the row's `tenant_id`."""
        found = value(self.default)
        for name, policy in sorted(self.chains.items()):
            found = F.when(F.col("tenant_id") == name, value(policy)).otherwise(found)
        return found


def parse_offer_policies(body: bytes | None, where: str) -> OfferPolicies:
    """Reads and checks the policies; `where` names the file in messages. None: it is not there."""
    if body is None:
        raise NightError(f"{where} is not there: the DAG writes the chains' offer policies before it starts the job.")
    try:
        document = json.loads(body)
        policies = {name: _policy(it) for name, it in document.items()}
        default = policies.pop(EVERY_OTHER)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NightError(f"{where} is no file of offer policies: {type(error).__name__} {error}.") from error
    return OfferPolicies(default, policies, hashlib.sha256(body).hexdigest())


def _policy(document: dict[str, Any]) -> OfferPolicy:
    if set(document) != KEYS:
        raise ValueError(f"a policy has {', '.join(sorted(document))}, {', '.join(sorted(KEYS))} are expected")
    k = _whole(document, "k", 1, 100)
    excluded = document["excluded"]
    if any(set(it) not in ({"sku"}, {"department"}) for it in excluded):
        raise ValueError(f'excluded is {excluded}, {{"sku": …}} or {{"department": …}} is expected of each')
    return OfferPolicy(
        k,
        _whole(document, "minimum", 1, k),
        _whole(document, "max_per_department", 1, k),
        _whole(document, "stale_after_days", 1, 36_500),
        _texts(document["fixed"], "fixed"),
        _texts([it["sku"] for it in excluded if "sku" in it], "excluded"),
        _texts([it["department"] for it in excluded if "department" in it], "excluded"),
    )


def _whole(document: dict[str, Any], name: str, low: int, high: int) -> int:
    value = document[name]
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}, a whole number from {low} to {high} is expected")
    return value


def _texts(values: Any, name: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(it, str) and it for it in values):
        raise ValueError(f"{name} is {values!r}, a list of texts is expected")
    return tuple(values)

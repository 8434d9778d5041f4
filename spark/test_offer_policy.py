"""The file of offer policies is believed only whole: what is wrong with it is said before anything is read."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from night_runs import POLICY
from recommender.errors import NightError
from recommender.offer_policy import OfferPolicy, parse_offer_policies

DEFAULT: dict[str, Any] = POLICY["*"]


def test_a_chain_has_its_own_policy_and_every_other_chain_the_default() -> None:
    own = {
        **{"k": 8, "minimum": 1, "fixed": ["b", "a"], "excluded": [{"sku": "x"}, {"department": "y"}, {"sku": "z"}]},
        **{"max_per_department": 8, "stale_after_days": 7},
    }
    body = json.dumps({**POLICY, "rede": own}).encode()
    read = parse_offer_policies(body, "policy.json")
    assert read.default == OfferPolicy(5, 3, 3, 365)
    assert read.chains == {"rede": OfferPolicy(8, 1, 8, 7, ("b", "a"), ("x", "z"), ("y",))}
    assert (read.largest_k(), read.depth()) == (8, 24)
    assert read.sha256 == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"k": 0}, "k is 0, a whole number from 1"),
        ({"k": True}, "k is True"),
        ({"minimum": 6}, "minimum is 6, a whole number from 1 to 5"),
        ({"max_per_department": 0}, "max_per_department is 0"),
        ({"stale_after_days": "7"}, "stale_after_days is '7'"),
        ({"fixed": "sku"}, "fixed is 'sku', a list of texts"),
        ({"fixed": [1]}, r"fixed is \[1\]"),
        ({"excluded": ["sku"]}, "excluded is"),
        ({"excluded": [{"sku": "a", "department": "b"}]}, "excluded is"),
        ({"excluded": [{"department": ""}]}, "excluded is"),
        ({"more": 1}, "a policy has .*more"),
    ],
)
def test_a_policy_that_is_not_sound_is_refused_by_what_it_says(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(NightError, match=rf"policy\.json is no file of offer policies: .*{says}"):
        parse_offer_policies(json.dumps({**POLICY, "rede": {**DEFAULT, **changes}}).encode(), "policy.json")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"*": 1}', json.dumps({"rede": DEFAULT}).encode()])
def test_a_file_without_a_default_is_refused(body: bytes) -> None:
    with pytest.raises(NightError, match=r"policy\.json is no file of offer policies"):
        parse_offer_policies(body, "policy.json")


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(NightError, match=r"policy\.json is not there"):
        parse_offer_policies(None, "policy.json")

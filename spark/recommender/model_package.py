"""A night uses the champion; if that package is not whole, the previous one; if neither is, popularity alone.

A package is believed only if its files have the sha256 that its model.json states, and that of model.json names it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recommender.frequency import FrequencyParameters, parse_parameters
from recommender.offers import POPULARITY

PACKAGE = re.compile(r"([a-z0-9-]{1,32})/([a-z0-9.-]{1,32})")
# What a frequency package must be able to take and give; another signature is another model.
SIGNATURE = {"reads": ["purchase/1", "product/1", "shopper/1"], "gives": "offers/1"}
# Without any package: nothing personal counts, only what the chain's baskets hold.
POPULARITY_ONLY = FrequencyParameters(Decimal(1), 100, 1)


@dataclass(frozen=True)
class Model:
    """The model in use. `level`: champion, previous or popularity. `refused`: one sentence for each package that was
    to be used and is not."""

    name: str
    version: str
    sha256: str
    level: str
    parameters: FrequencyParameters
    refused: tuple[str, ...]


def choose_model(read: Callable[[str], bytes | None]) -> Model:
    """The best usable model; `read` gives the bytes of a path under models/, or None."""
    refused: list[str] = []
    try:
        ladder = _document(read, "champion.json")
    except ValueError as error:
        ladder = {}
        refused.append(f"models/champion.json is refused: {error}.")
    for level in ("champion", "previous"):
        package = ladder.get(level)
        if package is None:
            continue
        try:
            name, version, sha256, parameters = _load(read, package)
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            refused.append(f"The {level} {package!r} is refused: {type(error).__name__} {error}.")
            continue
        return Model(name, version, sha256, level, parameters, tuple(refused))
    sha256 = hashlib.sha256(b"popularity/1").hexdigest()
    return Model(POPULARITY, "1", sha256, POPULARITY, POPULARITY_ONLY, tuple(refused))


def _document(read: Callable[[str], bytes | None], path: str) -> dict[str, Any]:
    body = read(path)
    if body is None:
        raise ValueError(f"{path} is not there")
    document = json.loads(body)
    if not isinstance(document, dict):
        raise ValueError(f"{path} is not an object")
    return document


def _load(read: Callable[[str], bytes | None], package: str) -> tuple[str, str, str, FrequencyParameters]:
    match = PACKAGE.fullmatch(package)
    if not match:
        raise ValueError("a package is named as frequency/1")
    name, version = match[1], match[2]
    body = read(f"{package}/model.json")
    if body is None:
        raise ValueError(f"{package}/model.json is not there")
    model = json.loads(body)
    if (model["name"], model["version"]) != (name, version):
        raise ValueError(f"its model.json is that of {model['name']}/{model['version']}")
    if model["kind"] != "frequency":
        raise ValueError(f"its kind is {model['kind']!r}, this job knows frequency")
    if model["signature"] != SIGNATURE:
        raise ValueError(f"its signature is {model['signature']}, this job has {SIGNATURE}")
    for path, sha256 in model["files"].items():
        content = read(f"{package}/{path}")
        if content is None or hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError(f"{path} is not the file that model.json states")
    if "parameters.json" not in model["files"]:
        raise ValueError("model.json states no parameters.json")
    parameters = parse_parameters(_document(read, f"{package}/parameters.json"))
    return name, version, hashlib.sha256(body).hexdigest(), parameters

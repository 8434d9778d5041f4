"""A night uses the champion; if that package is not whole, the previous one; if neither is, popularity alone.

A package is believed only if its files have the sha256 that its model.json states, and that of model.json names it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from recommender.frequency import FrequencyModel
from recommender.kinds import known_kinds
from recommender.model_defaults import POPULARITY_PARAMETERS
from recommender.offers import POPULARITY
from recommender.package_files import PackageFiles, Read
from recommender.scoring import Scorer

PACKAGE = re.compile(r"([a-z0-9-]{1,32})/([a-z0-9.-]{1,32})")
# What a package must be able to take and give; another signature is another model.
SIGNATURE = {"reads": ["purchase/1", "product/1", "shopper/1"], "gives": "offers/1"}
CHAMPION = "champion.json"
# Without any package: nothing personal counts, only what the store's and the chain's baskets hold.
POPULARITY_ONLY = FrequencyModel(POPULARITY_PARAMETERS, personal=False)


@dataclass(frozen=True)
class Model:
    """The model in use. `level`: champion, previous or popularity. `refused`: one sentence for each package that was
    to be used and is not."""

    name: str
    version: str
    sha256: str
    level: str
    scorer: Scorer
    refused: tuple[str, ...]


def choose_model(read: Read, models_url: str = "") -> Model:
    """The best usable model; `read` gives the bytes of a path under models/, or None; `models_url` is that folder."""
    refused: list[str] = []
    try:
        ladder = _document(read, CHAMPION)
    except ValueError as error:
        ladder = {}
        refused.append(f"models/champion.json is refused: {error}.")
    for level in ("champion", "previous"):
        package = ladder.get(level)
        if package is None:
            continue
        try:
            name, version, sha256, scorer = load_package(read, package, models_url)
        except Exception as error:  # Whatever is wrong with a package, there is a level below it.
            refused.append(f"The {level} {package!r} is refused: {type(error).__name__} {_first_line(error)}.")
            continue
        return Model(name, version, sha256, level, scorer, tuple(refused))
    sha256 = hashlib.sha256(b"popularity/2").hexdigest()
    return Model(POPULARITY, "2", sha256, POPULARITY, POPULARITY_ONLY, tuple(refused))


def load_package(read: Read, package: Any, models_url: str = "") -> tuple[str, str, str, Scorer]:
    """Name, version, sha256 of model.json and the loaded model of a package named as `frequency/1`; an exception says
    why it cannot be believed."""
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
    kinds = known_kinds()
    if model["kind"] not in kinds:
        raise ValueError(f"its kind is {model['kind']!r}, this job knows {', '.join(sorted(kinds))}")
    if model["signature"] != SIGNATURE:
        raise ValueError(f"its signature is {model['signature']}, this job has {SIGNATURE}")
    files = PackageFiles(package, model, f"{models_url}/{package}", read)
    files.check()
    return name, version, hashlib.sha256(body).hexdigest(), kinds[model["kind"]](files)


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), "without a reason")


def _document(read: Read, path: str) -> dict[str, Any]:
    body = read(path)
    if body is None:
        raise ValueError(f"{path} is not there")
    document = json.loads(body)
    if not isinstance(document, dict):
        raise ValueError(f"{path} is not an object")
    return document

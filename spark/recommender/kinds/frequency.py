"""Packages of kind `frequency`: the numbers of a counting model, in parameters.json."""

from __future__ import annotations

import json

from recommender.frequency import FrequencyModel
from recommender.frequency_parameters import parse_parameters
from recommender.package_files import PackageFiles
from recommender.scoring import Scorer

KIND = "frequency"
PARAMETERS = "parameters.json"


def load(package: PackageFiles) -> Scorer:
    """The model of a package; ValueError, KeyError or TypeError says what is wrong with it."""
    if PARAMETERS not in package.names:
        raise ValueError(f"model.json states no {PARAMETERS}")
    document = json.loads(package.read(PARAMETERS))
    if not isinstance(document, dict):
        raise ValueError(f"{PARAMETERS} is not an object")
    return FrequencyModel(parse_parameters(document))

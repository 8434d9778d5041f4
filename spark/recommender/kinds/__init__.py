"""The kinds of model package that a night knows: one file each, found by itself.

A file defines `KIND`, the name that model.json gives, and `load(package: PackageFiles) -> Scorer`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from recommender.package_files import PackageFiles
from recommender.scoring import Scorer


def known_kinds() -> dict[str, Callable[[PackageFiles], Scorer]]:
    """The loader of each kind, by its name."""
    found = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return {kind.KIND: kind.load for kind in found}

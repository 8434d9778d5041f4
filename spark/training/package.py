"""Writes a model package: its files, then model.json, which states the sha256 of each of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recommender.model_package import PACKAGE, SIGNATURE


def new_package_folder(models: Path, package: str) -> tuple[Path, str, str]:
    """The folder, name and version of a package that is to be made; ValueError when it is misnamed or exists: a version
    is final."""
    match = PACKAGE.fullmatch(package)
    if not match:
        raise ValueError(f"{package!r}: a package is named as frequency/2")
    folder = models / package
    if (folder / "model.json").exists():
        raise ValueError(f"{folder} is there already: a version never changes, take the next one")
    return folder, match[1], match[2]


def write_package(
    models: Path,
    package: str,
    kind: str,
    files: Mapping[str, bytes],
    trained_at: datetime,
    described: Mapping[str, Any],
    options: Mapping[str, Any] | None = None,
) -> Path:
    """The folder of the new package. `files`: the content by path below it; those already there are stated too.
    `options`: what the kind alone understands. `described`: `description`, `features` and `metrics`. ValueError as
    of `new_package_folder`."""
    folder, name, version = new_package_folder(models, package)
    for path, body in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    stated = sorted(path for path in folder.rglob("*") if path.is_file())
    model: dict[str, Any] = {
        "name": name,
        "version": version,
        "kind": kind,
        "description": described["description"],
        "trained_at": trained_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "features": described["features"],
        "signature": SIGNATURE,
        "metrics": described["metrics"],
        "files": {str(it.relative_to(folder)): hashlib.sha256(it.read_bytes()).hexdigest() for it in stated},
    }
    if options:
        model["options"] = dict(options)
    (folder / "model.json").write_bytes(json_bytes(model))
    return folder


def json_bytes(document: Any) -> bytes:
    """A document as it is kept: indented, in UTF-8, with a newline at its end."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()

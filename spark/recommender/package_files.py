"""The files of a model package as its model.json states them: nothing else is read, and only if it is as stated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The bytes of a path under models/, or None where there is nothing.
Read = Callable[[str], bytes | None]


@dataclass(frozen=True)
class PackageFiles:
    """`name`: as `frequency/1`. `model`: its model.json. `url`: the folder that Spark may load from."""

    name: str
    model: dict[str, Any]
    url: str
    source: Read

    @property
    def names(self) -> tuple[str, ...]:
        """The files that model.json states, as paths below the package's folder."""
        return tuple(self.model["files"])

    def read(self, path: str) -> bytes:
        """The bytes of a stated file; ValueError when they are not those that model.json states."""
        body = self.source(f"{self.name}/{path}")
        if body is None or hashlib.sha256(body).hexdigest() != self.model["files"][path]:
            raise ValueError(f"{path} is not the file that model.json states")
        return body

    def check(self) -> None:
        """Reads every stated file once."""
        for path in self.names:
            self.read(path)


def folder_reader(models: Path) -> Read:
    """Reads packages from a folder of this machine."""

    def read(path: str) -> bytes | None:
        file = models / path
        return file.read_bytes() if file.is_file() else None

    return read

"""The job over many small objects, which it fetches as it does from S3, or over the copies that it left of them.

A local folder is mounted as a file system of another name: what is not local is fetched first.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from lake_night import open_night
from measured import finish
from night_runs import staged
from recommender.compaction import index_key


def main(lake: Path, memory: str, of_copies: bool) -> None:
    """Runs the night and prints what it took, and the sha256 of the lines that it staged."""
    document = json.loads((lake / "frozen.json").read_text())
    if of_copies:
        document["objects"] = with_copies(lake / "in", document)
    night = open_night(lake, document, memory, is_remote=True)
    begin = time.monotonic()
    report = night.run()
    lines = hashlib.sha256()
    for tenant, body in sorted(staged(lake, report).items()):
        lines.update(tenant.encode() + body)
    objects = len(document["objects"])
    finish(begin, objects=objects, lines_sha256=lines.hexdigest())


def with_copies(root: Path, document: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects of a frozen input, copies in place of those that they stand for."""
    copies = json.loads((root / index_key(document["business_date"])).read_text())["copies"]
    replaced = {source["key"] for copy in copies for source in copy["sources"]}
    left = [item for item in document["objects"] if item["key"] not in replaced]
    read = {"role": "window", "etag": ""}
    return left + [{**copy, **read, "size": (root / copy["key"]).stat().st_size} for copy in copies]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:] == ["copies"])

"""Where an earlier night left one copy of many small objects, the copy is frozen in their place.

Only while each of them is as it was copied: one that changed or is gone, and they are read themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from night import NightConfig, NightError
from stored import StoredObject, list_objects, read_json_bytes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Where the job leaves the copies and, as <D>.json, what each stands for.
COMPACTED = "snapshots/compacted/"
VERSION = 1
READ_AS_COPIES = ({"window"}, {"unread"})


@dataclass(frozen=True)
class Copy:
    """A copy and the objects that it stands for, by key their ETag."""

    contract: str
    stored: StoredObject
    sources: Mapping[str, str]


def list_copies(s3: S3Client, config: NightConfig) -> list[Copy]:
    """The copies that are there, as their indexes describe them, oldest night first."""
    stored = {item.key: item for item in list_objects(s3, config.in_bucket, COMPACTED)}
    copies: list[Copy] = []
    for key in sorted(key for key in stored if key.endswith(".json")):
        body = read_json_bytes(s3, config.in_bucket, key)
        document: dict[str, Any] = json.loads(body[0]) if body else {"version": VERSION, "copies": []}
        if document.get("version") != VERSION:
            raise NightError(
                f"s3://{config.in_bucket}/{key} has version {document.get('version')!r}, {VERSION} is expected: "
                "delete it, the objects themselves are still there."
            )
        copies += [
            Copy(it["contract"], stored[it["key"]], {source["key"]: source["etag"] for source in it["sources"]})
            for it in document["copies"]
            if it["key"] in stored
        ]
    return copies


def standing_for(there: Mapping[str, str], roles: Mapping[str, str], copies: list[Copy]) -> list[Copy]:
    """The copies to read or to count in place of a day's objects. `there`: their ETags by key; `roles`: theirs, of
    which a copy stands for one: what it holds is never late and never a change."""
    chosen: list[Copy] = []
    taken: set[str] = set()
    for copy in copies:
        unchanged = all(there.get(key) == etag for key, etag in copy.sources.items())
        if unchanged and {roles[key] for key in copy.sources} in READ_AS_COPIES and taken.isdisjoint(copy.sources):
            chosen.append(copy)
            taken |= copy.sources.keys()
    return chosen

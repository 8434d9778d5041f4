"""Every event is read with its contract's schema, never with one that Spark inferred from a file."""

from __future__ import annotations

import json
import pkgutil

from pyspark.sql.types import StructType

from recommender.errors import NightError

MAJOR = 1
# What the collector stamps on an event; not the event's content.
VERSION = "schema_version"
STAMPS = ("tenant_id", "received_at", VERSION)


def night_columns(schema: StructType) -> StructType:
    """What a night reads of a contract: all but the version an event was sent as, which says nothing of the event."""
    return StructType([it for it in schema.fields if it.name != VERSION])


def contract_schema(contract: str) -> StructType:
    """The Spark schema of a contract's table, as generated from the contract and shipped in the package."""
    name = f"contracts/{contract}_v{MAJOR}.json"
    try:
        document = pkgutil.get_data("recommender", name)
    except OSError:
        document = None
    if document is None:
        raise NightError(f"The package holds no recommender/{name}: build it with the schemas of generated/spark.")
    return StructType.fromJson(json.loads(document))

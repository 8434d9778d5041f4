"""One line of OUT for each shopper: compact JSON on one line whatever a product is called, keys in a fixed order.

The same shopper, day and offers give the same bytes, and the same recommendation_id.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

# Fixed for good: another namespace would give the same recommendation another id.
RECOMMENDATION_NAMESPACE = UUID("b7f1c1de-3a52-5c0e-8f0b-5d8a4f2f7a10")
# A published part has at most 256 MiB; aimed at half, since a hash does not split evenly.
PART_BYTES = 128 * 1024 * 1024


def uuid5(namespace: UUID, name: Column) -> Column:
    """The version 5 UUID (RFC 9562) of a text, as Python's uuid.uuid5 makes it."""
    digest = F.sha1(F.concat(F.unhex(F.lit(namespace.hex)), F.encode(name, "UTF-8")))
    variant = F.translate(F.substring(digest, 17, 1), "0123456789abcdef", "89ab89ab89ab89ab")
    return F.concat_ws(
        "-",
        F.substring(digest, 1, 8),
        F.substring(digest, 9, 4),
        F.concat(F.lit("5"), F.substring(digest, 14, 3)),
        F.concat(variant, F.substring(digest, 18, 3)),
        F.substring(digest, 21, 12),
    )


def compose_lines(offers: DataFrame, offer_date: date, valid_until: str, model: str) -> DataFrame:
    """`tenant_id`, `shopper_id`, `fallback_level`, `line` from the composed offers."""
    identity = F.concat_ws("|", "tenant_id", F.lit(str(offer_date)), "shopper_id")
    line = F.to_json(
        F.struct(
            uuid5(RECOMMENDATION_NAMESPACE, identity).alias("recommendation_id"),
            "tenant_id",
            "shopper_id",
            F.lit(str(offer_date)).alias("offer_date"),
            F.lit(valid_until).alias("valid_until"),
            "offers",
            F.lit(model).alias("model"),
            "fallback_level",
        )
    )
    return offers.select("tenant_id", "shopper_id", "fallback_level", line.alias("line"))


def split_parts(lines: DataFrame, tenant_bytes: dict[str, int]) -> DataFrame:
    """The lines with `part`, by a hash of the shopper; `tenant_bytes`: how many bytes of lines each chain has."""
    parts = parts_of(tenant_bytes)
    many = {tenant: count for tenant, count in parts.items() if count > 1}
    count: Column = F.lit(1)
    for tenant, number in sorted(many.items()):
        count = F.when(F.col("tenant_id") == tenant, number).otherwise(count)
    return lines.select("*", F.pmod(F.crc32(F.encode("shopper_id", "UTF-8")), count).cast("int").alias("part"))


def parts_of(tenant_bytes: dict[str, int]) -> dict[str, int]:
    """How many files each chain's lines are split into."""
    return {tenant: max(1, -(-size // PART_BYTES)) for tenant, size in tenant_bytes.items()}

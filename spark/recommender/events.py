"""Each row that is read ends in exactly one outcome: used, duplicate, conflict or set_aside; others are out_of_window.

A duplicate has the id and the content of another row; a conflict has the id of another and content of its own. The
outcomes do not depend on the files, their order or the number of partitions.
"""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from recommender.business_window import BusinessWindow
from recommender.errors import NightError
from recommender.schemas import STAMPS

LATE_POLICIES = ("clip", "drop", "keep")
OUT_OF_WINDOW, USED, DUPLICATE, CONFLICT, SET_ASIDE = (
    "out_of_window",
    "used",
    "duplicate",
    "conflict",
    "set_aside",
)
# What quarantine calls a conflict; set-aside rows give their defect.
ID_CONFLICT = "ID_CONFLICT"
# The collector stamps no other chain; anything else would end up in a path.
TENANT = "^[a-z0-9-]{1,32}$"
# What the night takes from the rows of a contract; null where a contract has no such column.
TAKEN = {
    "tenant_id": "string",
    "event_id": "string",
    "store_id": "string",
    "occurred_at": "timestamp",
    "received_at": "timestamp",
    "cpf": "string",
    "loyalty_id": "string",
    "sku": "string",
    "name": "string",
    "unit_price": "decimal(18,4)",
    "department": "string",
    "in_stock": "boolean",
}
# Without these no event can be told from another or placed in time.
REQUIRED = ("event_id", "occurred_at", "received_at", "store_id", "event_type")
# What the night needs of each contract's rows; the API refuses such events, so a row without it is poison.
SOUND = {
    "purchase": "size(items) > 0 and forall(items, i -> i.sku is not null and i.quantity > 0 and i.unit_price >= 0)",
    "coupon": "coupon is not null",
    "product": "sku is not null and name is not null",
    "shopper": "cpf is not null or loyalty_id is not null",
}


def window_rows(
    rows: DataFrame, schema: StructType, contract: str, window: BusinessWindow, late_since: datetime | None, policy: str
) -> DataFrame:
    """The rows of a contract that is read over the window, undecided but for those out of it or set aside.

    late_since: rows of late objects received before it are not late; None: each is.
    """
    if policy not in LATE_POLICIES:
        raise NightError(f"The late policy is {policy!r}: one of {', '.join(LATE_POLICIES)} is expected.")
    happened = F.col("occurred_at")
    start, end = F.lit(window.start), F.lit(window.end)
    since = F.lit(True) if late_since is None else F.col("received_at") >= F.lit(late_since)
    late = (F.col("role") == "late") & (happened < start) & since
    # A row whose times are unknown cannot be said to be out of the window: it is read, and set aside.
    unread = ~F.coalesce(((happened >= start) & (happened < end)) | late, F.lit(True))
    if policy == "drop":
        unread = unread | F.coalesce(late, F.lit(False))
    at = F.when(late, start).otherwise(happened) if policy == "clip" else happened
    return _judged(rows, schema, contract, unread, F.coalesce(late, F.lit(False)), at)


def change_rows(rows: DataFrame, schema: StructType, contract: str) -> DataFrame:
    """The rows of a change log, undecided but for those set aside: each is read, whatever its date."""
    return _judged(rows, schema, contract, F.lit(False), F.lit(False), F.col("occurred_at"))


def settle(rows: DataFrame) -> DataFrame:
    """Decides the undecided: of the rows with one id in a contract and chain the smallest (received_at, content) is
    used."""
    # Rows that are decided already compete with nobody.
    key = ["contract", "tenant_id", "event_id", "outcome"]
    same_id = Window.partitionBy(*key).orderBy("received_at", "content", "object")
    same_content = Window.partitionBy(*key, "content").orderBy("received_at", "object")
    ranked = rows.select(
        "*", F.row_number().over(same_id).alias("place"), F.row_number().over(same_content).alias("copy")
    )
    decided = F.expr(
        f"case when outcome is not null then outcome when place = 1 then '{USED}' "
        f"when copy > 1 then '{DUPLICATE}' else '{CONFLICT}' end"
    )
    ranked = ranked.withColumn("outcome", decided).drop("place", "copy")
    return ranked.withColumn("reason", F.when(F.col("outcome") == CONFLICT, ID_CONFLICT).otherwise(F.col("reason")))


def used(events: DataFrame, contract: str) -> DataFrame:
    """The events of a contract that the night is made of."""
    return events.where((F.col("contract") == contract) & (F.col("outcome") == USED))


def _judged(rows: DataFrame, schema: StructType, contract: str, unread: Column, late: Column, at: Column) -> DataFrame:
    """The columns of TAKEN and of the rows' origin, then `outcome` (null: undecided), `reason`, `late`, `at` (when the
    night takes the event to have happened), of a purchase `skus` (each once), `quantities` (of each line), `repeated`
    (the sku of each line, null where each is in one), `content` (sha256)."""
    missing = reduce(or_, [F.col(name).isNull() for name in REQUIRED])
    defect = (
        F.when(~F.coalesce(F.col("tenant_id").rlike(TENANT), F.lit(False)), "TENANT")
        .when(missing, "REQUIRED")
        .when(~F.coalesce(F.expr(SOUND[contract]), F.lit(False)), "VALUE")
    )
    outcome = F.when(unread, OUT_OF_WINDOW).when(defect.isNotNull(), SET_ASIDE)
    taken = [
        (F.col(name) if name in schema.names else F.lit(None)).cast(kind).alias(name) for name, kind in TAKEN.items()
    ]
    skus = repeated = quantities = F.lit(None)
    if "items" in schema.names:
        skus, quantities = F.array_distinct("items.sku"), F.col("items.quantity")
        repeated = F.when(F.size(skus) < F.size("items"), F.col("items.sku"))
    return rows.select(
        F.lit(contract).alias("contract"),
        "object",
        "event_type",
        *taken,
        outcome.alias("outcome"),
        F.when(outcome == SET_ASIDE, defect).alias("reason"),
        late.alias("late"),
        at.alias("at"),
        skus.cast("array<string>").alias("skus"),
        repeated.cast("array<string>").alias("repeated"),
        quantities.cast("array<decimal(18,4)>").alias("quantities"),
        _content(schema).alias("content"),
    )


def _content(schema: StructType) -> Column:
    """The sha256 of what the client said: every column but the stamps, and what the key holds beside the time."""
    said = [
        # JSON would cut a timestamp to milliseconds.
        F.unix_micros(name).alias(name) if schema[name].dataType.typeName() == "timestamp" else F.col(name)
        for name in schema.names
        if name not in STAMPS
    ]
    return F.sha2(F.to_json(F.struct(*said, "event_type", "extra")), 256)

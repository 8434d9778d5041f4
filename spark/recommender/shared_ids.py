"""Nearly every row has an id of its own: only the rows that share one are compared, so that the others stay in place.

A first pass reads ids alone; the second one reads everything, and keeps apart the few rows that have to be compared.
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from recommender.events import USED, settle
from recommender.scoring import Keep

# As many hashes are sent to every executor, 8 bytes each; with more of them the rows are moved instead.
MOST_SENT = 8_000_000


def keep_apart(rows: DataFrame, keep: Keep) -> DataFrame:
    """The rows of all contracts, kept, with `shared`: whether another one may have the same id."""
    # Two ids with one hash are compared for nothing, and told apart then.
    id_hash = F.xxhash64("contract", "tenant_id", "event_id")
    hashes = rows.select(id_hash.alias("id_hash")).groupBy("id_hash").count()
    shared = keep(hashes.where("count > 1").select("id_hash", F.lit(True).alias("shared")), "shared_ids")
    count = shared.count()
    if not count:
        return keep(rows.withColumn("shared", F.lit(False)), "rows")
    few = F.broadcast(shared) if count <= MOST_SENT else shared
    marked = rows.withColumn("id_hash", id_hash).join(few, "id_hash", "left").drop("id_hash")
    return keep(marked.withColumn("shared", F.coalesce("shared", F.lit(False))), "rows")


def keep_settled(rows: DataFrame, keep: Keep) -> DataFrame:
    """The decided rows, of what `keep_apart` gave."""
    alone = rows.where("not shared").drop("shared")
    compared = keep(settle(rows.where("shared").drop("shared")), "compared")
    return alone.withColumn("outcome", F.coalesce("outcome", F.lit(USED))).unionByName(compared)

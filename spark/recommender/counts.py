"""Counts balance: read = used + duplicates + conflicts + set_aside, each counted from rows and none by subtraction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from recommender.errors import NightError
from recommender.events import CONFLICT, DUPLICATE, OUT_OF_WINDOW, SET_ASIDE, USED
from recommender.set_aside import FEW_ROWS, NAMED, SetAside, allowed, too_many_rows

# The name of an outcome's count in the job's report.
COUNTED_AS = {USED: "used", DUPLICATE: "duplicates", CONFLICT: "conflicts", SET_ASIDE: "set_aside"}
DIGEST_BUCKETS = 4096


@dataclass
class Counts:
    """Rows of one contract, or of all. `anonymous` is a part of `used`; so is `late`, unless late rows are dropped,
    and so are `returns`. What became of sales and returns is said in sales.py."""

    read: int = 0
    used: int = 0
    duplicates: int = 0
    conflicts: int = 0
    set_aside: int = 0
    out_of_window: int = 0
    late: int = 0
    anonymous: int = 0
    returns: int = 0
    netted: int = 0
    unmatched_returns: int = 0
    capped: int = 0

    def check(self, contract: str) -> None:
        """Stops the night when rows appeared or vanished on the way."""
        if self.read != self.used + self.duplicates + self.conflicts + self.set_aside:
            raise NightError(f"The counts of {contract} do not balance: {asdict(self)}.")


@dataclass
class ChainReport:
    """What a night is to one chain: NO_DATA when no purchase of it is used, FAILED when its offers are withheld, then
    with the reason in `failure`. `bytes`: of all its lines. `newest_purchase`: the instant (RFC 3339, UTC) of the
    newest purchase that is used, None without one."""

    status: str = "NO_DATA"
    failure: str | None = None
    lines: int = 0
    bytes: int = 0
    newest_purchase: str | None = None
    by_fallback_level: dict[str, int] = field(default_factory=dict)
    input_digest: str = hashlib.sha256(b"").hexdigest()

    def published(self) -> dict[str, Any]:
        """The part of it that the job's report states."""
        return {name: value for name, value in asdict(self).items() if name != "bytes"}


def total(counts: Mapping[str, Counts]) -> Counts:
    """The counts of all contracts together."""
    return Counts(**{it.name: sum(getattr(mine, it.name) for mine in counts.values()) for it in fields(Counts)})


def count_read(rows: DataFrame, contracts: Iterable[str]) -> dict[str, Counts]:
    """Counts what was read, before any row is decided."""
    outside = F.coalesce(F.col("outcome") == OUT_OF_WINDOW, F.lit(False))
    tallies = rows.groupBy("contract").agg(
        F.count_if(~outside).alias("read"), F.count_if(outside).alias("out_of_window")
    )
    counts = {name: Counts() for name in contracts}
    for row in tallies.collect():
        counts[row["contract"]].read += row["read"]
        counts[row["contract"]].out_of_window += row["out_of_window"]
    return counts


def count_outcomes(events: DataFrame, counts: Mapping[str, Counts]) -> dict[str, ChainReport]:
    """Fills the counts from the decided rows, checks that they balance, and returns a report for each chain of which
    an event is used."""
    nobody = (F.col("contract") == "purchase") & F.col("cpf").isNull() & F.col("loyalty_id").isNull()
    tallies = events.groupBy("contract", "tenant_id", "outcome").agg(
        F.count(F.lit(1)).alias("rows"),
        F.count_if("late").alias("late"),
        F.count_if(nobody).alias("anonymous"),
        F.count_if(F.col("event_type") == "return").alias("returns"),
        F.date_format(F.max("occurred_at"), "yyyy-MM-dd'T'HH:mm:ss'Z'").alias("newest"),
    )
    chains: dict[str, ChainReport] = {}
    for row in tallies.collect():
        mine, outcome = counts[row["contract"]], row["outcome"]
        if outcome in COUNTED_AS:
            setattr(mine, COUNTED_AS[outcome], getattr(mine, COUNTED_AS[outcome]) + row["rows"])
        # A dropped late row is out of the window; the copy of a late event is not late a second time.
        if outcome in (USED, OUT_OF_WINDOW):
            mine.late += row["late"]
        if outcome == USED:
            mine.anonymous += row["anonymous"]
            mine.returns += row["returns"]
            chain = chains.setdefault(row["tenant_id"], ChainReport())
            if row["contract"] == "purchase":
                chain.status, chain.newest_purchase = "OK", row["newest"]
    for contract, mine in counts.items():
        mine.check(contract)
    for row in digests(events.where(F.col("outcome") == USED)).collect():
        chains[row["tenant_id"]].input_digest = row["digest"]
    return chains


def check_set_aside(events: DataFrame, counts: Mapping[str, Counts], objects: Sequence[SetAside]) -> None:
    """Stops the night when too many of a contract's rows are set aside, and names the objects that hold most."""
    for contract, mine in counts.items():
        if mine.set_aside <= allowed(mine.read, FEW_ROWS):
            continue
        poison = events.where((F.col("contract") == contract) & (F.col("outcome") == SET_ASIDE))
        worst = poison.groupBy("object").count().orderBy(F.desc("count"), "object").limit(NAMED)
        held = {row["object"]: int(row["count"]) for row in worst.collect()}
        held |= {it.key: it.rows for it in objects if it.contract == contract and it.rows}
        worst_first = sorted(held, key=lambda key: (-held[key], key))
        raise too_many_rows(contract, mine.set_aside, mine.read, worst_first, objects)


def count_lines(lines: DataFrame, chains: dict[str, ChainReport]) -> None:
    """Says of each chain what its lines are, in place of what was said before; adds the chains that have lines and no
    event of tonight."""
    size = F.sum(F.octet_length("line") + 1).alias("bytes")
    levels = lines.groupBy("tenant_id", "fallback_level").agg(F.count(F.lit(1)).alias("lines"), size).collect()
    for chain in chains.values():
        chain.lines, chain.bytes, chain.by_fallback_level = 0, 0, {}
    # In one order, so that two nights of the same events are published in the same bytes, manifest included.
    for row in sorted(levels, key=lambda row: (row["tenant_id"], row["fallback_level"])):
        chain = chains.setdefault(row["tenant_id"], ChainReport())
        chain.lines += row["lines"]
        chain.bytes += row["bytes"]
        chain.by_fallback_level[row["fallback_level"]] = row["lines"]


def digests(events: DataFrame) -> DataFrame:
    """`tenant_id`, `digest`: the sha256 over a chain's sorted used events, in two steps so that no list is long."""
    event = F.sha2(F.concat_ws("|", "contract", "event_id", "content"), 256)
    bucket = F.crc32(F.encode("event_id", "UTF-8")) % DIGEST_BUCKETS
    bucketed = events.select("tenant_id", event.alias("event"), bucket.alias("bucket"))
    steps = bucketed.groupBy("bucket", "tenant_id").agg(_digest("event").alias("event"))
    return steps.groupBy("tenant_id").agg(_digest("event").alias("digest"))


def overall_digest(chains: Mapping[str, ChainReport]) -> str:
    """The digest of the whole night's input, from those of its chains."""
    return hashlib.sha256(
        "\n".join(f"{tenant}:{chain.input_digest}" for tenant, chain in sorted(chains.items())).encode()
    ).hexdigest()


def _digest(column: str) -> Column:
    return F.sha2(F.array_join(F.sort_array(F.collect_list(column)), "\n"), 256)

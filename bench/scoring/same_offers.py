"""Whether the job's lines and DuckDB's hold the same offers with the same scores for the same shoppers."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb


def compare_offers(staged: str, scored: str) -> tuple[int, int]:
    """How many shoppers either has, and how many of them have the same products and scores in both, in order."""
    lists = {
        "job": (staged, "list_transform(offers, lambda o: o.sku || ' ' || round(o.score * 1000000)::bigint)"),
        "other": (scored, "list_transform(offers, lambda o: o.sku || ' ' || o.score::bigint)"),
    }
    columns = "{tenant_id: 'varchar', shopper_id: 'varchar', offers: 'struct(sku varchar, score double)[]'}"
    tables = ", ".join(
        f"{name} as (select tenant_id, shopper_id, coalesce({offers}, []) as offers from read_json('{files}', "
        f"columns = {columns}, format = 'newline_delimited', hive_partitioning = false))"
        for name, (files, offers) in lists.items()
    )
    with duckdb.connect() as db:
        counted = db.execute(
            f"with {tables} select count(*), count(*) filter (where job.offers = other.offers) "
            "from job full join other using (tenant_id, shopper_id)"
        ).fetchall()[0]
    return int(counted[0]), int(counted[1])


if __name__ == "__main__":
    lake = Path(sys.argv[1])
    shoppers, same = compare_offers(f"{lake}/out/staging/*/**/*.txt", f"{lake}/duckdb/**/*.csv")
    print(json.dumps({"shoppers": shoppers, "same": same}), flush=True)

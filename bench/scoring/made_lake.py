"""Makes a lake of any size, skewed as real supermarkets are: few chains, products, shoppers and hours make most of it.

Chains are of Zipf sizes; shoppers' baskets and their sizes are log-normal; most of what shoppers buy are favourites of
their own, drawn from the chain's products by popularity (the chance of a product is inverse to its rank); one card of
the first chain is a till's own and buys a thousandth of all. Half a percent of purchases came twice, and of as many
something was returned two hours later. The same numbers give the same rows: whatever looks drawn is a hash of the seed
and of what it is drawn for.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

CHAINS, STORES, FAVOURITES = 10, 40, 40
DAYS = 56
BUSINESS_DATE = date(2026, 11, 15)
# Means of the two log-normal draws below.
BASKETS_A_SHOPPER, ITEMS_A_BASKET = 6.2, 8.25


@dataclass(frozen=True)
class MadeLake:
    """What was made: the frozen input of its night and the item rows of all purchases."""

    frozen: dict[str, Any]
    item_rows: int
    purchases: int
    parquet_bytes: int


def make_lake(
    root: Path, item_rows: int, small_objects: int = 0, products: int = 8_000, seed: str = "scoring"
) -> MadeLake:
    """Writes `<root>/data/…` with about so many item rows, of so many products a chain; `small_objects`: about so many
    objects hold the purchases, as when a stream is flushed often. With 0 it is one or two an hour."""
    with duckdb.connect() as db:
        db.execute("set threads to 2")
        db.execute("set preserve_insertion_order to false")
        db.execute(f"set temp_directory to '{root}/spill'")
        for name, body in _functions(seed, products).items():
            db.execute(f"create macro {name} as {body}")
        shoppers = int(item_rows / BASKETS_A_SHOPPER / ITEMS_A_BASKET)
        db.execute(_SHOPPERS, {"shoppers": shoppers})
        db.execute(_BASKETS, {"till": max(1, item_rows // 10_000)})
        folders = "event_date, event_hour, event_type, region"
        if small_objects:
            _write_slices(db, root, folders, small_objects)
        else:
            _write(db, root, "purchase", folders, _PURCHASES)
        _write(db, root, "product", "event_date, event_hour, event_type", _products(products))
        _write(db, root, "shopper", "event_date, event_hour, event_type", _REGISTRATIONS)
        counted = db.execute(
            f"select sum(len(items)), count(*) from read_parquet('{root}/data/purchase/**/*.parquet')"
        ).fetchall()[0]
    objects = sorted((path for path in (root / "data").rglob("*.parquet")), key=str)
    frozen = {
        "version": 1,
        "business_date": str(BUSINESS_DATE),
        "first_night": True,
        "previous_business_date": None,
        "late_since": None,
        "objects": [_frozen(path, root) for path in objects],
    }
    return MadeLake(frozen, int(counted[0]), int(counted[1]), sum(path.stat().st_size for path in objects))


def _frozen(path: Path, root: Path) -> dict[str, Any]:
    key = str(path.relative_to(root))
    contract = key.split("/")[1]
    role = "window" if contract == "purchase" else "changes"
    return {"contract": contract, "key": key, "etag": "", "size": path.stat().st_size, "role": role}


def _write(db: duckdb.DuckDBPyConnection, root: Path, contract: str, keys: str, query: str) -> None:
    (root / "data" / contract).parent.mkdir(parents=True, exist_ok=True)
    db.execute(
        f"copy ({query}) to '{root}/data/{contract}' "
        f"(format parquet, compression snappy, partition_by ({keys}), filename_pattern 'made-{{uuid}}')"
    )


def _write_slices(db: duckdb.DuckDBPyConnection, root: Path, folders: str, objects: int) -> None:
    """Writes the purchases in so many objects of one size. A day at a time: DuckDB holds a buffer for each object."""
    place = f"row_number() over (partition by {folders} order by event_id, received_at) - 1"
    slice_of = f"({place}) // greatest(1, count(*) over () // {objects})"
    db.execute(f"create table purchases as select *, {slice_of} as slice from ({_PURCHASES})")
    purchases = root / "data" / "purchase"
    for (day,) in db.execute("select distinct event_date from purchases").fetchall():
        _write(db, root, f"purchase/{day}", f"{folders}, slice", f"select * from purchases where event_date = '{day}'")
        for path in list((purchases / day).rglob("*.parquet")):
            # Nothing of the slice is left in a name.
            folder = purchases / path.parents[1].relative_to(purchases / day)
            folder.mkdir(parents=True, exist_ok=True)
            path.rename(folder / path.name)
        shutil.rmtree(purchases / day)
    db.execute("drop table purchases")


def _functions(seed: str, products: int) -> dict[str, str]:
    return {
        # In [0, 1), of a name and up to three numbers.
        "draw(name, a, b, c)": f"(hash('{seed}', name, a, b, c) >> 11) / 9007199254740992.0",
        "gauss(name, a)": "sqrt(-2 * ln(1 - draw(name, a, 0, 0))) * cos(2 * pi() * draw(name, a, 0, 1))",
        "uuid_of(name, a)": "regexp_replace(md5(concat(name, a)), "
        "'^(.{8})(.{4}).(.{3}).(.{3})(.{12})', '\\1-\\2-4\\3-8\\4-\\5')",
        # The chance of rank r is about 1/r.
        "ranked(u)": f"least({products} - 1, floor({products} ** u) - 1)::int",
        "chain_of(u)": f"least({CHAINS} - 1, floor(({CHAINS} + 1.0) ** u) - 1)::int",
    }


_SHOPPERS = f"""
create table shoppers as
select i, chain_of(draw('chain', i, 0, 0)) as chain, sha256(concat('cpf', i)) as cpf,
  floor({STORES} * draw('store', i, 0, 0) ** 2)::int as store,
  least(200, 1 + floor(exp(1.4 + 0.98 * gauss('baskets', i))))::int as baskets
from range($shoppers) t(i)
"""
_BASKETS = f"""
create table baskets as
with placed as (
  select i, chain, cpf, store, unnest(range(baskets)) as b from shoppers
  union all select -1, 0, sha256('till'), 0, b from range($till) t(b)
)
select (i + 1) * 65536 + b as n, i, chain, cpf,
  case when draw('away', i, b, 0) < 0.85 then store else floor({STORES} * draw('away', i, b, 1))::int end as store,
  least(120, 1 + floor(exp(1.8 + 0.82 * gauss('size', (i + 1) * 65536 + b))))::int as size,
  timestamp '2026-09-21 03:00:00' + to_days(floor({DAYS} * draw('day', i, b, 0))::int)
    + to_seconds((28800 + 46800 * (draw('hour', i, b, 0) + draw('hour', i, b, 1)) / 2)::bigint) as happened
from placed
"""
_PURCHASES = f"""
with items as (
  select n, i, chain, unnest(range(size)) as k from baskets
), drawn as (
  select n, chain, case when draw('own', n, k, 0) < 0.7
      then ranked(draw('favourite', i, floor({FAVOURITES} * draw('which', n, k, 0) ** 2)::int, 0))
      else ranked(draw('any', n, k, 0)) end as product,
    1 + floor(3 * draw('quantity', n, k, 0) ** 3)::int as quantity,
    draw('returned', n, 0, 0) < 0.005 and draw('back', n, k, 0) < 0.5 as goes_back
  from items
), listed as (
  select n, list(struct_pack(sku := concat('sku-', product), name := null::varchar,
    quantity := quantity::decimal(18, 4), unit_price := (1 + product % 60)::decimal(18, 4))) as items,
    -- Of every other product one unit less than was bought, where there are several.
    list(struct_pack(sku := concat('sku-', product), name := null::varchar,
      quantity := greatest(1, quantity - product % 2)::decimal(18, 4),
      unit_price := (1 + product % 60)::decimal(18, 4))) filter (goes_back) as back
  from drawn group by n
), events as (
  select n, 'sale' as kind, 0 as after, 0 as delay from baskets
  union all select n, 'sale', 0, 60 from baskets where draw('twice', n, 0, 0) < 0.005
  union all select n, 'return', 7200, 0 from listed where back is not null
), timed as (
  select *, happened + to_seconds(after) as moment from events join baskets using (n) join listed using (n)
)
select uuid_of(if(kind = 'sale', 'purchase', kind), n) as event_id, moment as occurred_at,
  concat('store-', store) as store_id, cpf, null::varchar as loyalty_id, if(kind = 'sale', items, back) as items,
  concat('chain-', chain) as tenant_id, moment + to_seconds(2 + delay) as received_at, 1::bigint as schema_version,
  strftime(moment - interval 3 hours, '%Y-%m-%d') as event_date,
  strftime(moment - interval 3 hours, '%H') as event_hour, kind as event_type, 'none' as region
from timed
"""


def _products(products: int) -> str:
    return f"""
select uuid_of('product', chain * {products} + p) as event_id, timestamp '2026-09-20 12:00:00' as occurred_at,
  'office' as store_id, concat('sku-', p) as sku, concat('Produto ', p) as name,
  (1 + p % 60)::decimal(18, 4) as unit_price, concat('setor ', p % 24) as department,
  draw('stock', chain, p, 0) < 0.97 as in_stock, concat('chain-', chain) as tenant_id,
  timestamp '2026-09-20 12:00:01' as received_at, 1::bigint as schema_version,
  '2026-09-20' as event_date, '09' as event_hour, 'listed' as event_type
from range({CHAINS}) c(chain), range({products}) s(p)
"""


_REGISTRATIONS = """
select uuid_of('shopper', i) as event_id, timestamp '2026-09-20 12:00:00' as occurred_at,
  concat('store-', store) as store_id, cpf, null::varchar as loyalty_id, null::varchar as phone, 'sms' as channel,
  '2026-01' as consent_text_version, concat('chain-', chain) as tenant_id,
  timestamp '2026-09-20 12:00:01' as received_at, 1::bigint as schema_version,
  '2026-09-20' as event_date, '09' as event_hour, 'consent_granted' as event_type
from shoppers
"""


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    made = make_lake(folder / "in", int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    (folder / "frozen.json").write_text(json.dumps(made.frozen))
    print(json.dumps({"items": made.item_rows, "purchases": made.purchases, "bytes": made.parquet_bytes}), flush=True)

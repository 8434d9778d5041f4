"""The night's aggregation and scoring in DuckDB, on the same Parquet and on two threads: duplicates by content,
returns, shares, popularity, repeat rates and the offers by policy, in the same whole numbers: its offers are the
job's own."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

from measured import finish, peak_mebibytes
from plain_policy import PLAIN_POLICY
from recommender.basket_limit import MOST_BASKETS
from recommender.frequency_parameters import OLDEST_DAYS, SCALE, FrequencyParameters, parse_parameters, size_weights

REPEAT_PRIOR = 20
# How many products that a shopper never bought are candidates.
DEPTH = 15
WINDOW = "timestamp '2026-09-21 03:00:00' and timestamp '2026-11-16 03:00:00'"
AS_OF = "timestamp '2026-11-16 03:00:00'"


def _nth(values: list[int], place: str) -> str:
    if len(set(values)) == 1:
        return f"{values[0]}::bigint"
    return f"({values}::bigint[])[least({place}, {len(values)})]"


def _basket_weight(parameters: FrequencyParameters) -> str:
    weight = _nth(parameters.place_weights(), "place")
    if parameters.day_decay != 1:
        age = f"(epoch_us({AS_OF}) - epoch_us(happened)) // 86400000000"
        days = _nth(parameters.day_weights(), f"least(greatest({age}, 0), {OLDEST_DAYS}) + 1")
        weight = f"({weight} * {days}) // {SCALE}"
    if parameters.size_exponent != 0:
        weight = f"({weight} * {_nth(size_weights(parameters.size_exponent), 'len(skus)')}) // {SCALE}"
    return weight


def _statements(lake: Path, parameters: FrequencyParameters, most_baskets: int) -> list[str]:
    stores = parameters.store_prior_baskets
    home = "''" if stores is None else "first_value(store_id) over newest"
    vote = _nth(size_weights(parameters.popularity_size_exponent), "len(skus)")
    prior = parameters.prior_baskets * SCALE
    since, span, gaps = f"(epoch({AS_OF})::bigint - last_at)", "(last_at - first_at)", "(times - 1)"
    percent = (
        f"case when times < 2 or {span} <= 0 then 100 when {since} * {gaps} * 4 < {span} "
        f"then {parameters.early_percent} when {since} * {gaps} > {span} * 3 then {parameters.overdue_percent} "
        "else 100 end"
    )
    millionth = 100 * SCALE // 10**6
    popular = parameters.popularity_percent
    blended = (
        "chain" if stores is None else f"(coalesce(votes, 0) + {stores} * chain) // (coalesce(baskets, 0) + {stores})"
    )
    seen = (
        ""
        if stores is None
        else "left join stores using (tenant_id, home) left join store_votes using (tenant_id, home, sku)"
    )
    return [
        f"""create table purchases as
        with read as (
          select tenant_id, event_id, store_id, cpf, occurred_at as happened, received_at, event_type, items,
            list_distinct(list_transform(items, lambda item: item.sku)) as skus,
            sha256(to_json(struct_pack(event_id, occurred_at, store_id, cpf, loyalty_id, items, event_type, region)))
              as said
          from read_parquet('{lake}/in/data/purchase/**/*.parquet', hive_partitioning = true)
          where occurred_at between {WINDOW}
        )
        select * exclude (said, received_at) from read
        qualify row_number() over (partition by tenant_id, event_id order by received_at, said) = 1""",
        *_kept(most_baskets),
        f"""create table shoppers as
        select distinct tenant_id, cpf from read_parquet('{lake}/in/data/shopper/**/*.parquet')
        union select tenant_id, cpf from purchases where cpf is not null""",
        f"""create table catalogue as
        with newest as (
          select tenant_id, sku,
            arg_max(struct_pack(name, department, event_type, in_stock), struct_pack(occurred_at, event_id)) as n,
            max(occurred_at) as told_at
          from read_parquet('{lake}/in/data/product/**/*.parquet', hive_partitioning = true) group by all
        )
        select tenant_id, sku, n.name as name, n.department as department from newest
        where n.event_type <> 'delisted' and coalesce(n.in_stock, true) and n.name is not null
          and told_at >= {AS_OF} - to_days({PLAIN_POLICY["stale_after_days"]})""",
        f"""create table items as
        with exploded as (select tenant_id, {vote} as vote, unnest(skus) as sku from sales),
        counted as (select tenant_id, count(*) as baskets from sales group by all),
        chains as (
          select tenant_id, sku, (sum(vote) // any_value(baskets))::bigint as chain
          from exploded join counted using (tenant_id) group by tenant_id, sku
        )
        select tenant_id, sku, coalesce(chain, 0) as chain from catalogue left join chains using (tenant_id, sku)""",
        """create table stores as
        select tenant_id, store_id as home, count(*) as baskets from sales group by all
        union all select distinct tenant_id, '', 0 from items""",
        f"""create table store_votes as
        select tenant_id, home, sku, sum(vote)::bigint as votes
        from (select tenant_id, store_id as home, {vote} as vote, unnest(skus) as sku from sales) group by all""",
        *_top(stores is not None, blended),
        f"""create table habits as
        with placed as (
          select tenant_id, cpf, skus, happened, {home} as home, row_number() over newest as place
          from sales where cpf is not null
          window newest as (partition by tenant_id, cpf order by happened desc, event_id desc)
        ), weighed as (
          select *, {_basket_weight(parameters)} as weight from placed where place <= {parameters.baskets}
        ), totalled as (
          select *, sum(weight) over (partition by tenant_id, cpf) as total from weighed
        ), candidates as (
          select tenant_id, cpf, home, weight, total, 1 as one, place, happened, unnest(skus) as sku from totalled
          union all
          select tenant_id, cpf, home, 0, 0, 0, 0, null, sku from shoppers
            left join (select tenant_id, cpf, arg_max(store_id, struct_pack(happened, event_id)) as last_store
                       from sales where cpf is not null group by all) using (tenant_id, cpf)
            join (select tenant_id as tenant, home, sku from top) on tenant = tenant_id
              and home = {"''" if stores is None else "coalesce(last_store, '')"}
        )
        select tenant_id, cpf, home, sku, sum(weight)::bigint as weight, max(total)::bigint as total, sum(one) as times,
          max(place) as oldest, epoch(min(happened))::bigint as first_at, epoch(max(happened))::bigint as last_at
        from candidates group by tenant_id, cpf, home, sku""",
        f"""create table rates as
        with counted as (
          select tenant_id, sku, sum(times - 1)::bigint as repeats, sum(oldest - 1)::bigint as chances
          from habits where times > 0 group by all
        ), means as (
          select tenant_id, coalesce(sum(repeats) * {SCALE} // nullif(sum(chances), 0), 0) as mean
          from counted group by all
        )
        select tenant_id, sku,
          ((repeats * {SCALE} + {REPEAT_PRIOR} * mean) // (chances + {REPEAT_PRIOR}))::bigint as repeat_rate
        from counted join means using (tenant_id)""",
        f"""create table lines as
        with known as (
          select h.*, chain, coalesce(repeat_rate, 0) as repeat_rate, {blended} as popularity
          from habits h join items using (tenant_id, sku) left join rates using (tenant_id, sku) {seen}
        ), shared as (
          select *, case when times > 0 then (weight * {SCALE} + {prior} * repeat_rate) // greatest(total + {prior}, 1)
            else 0 end * {percent} // 100 as personal from known
        ), scored as (
          select *, (personal * {100 - popular} + popularity * {popular} + {millionth // 2}) // {millionth} as score
          from shared
        ), named as (
          select tenant_id, cpf, sku, name, department, score, times, popularity,
            coalesce(times > 1 and {span} > 0 and {since} * {gaps} < {span}, false) as early
          from scored join catalogue using (tenant_id, sku)
        ), counted as (
          select *, row_number() over (
            partition by tenant_id, cpf, department order by early, score desc, popularity desc, sku) as nth
          from named qualify nth <= {PLAIN_POLICY["k"]}
        ), placed as (
          select *, row_number() over (partition by tenant_id, cpf order by early,
            department is not null and nth > {PLAIN_POLICY["max_per_department"]}, score desc, popularity desc, sku
          ) as place
          from counted
        )
        select tenant_id, cpf, list(struct_pack(sku, name, score, times) order by place) as offers
        from placed where place <= {PLAIN_POLICY["k"]} and (not early or place <= {PLAIN_POLICY["minimum"]})
        group by tenant_id, cpf having count(*) >= {PLAIN_POLICY["minimum"]}""",
        f"""copy (select tenant_id, to_json(struct_pack(tenant_id, shopper_id := cpf, offers)) as line
          from shoppers left join lines using (tenant_id, cpf)) to '{lake}/duckdb'
          (format csv, header false, quote '', escape '', delimiter '\t', partition_by (tenant_id), overwrite)""",
    ]


def _kept(most_baskets: int) -> list[str]:
    """The sales without what was returned, and of each shopper the newest."""
    product = "partition by tenant_id, cpf, sku order by happened, is_return, event_id"
    return [
        f"""create table returned as
        with lines as (
          select tenant_id, cpf, event_id, happened, event_type = 'return' as is_return,
            unnest(items, recursive := true)
          from purchases semi join (select tenant_id, cpf from purchases where event_type = 'return')
            using (tenant_id, cpf)
        ), summed as (
          select *, sum(if(is_return, -quantity, quantity)) over ({product} rows unbounded preceding) as total
          from lines
        ), holding as (
          select *, total - least(0, min(total) over ({product} rows unbounded preceding)) as held from summed
        ), sides as (
          select *, coalesce(lag(held) over ({product}), 0) as before,
            min(held) over ({product} rows between current row and unbounded following) as least_later
          from holding
        ), gone as (
          select tenant_id, event_id, sku from sides where not is_return
          group by all having sum(greatest(least_later - before, 0)) = 0
        )
        select tenant_id, event_id, list(sku) as gone from gone group by all""",
        f"""create table sales as
        with netted as (
          select tenant_id, event_id, store_id, cpf, happened,
            list_filter(skus, lambda sku: gone is null or not list_contains(gone, sku)) as skus
          from purchases left join returned using (tenant_id, event_id) where event_type = 'sale'
        )
        select * from netted where len(skus) > 0 qualify cpf is null or row_number() over (
          partition by tenant_id, cpf order by happened desc, event_id desc) <= {most_baskets}""",
    ]


def _top(by_store: bool, blended: str) -> list[str]:
    best = f"""create table chain_top as select tenant_id, sku, chain from items where chain > 0
      qualify row_number() over (partition by tenant_id order by chain desc, sku) <= {DEPTH}"""
    if not by_store:
        return [best, "create table top as select tenant_id, '' as home, sku from chain_top"]
    return [
        best,
        f"""create table top as
        with candidates as (
          select tenant_id, home, sku, chain from chain_top join stores using (tenant_id)
          union select tenant_id, home, sku, chain from store_votes join items using (tenant_id, sku)
        ), seen as (
          select *, {blended} as popularity from candidates
          left join stores using (tenant_id, home) left join store_votes using (tenant_id, home, sku)
        )
        select tenant_id, home, sku from seen where popularity > 0 qualify row_number() over (
          partition by tenant_id, home order by popularity desc, chain desc, sku) <= {DEPTH}""",
    ]


def score_lake(lake: Path, parameters: FrequencyParameters, most_baskets: int = MOST_BASKETS) -> int:
    """Writes the offers of each shopper below `<lake>/duckdb`, and returns how many shoppers there are."""
    with duckdb.connect() as db:
        db.execute("set threads to 2")
        db.execute("set memory_limit to '4GB'")
        db.execute(f"set temp_directory to '{lake}/spill'")
        db.execute("set preserve_insertion_order to false")
        for statement in _statements(lake, parameters, most_baskets):
            db.execute(statement)
        return int(db.execute("select count(*) from shoppers").fetchall()[0][0])


if __name__ == "__main__":
    package = Path(sys.argv[2])
    numbers = parse_parameters(json.loads((package / "parameters.json").read_text()))
    begin = time.monotonic()
    finish(begin, shoppers=score_lake(Path(sys.argv[1]), numbers), mebibytes=round(peak_mebibytes()))

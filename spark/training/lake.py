"""The sales of the lake as a night would use them: the same frozen input, the same reading, the same outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from recommender.events import settle, used
from recommender.fetch import Workspace
from recommender.night import freeze_of
from recommender.reader import origins, read_snapshot
from recommender.reading import locate_input, read_contracts
from recommender.sales import bought_and_kept
from recommender.settings import Settings
from recommender.shoppers import all_shoppers, resolve_shoppers
from recommender.snapshots import fold_shoppers


def sales_of_lake(
    spark: SparkSession,
    settings: Settings,
    schemas: Mapping[str, StructType],
    workspace: Workspace,
    say: Callable[[str], None],
) -> DataFrame:
    """The used sales of a night's window with `shopper_id` and `day`, the local day."""
    frozen = freeze_of(workspace.storage, settings)
    located = locate_input(workspace, settings, frozen, say)
    rows = read_contracts(settings, frozen, schemas, located, origins(spark, located))
    events = workspace.keep(settle(rows), "events")
    earlier = read_snapshot(spark, settings.lake, "shopper", frozen.previous_business_date)
    shopper = fold_shoppers(earlier, used(events, "shopper"))
    known = resolve_shoppers(used(events, "purchase"), shopper)
    everyone = workspace.keep(all_shoppers(known, shopper), "shoppers")
    sales = bought_and_kept(known, everyone, True, workspace.keep).sales
    return workspace.keep(with_local_day(sales, ZoneInfo(settings.time_zone)), "sales")


def with_local_day(sales: DataFrame, zone: ZoneInfo) -> DataFrame:
    """The sales with `day`, the local day of `at`."""
    return sales.withColumn("day", F.to_date(F.from_utc_timestamp("at", zone.key)))

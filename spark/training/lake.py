"""The sales of the lake as a night would use them: the same frozen input, the same reading, the same outcomes, the same
objects set aside, the same returns and the same limit to what one shopper may weigh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from recommender.counts import check_set_aside, count_outcomes
from recommender.events import used
from recommender.fetch import Workspace
from recommender.night import freeze_of
from recommender.reader import read_snapshot
from recommender.reading import read_night
from recommender.sales import bought_and_kept
from recommender.settings import Settings
from recommender.shared_ids import keep_settled
from recommender.shoppers import all_shoppers, keep_known
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
    read = read_night(spark, settings, frozen, schemas, workspace, say)
    events = keep_settled(read.rows, workspace.keep)
    count_outcomes(events, read.counts)
    check_set_aside(events, read.counts, read.aside)
    earlier = read_snapshot(spark, settings.lake, "shopper", frozen.previous_business_date)
    shopper = fold_shoppers(earlier, used(events, "shopper"))
    known = keep_known(used(events, "purchase"), shopper, workspace.keep)
    everyone = workspace.keep(all_shoppers(known, shopper), "shoppers")
    sales = bought_and_kept(known, everyone, read.counts["purchase"].returns > 0, workspace.keep).sales
    return workspace.keep(with_local_day(sales, ZoneInfo(settings.time_zone)), "sales")


def with_local_day(sales: DataFrame, zone: ZoneInfo) -> DataFrame:
    """The sales with `day`, the local day of `at`."""
    return sales.withColumn("day", F.to_date(F.from_utc_timestamp("at", zone.key)))

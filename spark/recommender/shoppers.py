"""A purchase belongs to the person: by its CPF, else by the CPF behind its loyalty number, else by that number.

A purchase with neither stays anonymous: its shopper_id is null.
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from recommender.scoring import SHOPPER, Keep

# What the night needs of a purchase once its shopper is known.
PURCHASE = (
    *("tenant_id", "shopper_id", "store_id", "event_id", "event_type", "at"),
    *("skus", "repeated", "quantities"),
)


def keep_known(purchases: DataFrame, shopper_snapshot: DataFrame, keep: Keep) -> DataFrame:
    """The columns of PURCHASE, kept: whatever is counted of purchases reads them without looking for shoppers again."""
    return keep(resolve_shoppers(purchases, shopper_snapshot).select(*PURCHASE), "purchases")


def resolve_shoppers(purchases: DataFrame, shopper_snapshot: DataFrame) -> DataFrame:
    """The purchases with `shopper_id`."""
    cards = shopper_snapshot.where("kind = 'loyalty' and cpf is not null").select(
        "tenant_id", F.col("token").alias("loyalty_id"), F.col("cpf").alias("card_cpf")
    )
    # Most purchases say whose they are, or nothing at all: only the others have to meet the cards.
    card_alone = F.col("cpf").isNull() & F.col("loyalty_id").isNotNull()
    by_card = purchases.where(card_alone).join(cards, ["loyalty_id", "tenant_id"], "left")
    shopper = F.coalesce("card_cpf", "loyalty_id").alias("shopper_id")
    said = purchases.where(~card_alone).withColumn("shopper_id", F.col("cpf"))
    return said.unionByName(by_card.select(*purchases.columns, shopper))


def all_shoppers(purchases: DataFrame, shopper_snapshot: DataFrame) -> DataFrame:
    """`tenant_id`, `shopper_id`, `baskets` (their sales) of everyone who gets a line: who bought or returned something
    in the window, or is in the snapshot."""
    is_sale = (F.col("event_type") == "sale").cast("bigint").alias("baskets")
    buyers = purchases.where("shopper_id is not null").select("tenant_id", "shopper_id", is_sale)
    registered = shopper_snapshot.select("tenant_id", F.coalesce("cpf", "token").alias("shopper_id"))
    everyone = buyers.unionByName(registered.withColumn("baskets", F.lit(0).cast("bigint")))
    return everyone.groupBy(*SHOPPER).agg(F.sum("baskets").alias("baskets"))

"""A shopper is a number while a night is computed: 8 bytes that are sent and compared instead of a token of 64."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def shopper_number(shoppers: DataFrame) -> Column:
    """A bigint for `tenant_id` and `shopper_id` that no two of the shoppers share: a hash, salted anew until it is so
    (of 30 million shoppers, one night in 40,000 needs a second salt)."""
    salt = 0
    while True:
        number = F.xxhash64(F.lit(salt), "tenant_id", "shopper_id")
        if shoppers.groupBy(number).count().where("count > 1").isEmpty():
            return number
        salt += 1

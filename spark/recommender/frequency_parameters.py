"""The numbers of a frequency model. What a document does not state is neutral, so that an older package still means
what it meant."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

SCALE = 10**8
# Ages and sizes beyond these weigh as these.
OLDEST_DAYS = 400
LARGEST_BASKET = 500


@dataclass(frozen=True)
class FrequencyParameters:
    """How a basket weighs and what a score is made of."""

    decay: Decimal
    """What a basket weighs against the shopper's next newer one; over 0, at most 1."""
    popularity_percent: int
    """How much of a score is popularity."""
    baskets: int
    """How many of a shopper's newest baskets count, 1 to 500."""
    day_decay: Decimal = Decimal(1)
    """What a basket weighs against one of the next day; over 0, at most 1."""
    size_exponent: Decimal = Decimal(0)
    """A basket of n products weighs n to the minus this for its shopper; 0 to 1."""
    popularity_size_exponent: Decimal = Decimal(0)
    """The same for popularity: at 1 each basket has one vote, divided among its products."""
    prior_baskets: int = 0
    """How many baskets of one product a shopper's own count is worth at the product's repeat rate; 0 to 100."""
    store_prior_baskets: int | None = None
    """How many baskets of the chain's mix a store's own baskets are blended with; None: stores make no difference."""
    early_percent: int = 100
    """What is left of the personal part while less than a quarter of the shopper's period has passed."""
    overdue_percent: int = 100
    """What is left of it once more than three periods have passed."""

    def place_weights(self) -> list[int]:
        """The weight of the newest basket, of the one before it, and so on, in parts of SCALE."""
        return [int(self.decay**ago * SCALE) for ago in range(self.baskets)]

    def day_weights(self) -> list[int]:
        """The weight of a basket of today, of a day ago, and so on."""
        return [int(self.day_decay**ago * SCALE) for ago in range(OLDEST_DAYS + 1)]


def size_weights(exponent: Decimal) -> list[int]:
    """The weight of a basket of 1 product, of 2, and so on, in parts of SCALE."""
    return [int(Decimal(size) ** -exponent * SCALE) for size in range(1, LARGEST_BASKET + 1)]


def parse_parameters(document: dict[str, Any]) -> FrequencyParameters:
    """The package's parameters; ValueError says which one is out of its range."""
    return FrequencyParameters(
        decay=_share(document["decay"], "decay", positive=True),
        popularity_percent=_whole(document["popularity_percent"], "popularity_percent", 0, 100),
        baskets=_whole(document["baskets"], "baskets", 1, 500),
        day_decay=_share(document.get("day_decay", "1"), "day_decay", positive=True),
        size_exponent=_share(document.get("size_exponent", "0"), "size_exponent"),
        popularity_size_exponent=_share(document.get("popularity_size_exponent", "0"), "popularity_size_exponent"),
        prior_baskets=_whole(document.get("prior_baskets", 0), "prior_baskets", 0, 100),
        store_prior_baskets=(
            None
            if document.get("store_prior_baskets") is None
            else _whole(document["store_prior_baskets"], "store_prior_baskets", 1, 10**6)
        ),
        early_percent=_whole(document.get("early_percent", 100), "early_percent", 0, 100),
        overdue_percent=_whole(document.get("overdue_percent", 100), "overdue_percent", 0, 100),
    )


def document_of(parameters: FrequencyParameters) -> dict[str, Any]:
    """The parameters as they stand in parameters.json."""
    given = {name: getattr(parameters, name) for name in parameters.__dataclass_fields__}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in given.items()}


def _share(value: Any, name: str, positive: bool = False) -> Decimal:
    share = Decimal(str(value))
    if not (share > 0 if positive else share >= 0) or share > 1:
        raise ValueError(f"{name} is {value}, {'over 0' if positive else '0'} and at most 1 is expected")
    return share


def _whole(value: Any, name: str, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}, a whole number from {low} to {high} is expected")
    return value

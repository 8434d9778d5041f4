"""How many baskets of one shopper count, whatever the model; without Spark, so that others can read it too."""

from __future__ import annotations

# Of a shopper's newest baskets: four a day of a window of 56 days, more than any household has. A card that a till uses
# for everybody (a "balcão" CPF) has thousands, would decide alone what is popular in its chain, and would be more than
# one task can hold.
MOST_BASKETS = 224

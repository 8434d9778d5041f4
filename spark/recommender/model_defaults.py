"""Numbers for when no package says any."""

from __future__ import annotations

from decimal import Decimal

from recommender.frequency_parameters import FrequencyParameters

# Only what the baskets of the shopper's store hold, leaning on the chain's where the store has few.
POPULARITY_PARAMETERS = FrequencyParameters(Decimal(1), 100, 200, store_prior_baskets=200)

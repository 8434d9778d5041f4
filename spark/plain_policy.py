"""The offer policy of the lakes that tests and benches make; without Spark, so that the night in DuckDB can read it."""

from __future__ import annotations

from typing import Any

# Of every chain.
PLAIN_POLICY: dict[str, Any] = {
    "k": 5,
    "minimum": 3,
    "fixed": [],
    "excluded": [],
    "max_per_department": 3,
    "stale_after_days": 365,
}

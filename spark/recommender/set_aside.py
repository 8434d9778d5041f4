"""Broken objects and poison rows are set aside by name while they are few; past a stated share the night fails.

The share is of one contract: a broken product list must not hide behind millions of purchases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from recommender.errors import NightError

# Why an object is set aside: no byte, no footer that can be parsed, a column of another type than the contract's,
# contents that cannot be decoded.
EMPTY, NOT_PARQUET, COLUMN_TYPE, CONTENT = "EMPTY", "NOT_PARQUET", "COLUMN_TYPE", "CONTENT"
# One in so many may be set aside: more is no accident of single objects, and offers would change without a word.
ONE_IN = 100
# So few never stop a night, as long as more are left than are set aside: one broken object of twenty is no reason to
# leave a chain without offers.
FEW_OBJECTS, FEW_ROWS = 3, 1_000
# So many are named in a message.
NAMED = 3


@dataclass(frozen=True, order=True)
class SetAside:
    """An object of which no row is used. `rows`: as its footer says, None when that cannot be read. `detail`: the
    column that is another, and how."""

    key: str
    contract: str
    reason: str
    rows: int | None = None
    detail: str | None = None

    def reported(self) -> dict[str, str | int | None]:
        """What the job's report and the manifest state of it."""
        return {"key": self.key, "reason": self.reason, "rows": self.rows}

    def filed(self) -> dict[str, str | int | None]:
        """What quarantine keeps of it."""
        known = asdict(self)
        return {"reason": known["reason"], "contract": known["contract"], "object": known["key"]} | {
            name: known[name] for name in ("detail", "rows")
        }


class TooMuchSetAside(NightError):
    """The night is refused; `objects`: all that had been set aside as a whole."""

    def __init__(self, message: str, objects: Iterable[SetAside]) -> None:
        super().__init__(message)
        self.objects = sorted(objects)


def allowed(total: int, few: int) -> int:
    """How many of a total may be set aside."""
    return max(total // ONE_IN, min(few, (total - 1) // 2))


def check_objects(contract: str, aside: Iterable[SetAside], total: int) -> None:
    """Stops the night when too many of the objects of a contract that are to be read, `total`, are set aside."""
    aside = list(aside)
    mine = sorted(it for it in aside if it.contract == contract)
    most = allowed(total, FEW_OBJECTS)
    if len(mine) > most:
        named = _named([f"{it.key} {it.reason}" for it in mine])
        raise TooMuchSetAside(
            f"{len(mine)} of {total} objects of {contract} cannot be used ({named}): at most {most} are set aside; "
            "remove or replace them, then refreeze.",
            aside,
        )


def too_many_rows(
    contract: str, set_aside: int, read: int, objects: Sequence[str], aside: Iterable[SetAside]
) -> TooMuchSetAside:
    """What to say when too many of the rows of a contract are set aside. `objects`: where, most first."""
    return TooMuchSetAside(
        f"{set_aside} of {read} rows of {contract} cannot be used, most of them in {_named(objects)}: at most "
        f"{allowed(read, FEW_ROWS)} are set aside; look at the objects, remove or replace them, then refreeze.",
        aside,
    )


def _named(texts: Sequence[str]) -> str:
    return ", ".join(texts[:NAMED]) + (f" and {len(texts) - NAMED} more" if len(texts) > NAMED else "")

"""What the commands that judge and train models take as a number, and how they say what went wrong."""

from __future__ import annotations

from recommender.errors import sentence_of

MOST = 3650


def count(text: str) -> int:
    """A number of days or products; ValueError otherwise."""
    number = int(text)
    if not 1 <= number <= MOST:
        raise ValueError(f"{number} is not from 1 to {MOST}")
    return number


def failure(error: Exception) -> str:
    """One sentence: what was given and is wrong says so itself."""
    return str(error) if isinstance(error, (ValueError, OSError)) else sentence_of(error)

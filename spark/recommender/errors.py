"""What stops a night is said in one sentence that an operator can act on."""

from __future__ import annotations

from collections.abc import Mapping


class NightError(Exception):
    """Stops the night; its text is one sentence that names what was received and what to do."""


def sentence_of(error: Exception, objects: Mapping[str, str]) -> str:
    """One sentence for any failure. `objects`: the name of each object by the URL that it was read from."""
    if isinstance(error, NightError):
        return str(error)
    text = str(error)
    for url, name in objects.items():
        # Spark says file:/x or file:///x of the same place.
        if url.split(":", 1)[1].lstrip("/") in text:
            return f"{name} cannot be read as Parquet of its contract's schema: remove or replace it, then refreeze."
    first = next((line.strip() for line in text.splitlines() if line.strip()), "no reason given")
    return f"The Spark job failed with {type(error).__name__}: {first}"

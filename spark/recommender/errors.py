"""What stops a night is said in one sentence that an operator can act on."""

from __future__ import annotations


class NightError(Exception):
    """Stops the night; its text is one sentence that names what was received and what to do."""


def sentence_of(error: Exception) -> str:
    """One sentence for any failure: a NightError's own, of another its type and first line."""
    if isinstance(error, NightError):
        return str(error)
    lines = (line.strip() for line in str(error).splitlines())
    # Of an error of the JVM, the first line says only that a call failed.
    said = (line for line in lines if line and not line.startswith("An error occurred while calling"))
    return f"The Spark job failed with {type(error).__name__}: {next(said, 'no reason given')}"

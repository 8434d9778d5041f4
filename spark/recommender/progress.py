"""What the job says while it runs: figures only, nobody's data, each line with the seconds that it took to come to."""

from __future__ import annotations

import time
from collections.abc import Callable


def _print(line: str) -> None:
    print(line, flush=True)


class Progress:
    """Says one line after the other into the step's log; `last` is the newest of them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, write: Callable[[str], None] = _print) -> None:
        self._clock = clock
        self._write = write
        self._began = self._before = clock()
        self.last: str | None = None

    def __call__(self, text: str) -> None:
        """Says the text after the seconds since the job began, and since the line before."""
        now = self._clock()
        self._write(f"recommend: {now - self._began:.1f} s (+{now - self._before:.1f}): {text}")
        self._before = now
        self.last = text

"""What every pipeline here prints for the benchmark: one JSON object on its last line."""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path
from typing import Any


def peak_mebibytes(pid: int | None = None) -> float:
    """The most memory that a process, this one by default, held at once."""
    if pid is None:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    status = Path(f"/proc/{pid}/status").read_text()
    return float(status.split("VmHWM:")[1].split()[0]) / 1024


def finish(begin: float, **more: Any) -> None:
    """Prints the seconds since `begin` (time.monotonic) and what else was measured."""
    print(json.dumps({"seconds": round(time.monotonic() - begin, 3), **more}), flush=True)

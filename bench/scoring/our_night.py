"""The job of the night over a made lake, in a session of two cores; the session's start is not counted."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from bench_session import java_of, shuffled_bytes
from lake_night import open_night
from measured import finish, peak_mebibytes


def main(lake: Path, memory: str) -> None:
    """Runs the night and prints what it took."""
    night = open_night(lake, json.loads((lake / "frozen.json").read_text()), memory)
    begin = time.monotonic()
    report = night.run()
    shoppers = sum(tenant["lines"] for tenant in report["tenants"].values())
    held = peak_mebibytes(java_of(night.spark)) + peak_mebibytes(os.getpid())
    finish(begin, shoppers=shoppers, shuffled_bytes=shuffled_bytes(night.spark), mebibytes=round(held))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

"""The step of the night: reads its arguments, reads the frozen input, calls the recommender, writes what it returns.

A night that fails leaves one sentence in staging/<D>/_error.json and exits with 1.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from recommender.errors import NightError, sentence_of
from recommender.fetch import Workspace
from recommender.frozen_input import CONTRACTS, UNREAD
from recommender.night import freeze_of, run_night
from recommender.progress import Progress
from recommender.schemas import contract_schema
from recommender.session import fit_session, open_session
from recommender.settings import Settings, parse_settings
from recommender.storage import Storage
from recommender.writer import write_error


def recommend(spark: SparkSession, settings: Settings, schemas: Mapping[str, StructType]) -> dict[str, Any]:
    """Runs the night of the settings in a session and returns its report; a failure is a NightError."""
    storage, say = Storage(spark), Progress()
    storage.delete(settings.staging)
    workspace = Workspace(storage)
    try:
        frozen = freeze_of(storage, settings)
        fit_session(spark, sum(it.size for it in frozen.objects if it.role != UNREAD))
        report = run_night(spark, settings, frozen, schemas, workspace, say)
        say(f"{len(report['files'])} files staged for {report['offer_date']}")
        return report
    except Exception as error:
        message = sentence_of(error)
        # Whatever stops the writing, the first reason is the one to tell.
        with suppress(Exception):
            write_error(storage, settings, message, after=say.last, unexpected=not isinstance(error, NightError))
        raise NightError(message) from error
    finally:
        workspace.close()


def main(arguments: Sequence[str]) -> int:
    """The exit code of the step."""
    settings = parse_settings(arguments)
    try:
        recommend(open_session(), settings, {name: contract_schema(name) for name in CONTRACTS})
    except NightError as error:
        print(f"recommend: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Why a step failed, as a sentence that a person can act on: the job's own, else what EMR found, and where the log is.

Pure. The job's own failures are final; everything else may be the machines' fault and is worth another try.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

# What to expect or do, by the words that Spark, YARN and Linux use; the first that is found.
SIGNS = (
    ("No space left on device", "the machines' disks were full; the retry gets a cluster twice as large"),
    ("memory limits", "an executor or the driver outgrew its memory; the retry gets a cluster twice as large"),
    ("OutOfMemoryError", "an executor or the driver outgrew its memory; the retry gets a cluster twice as large"),
    ("exit code 137", "a process was killed, most often for its memory; the retry gets a cluster twice as large"),
    ("Executor lost", "machines went away while the job ran; the retry gets others"),
    ("AccessDenied", "the machines' role may not do this: compare it with what is deployed"),
)


@dataclass(frozen=True)
class Failure:
    """A sentence, and whether the same input would fail again."""

    sentence: str
    is_final: bool


def error_key(day: object) -> str:
    """Where the job leaves its sentence, in the OUT bucket."""
    return f"staging/{day}/_error.json"


def failure_of(status: dict[str, Any], said: bytes | None, cluster_id: str, step_id: str, log_uri: str) -> Failure:
    """What became of a step that is not completed.

    status: the step's, as DescribeStep gives it; said: the bytes of the job's own _error.json, if it left one.
    """
    error = json.loads(said) if said is not None else {}
    if "message" in error and not error.get("unexpected"):
        # The job itself refused: the same input would be refused again.
        return Failure(error["message"], is_final=True)
    details = status.get("FailureDetails") or {}
    found = details.get("Message") or details.get("Reason") or "EMR gives no reason"
    how_far = f" (after: {error['after']})" if error.get("after") else ""
    reason = (error["message"] + how_far) if "message" in error else f"Step {step_id} is {status['State']}: {found}"
    hint = next((then for words, then in SIGNS if words in reason or words in found), None)
    logs = f"{log_uri.rstrip('/')}/{cluster_id}"
    where = f"step: {details.get('LogFile') or f'{logs}/steps/{step_id}/'}; the job's own log: {logs}/containers/"
    return Failure(f"{reason.rstrip('.')}{f' ({hint})' if hint else ''}. Log of the {where}", is_final=False)

"""A step's failure is one sentence: what happened, what is next, and where to read on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from failed_step import SIGNS, Failure, error_key, failure_of

LOGS = "s3://night-logs/emr/"
FAILED: dict[str, Any] = {"State": "FAILED"}


def judged(said: dict[str, Any] | None = None, **details: str) -> Failure:
    status = {**FAILED, **({"FailureDetails": details} if details else {})}
    return failure_of(status, json.dumps(said).encode() if said is not None else None, "j-1", "s-1", LOGS)


def test_what_the_job_itself_refuses_is_its_own_sentence_and_final() -> None:
    assert judged({"message": "No purchase is there."}, Message="exit code 1") == Failure("No purchase is there.", True)


def test_what_broke_in_the_job_is_worth_another_try_and_says_where_its_log_is() -> None:
    failure = judged({"message": "The Spark job failed with X: y", "after": "7 rows read", "unexpected": True})
    assert failure == Failure(
        "The Spark job failed with X: y (after: 7 rows read). Log of the step: s3://night-logs/emr/j-1/steps/s-1/; "
        "the job's own log: s3://night-logs/emr/j-1/containers/",
        is_final=False,
    )


def test_a_job_that_said_nothing_is_told_in_emrs_words_and_by_emrs_log() -> None:
    failure = judged(Reason="Unknown Error.", Message="Spark died", LogFile="s3://night-logs/emr/j-1/steps/s-1/x.gz")
    assert failure.sentence.startswith(
        "Step s-1 is FAILED: Spark died. Log of the step: s3://night-logs/emr/j-1/steps/"
    )
    assert "x.gz; the job's own log" in failure.sentence
    assert not failure.is_final


def test_emrs_reason_stands_in_for_a_message_and_nothing_is_told_as_nothing() -> None:
    assert judged(Reason="Out of luck.").sentence.startswith("Step s-1 is FAILED: Out of luck. Log")
    assert judged().sentence.startswith("Step s-1 is FAILED: EMR gives no reason. Log")


@pytest.mark.parametrize(("words", "then"), SIGNS)
def test_the_words_of_spark_and_linux_come_with_what_they_mean(words: str, then: str) -> None:
    assert f"({then})" in judged(Message=f"java.io.IOException: {words} at line 7").sentence
    assert f"({then})" in judged({"message": f"The Spark job failed: {words}", "unexpected": True}).sentence


def test_the_sentence_lies_where_the_job_leaves_it() -> None:
    assert error_key("2026-11-20") == "staging/2026-11-20/_error.json"

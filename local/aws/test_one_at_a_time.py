"""Two requests that decide never overlap; two that only read do."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from one_at_a_time import one_at_a_time

S3 = {"HTTP_AUTHORIZATION": "AWS4-HMAC-SHA256 Credential=local/20261120/sa-east-1/s3/aws4_request, SignedHeaders=host"}
# Long enough for a second request to come in, were it let in.
PATIENCE_SECONDS = 0.2


def overlapping(environ: dict[str, Any]) -> int:
    """How many of two equal requests are inside of the application at the same time, at most."""
    inside, most = 0, 0
    both_in = threading.Event()

    def application(_: dict[str, Any], __: Any) -> Iterable[bytes]:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        if inside == 2:
            both_in.set()
        both_in.wait(PATIENCE_SECONDS)
        inside -= 1
        return []

    served = one_at_a_time(application)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: served(environ, None), range(2)))
    return most


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "PUT", **S3},
        {"REQUEST_METHOD": "POST", **S3},
        {"REQUEST_METHOD": "DELETE", **S3},
        {"REQUEST_METHOD": "POST", "HTTP_X_AMZ_TARGET": "DynamoDB_20120810.TransactWriteItems"},
    ],
)
def test_requests_that_decide_are_served_one_at_a_time(environ: dict[str, Any]) -> None:
    assert overlapping(environ) == 1


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "GET", **S3},
        {"REQUEST_METHOD": "POST", "HTTP_X_AMZ_TARGET": "AmazonSQS.ReceiveMessage"},
    ],
)
def test_reads_and_long_polls_wait_for_nobody(environ: dict[str, Any]) -> None:
    assert overlapping(environ) == 2

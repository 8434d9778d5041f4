"""Conditional writes decide once: requests that change S3 or DynamoDB are served one at a time.

moto checks a condition and writes in two steps without a lock, so two threads could both find an object absent or a
claim free. The services decide atomically, and claims and manifests stand on that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


def is_decision(environ: dict[str, Any]) -> bool:
    """Whether a request may change S3 or DynamoDB."""
    if environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDB_"):
        return True
    signed_for_s3 = "/s3/aws4_request" in environ.get("HTTP_AUTHORIZATION", "")
    return signed_for_s3 and environ.get("REQUEST_METHOD") not in ("GET", "HEAD")


def one_at_a_time(application: WsgiApp) -> WsgiApp:
    """Wraps the application so that deciding requests exclude each other."""
    lock = threading.Lock()

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not is_decision(environ):
            return application(environ, start_response)
        with lock:
            return application(environ, start_response)

    return serve

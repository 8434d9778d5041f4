"""Answers carry no Content-MD5: S3 takes that header with an upload and never sends it back.

moto returns it with every read of the object, of a part as well, and the AWS SDK then checks the part's bytes against
the digest of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


def without_content_md5(application: WsgiApp) -> WsgiApp:
    """Wraps the application so that the header leaves its answers."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [pair for pair in headers if pair[0].lower() != "content-md5"], *rest)

        return application(environ, start)

    return serve

"""What is read of S3 comes without the digest of its upload."""

from __future__ import annotations

import base64
import hashlib
import threading
import urllib.request
from collections.abc import Iterator

import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from s3_answers import without_content_md5


@pytest.fixture
def url() -> Iterator[str]:
    server = make_server(
        "127.0.0.1", 0, without_content_md5(DomainDispatcherApplication(create_backend_app)), threaded=True
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


def send(method: str, url: str, body: bytes | None = None, **headers: str) -> tuple[bytes, dict[str, str]]:
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    typed = {"Content-Type": "text/plain"}
    request = urllib.request.Request(url, body, {**typed, **signed, **named}, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def test_a_part_of_an_object_that_came_with_a_digest_is_read_without_it(url: str) -> None:
    body = b"one line\nanother line\n"
    send("PUT", f"{url}/bucket", b"")
    send("PUT", f"{url}/bucket/key", body, Content_MD5=base64.b64encode(hashlib.md5(body).digest()).decode())
    part, headers = send("GET", f"{url}/bucket/key", Range="bytes=0-8")
    assert part == b"one line\n"
    assert "content-md5" not in headers
    assert headers["etag"] == f'"{hashlib.md5(body).hexdigest()}"'

"""What is written once stays as it was written, whoever comes second, over the real S3 protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stored import put_if_absent, put_if_match, read_json_bytes

if TYPE_CHECKING:
    from conftest import Aws

BUCKET = "night-out"
KEY = "data_output/2026-11-21/_manifest.json"


def test_of_two_writers_the_first_one_is_believed_and_the_second_one_knows(aws: Aws) -> None:
    assert put_if_absent(aws.s3, BUCKET, KEY, b'{"writer":1}')
    assert not put_if_absent(aws.s3, BUCKET, KEY, b'{"writer":2}')
    stored = read_json_bytes(aws.s3, BUCKET, KEY)
    assert stored is not None
    assert stored[0] == b'{"writer":1}'


def test_a_replacement_that_somebody_else_made_first_is_not_overwritten(aws: Aws) -> None:
    put_if_absent(aws.s3, BUCKET, KEY, b'{"writer":1}')
    stored = read_json_bytes(aws.s3, BUCKET, KEY)
    assert stored is not None
    etag = stored[1]
    assert put_if_match(aws.s3, BUCKET, KEY, b'{"writer":2}', etag)
    assert not put_if_match(aws.s3, BUCKET, KEY, b'{"writer":3}', etag)
    stored = read_json_bytes(aws.s3, BUCKET, KEY)
    assert stored is not None
    assert stored[0] == b'{"writer":2}'

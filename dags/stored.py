"""The few S3 calls of the night, each with its meaning: absent is None, a lost condition is False.

Only a failed condition is turned into a value; every other error of S3 stays an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MANIFEST = "data_output/{offer_date}/_manifest.json"
PLANNED = "data_output/{offer_date}/_planned.json"
# 412: the condition does not hold; 409: another conditional write of the key is in flight.
LOST_CONDITION = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})


@dataclass(frozen=True)
class StoredObject:
    """An object of a listing; the ETag has no quotes."""

    key: str
    etag: str
    size: int


def _code(error: Exception) -> str:
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def list_objects(s3: S3Client, bucket: str, prefix: str) -> Iterator[StoredObject]:
    """Every object under a prefix, in key order."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            yield StoredObject(item["Key"], item["ETag"].strip('"'), item["Size"])


def exists(s3: S3Client, bucket: str, key: str) -> bool:
    """Whether the object is there now."""
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except s3.exceptions.ClientError as error:
        if _code(error) in ABSENT:
            return False
        raise
    return True


def read_json_bytes(s3: S3Client, bucket: str, key: str) -> tuple[bytes, str] | None:
    """The bytes and the ETag (with quotes) of a small object, or None."""
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
    except s3.exceptions.ClientError as error:
        if _code(error) in ABSENT:
            return None
        raise
    return answer["Body"].read(), answer["ETag"]


def put_if_absent(s3: S3Client, bucket: str, key: str, body: bytes) -> bool:
    """Writes the object unless it exists; False when it does."""
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*")
    except s3.exceptions.ClientError as error:
        if _code(error) in LOST_CONDITION:
            return False
        raise
    return True


def put_if_match(s3: S3Client, bucket: str, key: str, body: bytes, etag: str) -> bool:
    """Replaces the object if it still is the one of that ETag; False when it is not."""
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", IfMatch=etag)
    except s3.exceptions.ClientError as error:
        if _code(error) in LOST_CONDITION | ABSENT:
            return False
        raise
    return True

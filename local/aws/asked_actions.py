"""Which actions on which resources a request to the stand-in asks for, as the services' authorization pages say."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from access_policies import Asked


@dataclass(frozen=True)
class Place:
    """Where the stand-in pretends to be, and what it must look up."""

    account: str
    region: str
    # Role of an instance profile, by the profile's name.
    instance_profiles: Mapping[str, str]
    # Tags of a cluster by its id.
    cluster_tags: Callable[[str], Mapping[str, str]]

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True)
class Call:
    """A request as its service reads it."""

    service: str
    method: str
    path: str
    query: str
    target: str
    copy_source: str
    body: bytes


class UnknownCall(ValueError):
    """A request of which no action is known; the message names it."""


def asked_by(call: Call, place: Place) -> list[Asked]:
    """The actions that the request needs, at least one. Raises UnknownCall."""
    if call.service == "s3":
        return list(_s3(call))
    read = _JSON_SERVICES.get(call.service)
    if read is None:
        raise UnknownCall(f"{call.service}: no action of this service is known here")
    action = call.target.rpartition(".")[2]
    try:
        body = json.loads(call.body or b"{}")
    except ValueError as error:
        raise UnknownCall(f"{call.service}:{action} with a body that is no JSON") from error
    return list(read(action, body, place))


def _s3(call: Call) -> Iterator[Asked]:
    bucket, _, key = call.path.lstrip("/").partition("/")
    query = parse_qs(call.query, keep_blank_values=True)
    arn = f"arn:aws:s3:::{bucket}"
    if not bucket:
        yield Asked("s3:ListAllMyBuckets", "*")
    elif not key:
        yield from _s3_bucket(call, query, arn)
    else:
        yield from _s3_object(call, query, f"{arn}/{key}")


def _s3_bucket(call: Call, query: Mapping[str, list[str]], arn: str) -> Iterator[Asked]:
    if call.method == "POST" and "delete" in query:
        for element in ElementTree.fromstring(call.body).iter():
            if element.tag.endswith("Key"):
                yield Asked("s3:DeleteObject", f"{arn}/{element.text or ''}")
    elif call.method == "GET" and "location" in query:
        yield Asked("s3:GetBucketLocation", arn)
    elif call.method == "GET" and "uploads" in query:
        yield Asked("s3:ListBucketMultipartUploads", arn)
    elif call.method == "HEAD" or (call.method == "GET" and not set(query) & _SUBRESOURCES):
        yield Asked("s3:ListBucket", arn)
    else:
        raise UnknownCall(f"s3: {call.method} of a bucket with {sorted(query)}")


# What turns a GET of a bucket into something else than listing it.
_SUBRESOURCES = frozenset(
    {"acl", "cors", "encryption", "lifecycle", "logging", "policy", "tagging", "versioning", "versions", "website"}
)


def _s3_object(call: Call, query: Mapping[str, list[str]], arn: str) -> Iterator[Asked]:
    if set(query) & {"acl", "tagging", "retention", "legal-hold"}:
        raise UnknownCall(f"s3: {call.method} of an object with {sorted(query)}")
    if call.method in ("GET", "HEAD"):
        if "uploadId" in query:
            yield Asked("s3:ListMultipartUploadParts", arn)
        else:
            yield Asked("s3:GetObjectVersion" if "versionId" in query else "s3:GetObject", arn)
    elif call.method in ("PUT", "POST"):
        if call.copy_source:
            source = unquote(call.copy_source).lstrip("/").partition("?")[0]
            yield Asked("s3:GetObject", f"arn:aws:s3:::{source}")
        yield Asked("s3:PutObject", arn)
    elif call.method == "DELETE":
        yield Asked("s3:AbortMultipartUpload" if "uploadId" in query else "s3:DeleteObject", arn)
    else:
        raise UnknownCall(f"s3: {call.method} of an object")


_TRANSACTED = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


def _dynamodb(action: str, body: Mapping[str, Any], place: Place) -> Iterator[Asked]:
    def table(name: str) -> str:
        return name if name.startswith("arn:") else place.arn("dynamodb", f"table/{name}")

    if action == "TransactWriteItems":
        for item in body.get("TransactItems", ()):
            for kind, given in item.items():
                yield Asked(f"dynamodb:{_TRANSACTED[kind]}", table(given["TableName"]))
    elif action == "TransactGetItems":
        for item in body.get("TransactItems", ()):
            yield Asked("dynamodb:GetItem", table(item["Get"]["TableName"]))
    elif action in ("BatchGetItem", "BatchWriteItem"):
        for name in body.get("RequestItems", {}):
            yield Asked(f"dynamodb:{action}", table(name))
    else:
        index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
        yield Asked(f"dynamodb:{action}", table(str(body.get("TableName", ""))) + index)


def _sqs(action: str, body: Mapping[str, Any], place: Place) -> Iterator[Asked]:
    name = body.get("QueueName") or str(body.get("QueueUrl", "")).rpartition("/")[2]
    # A batch is allowed by the action for one message.
    yield Asked(f"sqs:{action.removesuffix('Batch')}", place.arn("sqs", name))


def _secretsmanager(action: str, body: Mapping[str, Any], place: Place) -> Iterator[Asked]:
    secret = str(body.get("SecretId") or body.get("Name") or "")
    yield Asked(
        f"secretsmanager:{action}", secret if secret.startswith("arn:") else place.arn("secretsmanager", secret)
    )


def _kms(action: str, body: Mapping[str, Any], place: Place) -> Iterator[Asked]:
    key = str(body.get("KeyId", ""))
    yield Asked(f"kms:{action}", key if key.startswith("arn:") else place.arn("kms", f"key/{key}"))


def _emr(action: str, body: Mapping[str, Any], place: Place) -> Iterator[Asked]:
    tags = tuple((f"elasticmapreduce:RequestTag/{tag['Key']}", tag["Value"]) for tag in body.get("Tags", ()))
    if action == "RunJobFlow":
        yield Asked("elasticmapreduce:RunJobFlow", "*", tags)
        if tags:
            yield Asked("elasticmapreduce:AddTags", place.arn("elasticmapreduce", "cluster/*"), tags)
        nodes = str(body.get("JobFlowRole", ""))
        for role, service in (
            (str(body.get("ServiceRole", "")), "elasticmapreduce"),
            (place.instance_profiles.get(nodes, nodes), "ec2"),
        ):
            passed = (("iam:PassedToService", f"{service}.amazonaws.com"),)
            yield Asked("iam:PassRole", f"arn:aws:iam::{place.account}:role/{role}", passed)
        return
    clusters = body.get("JobFlowIds") or [body.get(name) for name in ("JobFlowId", "ClusterId", "ResourceId")]
    named = [str(cluster) for cluster in clusters if cluster]
    for cluster in named:
        of_cluster = tuple((f"elasticmapreduce:ResourceTag/{k}", v) for k, v in place.cluster_tags(cluster).items())
        yield Asked(
            f"elasticmapreduce:{action}", place.arn("elasticmapreduce", f"cluster/{cluster}"), of_cluster + tags
        )
    if not named:
        yield Asked(f"elasticmapreduce:{action}", "*")


_JSON_SERVICES: Mapping[str, Callable[[str, Mapping[str, Any], Place], Iterator[Asked]]] = {
    "dynamodb": _dynamodb,
    "sqs": _sqs,
    "secretsmanager": _secretsmanager,
    "kms": _kms,
    "elasticmapreduce": _emr,
}

"""What AWS asks of the caller besides the action it called: the use of the key that lies behind a resource.

One table; it is the reason why a role that may read a bucket but not open its key is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from access_policies import Asked

# (service, its actions or * for all) → actions on the customer-managed key of the resource.
IMPLIED: tuple[tuple[str, frozenset[str] | None, tuple[str, ...]], ...] = (
    ("s3", frozenset({"GetObject", "GetObjectVersion"}), ("kms:Decrypt",)),
    ("s3", frozenset({"PutObject"}), ("kms:GenerateDataKey",)),
    # DynamoDB opens a table's key for each request, a write like a read.
    ("dynamodb", None, ("kms:Decrypt",)),
    ("secretsmanager", frozenset({"GetSecretValue"}), ("kms:Decrypt",)),
    ("secretsmanager", frozenset({"PutSecretValue"}), ("kms:GenerateDataKey", "kms:Decrypt")),
    ("sqs", frozenset({"SendMessage"}), ("kms:GenerateDataKey", "kms:Decrypt")),
    ("sqs", frozenset({"ReceiveMessage"}), ("kms:Decrypt",)),
)


def container_of(service: str, resource: str) -> str:
    """The ARN that the key is an attribute of: the bucket of an object, the table of an index."""
    if service == "s3":
        return resource.partition("/")[0]
    if service == "dynamodb":
        return resource.partition("/index/")[0]
    return resource


def implied_by(asked: Asked, keys: Mapping[str, str], region: str) -> Iterator[Asked]:
    """The uses of a key that an action implies; keys are the customer-managed ones by resource ARN."""
    service, _, action = asked.action.partition(":")
    key = keys.get(container_of(service, asked.resource))
    if key is None:
        return
    for of_service, actions, uses in IMPLIED:
        if service == of_service and (actions is None or action in actions):
            for use in uses:
                yield Asked(use, key, (("kms:ViaService", f"{service}.{region}.amazonaws.com"),))

"""Every policy document passes parliament, which knows AWS's actions, resource formats and condition keys."""

from __future__ import annotations

import json
import re
import subprocess
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

with warnings.catch_warnings():
    # It reads its data by pkg_resources.
    warnings.simplefilter("ignore")
    import parliament  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
Document = dict[str, Any]


@dataclass(frozen=True)
class Excused:
    """Findings that are no mistakes: all of an issue whose document and detail fit."""

    issue: str
    document: str
    detail: str
    why: str


EXCUSED = (
    Excused("RESOURCE_STAR", r".*", r".*", "each is on the list of environments/star-resources.ts, or a key's own"),
    Excused("MALFORMED", r".*trust", r"neither Resource", "a trust policy is about its role alone"),
    Excused(
        "UNKNOWN_CONDITION_FOR_ACTION",
        r".*key_policy",
        r"kms:EncryptionContext:aws:logs:arn for action kms:DescribeKey",
        "CloudWatch Logs describes the key with the same context that it uses it with",
    ),
    Excused(
        "MISMATCHED_TYPE",
        r".*key_policy",
        r"ArnLike requires a value of type Arn",
        "the encryption context of CloudWatch Logs is an ARN in a text",
    ),
    Excused(
        "UNKNOWN_CONDITION_FOR_ACTION",
        r".*reaper.*",
        r"elasticmapreduce:ResourceTag/environment for action elasticmapreduce:TerminateJobFlows",
        "the key belongs to the cluster, which is the action's resource",
    ),
    Excused(
        "UNKNOWN_FEDERATION_SOURCE",
        r".*trust",
        r"token\.actions\.githubusercontent\.com",
        "GitHub, by an OIDC provider",
    ),
    Excused(
        "MISMATCHED_TYPE_BUT_USABLE",
        r".*deploy-roles-permissions",
        r"StringEquals requires a value of type String but given Arn",
        "the boundary is one ARN, compared as a whole",
    ),
    Excused(
        "RESOURCE_MISMATCH",
        r".*-data-permissions",
        r"athena:(TagResource|ListTagsForResource)",
        "only workgroups are tagged, of the kinds that the action knows",
    ),
    Excused(
        "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
        r".*deploy-data-permissions",
        r"s3:Put(BucketPolicy|LifecycleConfiguration)",
        "who deploys buckets sets their policies; the boundary keeps the roles that it makes",
    ),
)


def _documents() -> Iterator[tuple[str, Document]]:
    program = ROOT / "dist" / "local" / "permissions" / "policy-documents.js"
    printed = subprocess.run(["node", str(program)], check=True, capture_output=True, text=True).stdout
    seen: set[str] = set()
    for line in printed.splitlines():
        found = json.loads(line)
        text = json.dumps(found["document"], sort_keys=True)
        if text not in seen:
            seen.add(text)
            yield re.sub(r"_[0-9A-F]{8}$", "", found["address"].rpartition(".")[2]), found["document"]


def _with_single_values(document: Document) -> Document:
    # A list of one value is that value to IAM, and stops parliament.
    for statement in document["Statement"]:
        for keys in statement.get("Condition", {}).values():
            keys.update(
                {key: values[0] for key, values in keys.items() if isinstance(values, list) and len(values) == 1}
            )
    return document


def findings_of(document: Document) -> list[tuple[str, str]]:
    """Issue and detail of all that parliament finds."""
    text = json.dumps(_with_single_values(document))
    return [(found.issue, str(found.detail)) for found in parliament.analyze_policy_string(text).findings]


def excuse(name: str, issue: str, detail: str) -> Excused | None:
    """The first excuse that fits."""
    fits = (it for it in EXCUSED if it.issue == issue and re.match(it.document, name) and re.search(it.detail, detail))
    return next(fits, None)


@pytest.fixture(scope="module")
def findings() -> list[tuple[str, str, str]]:
    documents = list(_documents())
    assert len(documents) > 100
    return [(name, *found) for name, document in documents for found in findings_of(document)]


def test_no_policy_has_a_finding_that_nothing_excuses(findings: list[tuple[str, str, str]]) -> None:
    assert [found for found in findings if excuse(*found) is None] == []


def test_every_excuse_is_needed(findings: list[tuple[str, str, str]]) -> None:
    needed = {excuse(*found) for found in findings}
    assert [it for it in EXCUSED if it not in needed] == []


@pytest.mark.parametrize(
    ("action", "resource", "issue"),
    [
        ("s3:GetObjekt", "arn:aws:s3:::b/*", "UNKNOWN_ACTION"),
        ("s4:GetObject", "arn:aws:s3:::b/*", "UNKNOWN_PREFIX"),
        ("s3:GetObject", "arn:aws:s3:::b", "RESOURCE_MISMATCH"),
        ("dynamodb:GetItem", "arn:aws:s3:::b/*", "RESOURCE_MISMATCH"),
    ],
)
def test_a_mistake_is_found(action: str, resource: str, issue: str) -> None:
    statement = {"Effect": "Allow", "Action": [action], "Resource": [resource]}
    found = [name for name, _ in findings_of({"Version": "2012-10-17", "Statement": [statement]})]
    assert found == [issue]

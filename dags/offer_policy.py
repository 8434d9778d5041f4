"""What the chains want of their offers lies beside the night's input, in a file named after its content: a job that was
started reads what it was started with, whatever is deployed meanwhile.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING

from night import NightConfig

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def policy_body(config: NightConfig) -> bytes:
    """The policies as the job reads them: the same policies are the same bytes."""
    return json.dumps(config.offers, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def policy_digest(config: NightConfig) -> str:
    """The sha256 of those bytes, which the job's report and the manifest repeat."""
    return hashlib.sha256(policy_body(config)).hexdigest()


def policy_key(config: NightConfig, day: date) -> str:
    """Where the policies of D's night lie in the IN bucket."""
    return f"runs/{day}/policy-{policy_digest(config)[:16]}.json"


def put_policy(s3: S3Client, config: NightConfig, day: date) -> None:
    """Writes them; whoever comes later writes the same."""
    key = policy_key(config, day)
    s3.put_object(Bucket=config.in_bucket, Key=key, Body=policy_body(config), ContentType="application/json")

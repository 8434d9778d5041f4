"""A night is published by one conditional write: the manifest, last; until then nobody believes a data file.

Names are derived from what the files were made of, so a rerun writes the same objects and completes what a crash left.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from compacted import COMPACTED
from earlier_night import input_key
from night import NightConfig, NightError, offer_date
from stored import (
    MANIFEST,
    PLANNED,
    StoredObject,
    exists,
    list_objects,
    put_if_absent,
    put_if_match,
    read_json_bytes,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

VERSION = 1
# Fixed for good: another namespace would publish the same offers under other names.
FILE_NAMESPACE = uuid.UUID("6f0d6a52-6a4e-5f0c-9d57-0c3f3e3a7b11")
STAGED = re.compile(r"tenant_id=([a-z0-9-]{1,32})/part=(\d+)/[^/]+\.txt$")
# Airflow's worker holds at most so much of a staged file.
READ_BYTES = 1 << 20


def file_name(tenant: str, day_of_offers: date, model_sha256: str, policy: str, input_digest: str, part: int) -> str:
    """The name of a published file: the same events, model, policy, day and part give the same name."""
    identity = f"{tenant}|{day_of_offers}|{model_sha256}|{policy}|{input_digest}|{part}"
    return f"recommendations_{uuid.uuid5(FILE_NAMESPACE, identity)}.txt"


def changed_objects(frozen: Iterable[Mapping[str, Any]], listing: Iterable[StoredObject]) -> list[str]:
    """The keys of frozen objects that are gone or have another ETag in the listing."""
    etags = {item["key"]: item["etag"] for item in frozen}
    for item in listing:
        if etags.get(item.key) == item.etag:
            del etags[item.key]
    return list(etags)


def check_job(job: Mapping[str, Any], day: date) -> None:
    """Refuses a job report of another day, or one whose files do not say whose they are."""
    expected = {"business_date": str(day), "offer_date": str(offer_date(day))}
    received = {name: job.get(name) for name in expected}
    if received != expected:
        raise NightError(f"The job's report is of {received}, the night of {expected} is being published.")
    for item in job["files"]:
        match = STAGED.search(item["key"])
        if not match or (match[1], int(match[2])) != (item["tenant_id"], item["part"]):
            raise NightError(f"The staged file {item['key']} is not one of {item['tenant_id']}, part {item['part']}.")
        if item["tenant_id"] not in job["tenants"]:
            raise NightError(f"The staged file {item['key']} belongs to no chain of the job's report.")


def check_lines(job: Mapping[str, Any], files: Iterable[Mapping[str, Any]]) -> None:
    """Refuses a night whose staged lines are not, chain by chain, what the job says it wrote."""
    staged: dict[str, int] = {}
    for item in files:
        staged[item["tenant_id"]] = staged.get(item["tenant_id"], 0) + item["lines"]
    for tenant, report in job["tenants"].items():
        if staged.get(tenant, 0) != report["lines"]:
            raise NightError(f"{tenant} has {staged.get(tenant, 0)} staged lines, the job wrote {report['lines']}.")


def manifest_of(
    job: Mapping[str, Any], files: list[dict[str, Any]], compaction: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The manifest of data_output/<offer_date>/: what the job reports and the files as they were read back.

    compaction: what the job says of the copies that it made for the nights to come; None if it was ended before.
    """
    return {
        "version": VERSION,
        **{name: job[name] for name in ("business_date", "offer_date", "input_digest", "model", "policy", "counts")},
        "by_contract": job["by_contract"],
        "objects_set_aside": job["objects_set_aside"],
        "compaction": compaction,
        "tenants": {
            tenant: {
                **{name: report[name] for name in ("status", "lines", "by_fallback_level", "newest_purchase")},
                **({"failure": report["failure"]} if report.get("failure") else {}),
            }
            for tenant, report in sorted(job["tenants"].items())
        },
        "files": sorted(files, key=lambda item: (item["tenant_id"], item["part"])),
    }


def measure(chunks: Iterable[bytes]) -> dict[str, Any]:
    """Lines, bytes and sha256 of a file read in chunks; each line ends with a newline, or the file is cut off."""
    digest = hashlib.sha256()
    lines = size = 0
    last = b"\n"
    for chunk in chunks:
        digest.update(chunk)
        lines += chunk.count(b"\n")
        size += len(chunk)
        last = chunk[-1:] or last
    if last != b"\n":
        raise NightError("its last line has no end: the file is cut off")
    return {"lines": lines, "bytes": size, "sha256": digest.hexdigest()}


def _read_json(s3: S3Client, bucket: str, key: str, advice: str) -> dict[str, Any]:
    body = read_json_bytes(s3, bucket, key)
    if body is None:
        raise NightError(f"s3://{bucket}/{key} is not there: {advice}")
    document: dict[str, Any] = json.loads(body[0])
    return document


def _check_input_unchanged(s3: S3Client, config: NightConfig, frozen: Mapping[str, Any]) -> None:
    contracts = sorted({item["contract"] for item in frozen["objects"]})
    prefixes = [*(f"data/{contract}/" for contract in contracts), COMPACTED]
    # One page at a time: a lake holds many more objects than a night reads.
    listing = (item for prefix in prefixes for item in list_objects(s3, config.in_bucket, prefix))
    changed = changed_objects(frozen["objects"], listing)
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise NightError(
            f"s3://{config.in_bucket}/{changed[0]}{more} changed since the night's input was frozen: "
            "run the night again with refreeze."
        )


def _copy(s3: S3Client, bucket: str, source: str, target: str) -> dict[str, Any]:
    """Measures a staged file and copies exactly those bytes."""
    try:
        answer = s3.get_object(Bucket=bucket, Key=source)
    except s3.exceptions.NoSuchKey:
        raise NightError(f"s3://{bucket}/{source} is in the job's report and not in staging.") from None
    try:
        measured = measure(answer["Body"].iter_chunks(READ_BYTES))
    except NightError as error:
        raise NightError(f"s3://{bucket}/{source} is refused: {error}.") from None
    s3.copy_object(
        Bucket=bucket, Key=target, CopySource={"Bucket": bucket, "Key": source}, CopySourceIfMatch=answer["ETag"]
    )
    return measured


def _remove_unlisted(s3: S3Client, bucket: str, folder: str, keep: frozenset[str]) -> None:
    stale: list[StoredObject] = [
        item
        for item in list_objects(s3, bucket, f"{folder}recommendations_")
        if item.key.endswith(".txt") and item.key not in keep
    ]
    for item in stale:
        s3.delete_object(Bucket=bucket, Key=item.key)


def publish(s3: S3Client, config: NightConfig, day: date, supersede: bool) -> dict[str, Any]:
    """Publishes D's staged offers and returns the manifest that holds from now on.

    A manifest of the same input and policy is success; with supersede, one of the same model and outcome too. Another
    is replaced only with supersede, and never once the planner has begun to send from it.
    """
    out = config.out_bucket
    folder = f"data_output/{offer_date(day)}/"
    manifest_key = MANIFEST.format(offer_date=offer_date(day))
    frozen = _read_json(s3, config.in_bucket, input_key(day), "Processar_Dados_Usando_ML_Spark writes it first.")
    job = _read_json(s3, out, f"staging/{day}/_job.json", "the Spark job did not finish, run it again.")
    check_job(job, day)

    published = read_json_bytes(s3, out, manifest_key)
    if published is not None:
        manifest: dict[str, Any] = json.loads(published[0])
        # Who supersedes may have put another model into use for the same input.
        told = manifest_of(job, [], None)
        same = ("input_digest", "policy", *(("model", "tenants") if supersede else ()))
        if all(manifest.get(name) == told[name] for name in same):
            return manifest
        _refuse_unless_superseding(s3, config, day, supersede)
    _check_input_unchanged(s3, config, frozen)

    files: list[dict[str, Any]] = []
    for staged in job["files"]:
        tenant, part = staged["tenant_id"], staged["part"]
        made_of = (job["model"]["sha256"], job["policy"]["sha256"], job["tenants"][tenant]["input_digest"])
        name = file_name(tenant, offer_date(day), *made_of, part)
        measured = _copy(s3, out, staged["key"], folder + name)
        files.append({"key": folder + name, "tenant_id": tenant, "part": part, **measured})
    check_lines(job, files)
    compaction = read_json_bytes(s3, out, f"staging/{day}/_compaction.json")
    manifest = manifest_of(job, files, json.loads(compaction[0]) if compaction else None)
    body = json.dumps(manifest, separators=(",", ":"), ensure_ascii=False).encode()
    keep = frozenset(item["key"] for item in files)

    if published is None:
        # Files of an earlier try that never became a publication.
        _remove_unlisted(s3, out, folder, keep)
        if not put_if_absent(s3, out, manifest_key, body):
            return publish(s3, config, day, supersede)
        return manifest
    # Asked again as late as possible: the planner may have begun while the files were copied.
    _refuse_unless_superseding(s3, config, day, supersede)
    if not put_if_match(s3, out, manifest_key, body, published[1]):
        raise NightError(f"s3://{out}/{manifest_key} changed while it was being superseded: run the task again.")
    _remove_unlisted(s3, out, folder, keep)
    return manifest


def _refuse_unless_superseding(s3: S3Client, config: NightConfig, day: date, supersede: bool) -> None:
    manifest = f"s3://{config.out_bucket}/{MANIFEST.format(offer_date=offer_date(day))}"
    if not supersede:
        raise NightError(f"{manifest} is already published from another input or policy: supersede replaces it.")
    if exists(s3, config.out_bucket, PLANNED.format(offer_date=offer_date(day))):
        raise NightError(f"supersede is refused: the planner already sends from {manifest}.")

"""A night is published whole, once, by its manifest; whatever stops it before leaves nothing that looks published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

import publish as module
from freeze import freeze
from night import NightConfig, NightError
from publish import file_name, publish

if TYPE_CHECKING:
    from conftest import Aws

DAY = date(2026, 11, 20)
FOLDER = "data_output/2026-11-21/"
MANIFEST = f"{FOLDER}_manifest.json"
PURCHASE = "data/purchase/event_date=2026-11-20/event_hour=10/event_type=sale/a.parquet"
LINES = {"alfa": b'{"a":1}\n{"a":2}\n', "beta": b'{"b":1}\n'}
Stage = Callable[..., dict[str, Any]]


@pytest.fixture
def stage(aws: Aws, config: NightConfig) -> Stage:
    """Freezes one purchase and stages two chains; stage(digest=...) stages what another input would give."""
    aws.put("night-in", PURCHASE)
    freeze(aws.s3, config, DAY, datetime(2026, 11, 21, 2, 30, tzinfo=UTC), "run", refreeze=False)

    def job(digest: str = "d1", lines: dict[str, bytes] = LINES, **changes: Any) -> dict[str, Any]:
        report: dict[str, Any] = {
            "version": 1,
            "business_date": str(DAY),
            "offer_date": "2026-11-21",
            "input_digest": digest,
            "model": {"name": "frequency", "version": "1", "sha256": "ab", "fallback_level": "champion"},
            "policy": {"sha256": "p1"},
            "counts": {"read": 3},
            "by_contract": {"purchase": {"read": 3}},
            "objects_set_aside": [{"key": PURCHASE, "reason": "NOT_PARQUET", "rows": None}],
            "tenants": {
                tenant: {
                    "status": "OK",
                    "lines": LINES[tenant].count(b"\n"),
                    "by_fallback_level": {"champion": 1},
                    "newest_purchase": "2026-11-20T22:00:00Z",
                    "input_digest": f"{digest}-{tenant}",
                }
                for tenant in lines
            },
            "files": [],
        }
        for tenant, body in lines.items():
            key = f"staging/{DAY}/tenant_id={tenant}/part=0/part-0.txt"
            aws.put("night-out", key, body)
            report["files"].append({"key": key, "tenant_id": tenant, "part": 0})
        report.update(changes)
        aws.put("night-out", f"staging/{DAY}/_job.json", json.dumps(report).encode())
        return report

    return job


def published(aws: Aws) -> dict[str, Any]:
    return {key: aws.s3.get_object(Bucket="night-out", Key=key)["Body"].read() for key in aws.keys("night-out", FOLDER)}


def test_the_manifest_says_of_each_file_what_it_holds(aws: Aws, config: NightConfig, stage: Stage) -> None:
    job = stage()
    manifest = publish(aws.s3, config, DAY, supersede=False)
    files = published(aws)
    assert json.loads(files.pop(MANIFEST)) == manifest
    assert {item["key"] for item in manifest["files"]} == set(files)
    for item in manifest["files"]:
        body = files[item["key"]]
        assert body == LINES[item["tenant_id"]]
        assert (item["bytes"], item["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
        assert item["lines"] == body.count(b"\n")
    repeated = ("business_date", "offer_date", "input_digest", "model", "policy", "counts", "objects_set_aside")
    assert {name: manifest[name] for name in repeated} == {name: job[name] for name in repeated}
    said = {"status": "OK", "lines": 1, "by_fallback_level": {"champion": 1}, "newest_purchase": "2026-11-20T22:00:00Z"}
    assert manifest["tenants"]["beta"] == said


def test_a_files_name_follows_from_what_it_was_made_of() -> None:
    day = date(2026, 11, 21)
    base: tuple[Any, ...] = ("alfa", day, "ab", "p1", "d1", 0)
    assert file_name(*base) == file_name(*base)
    for place, other in enumerate(("beta", date(2026, 11, 22), "cd", "p2", "d2", 1)):
        changed = [*base[:place], other, *base[place + 1 :]]
        assert file_name(*changed) != file_name(*base)


def test_publishing_the_same_input_again_changes_nothing(aws: Aws, config: NightConfig, stage: Stage) -> None:
    stage()
    first = publish(aws.s3, config, DAY, supersede=False)
    before = published(aws)
    aws.s3.delete_object(Bucket="night-out", Key=f"staging/{DAY}/tenant_id=alfa/part=0/part-0.txt")
    assert publish(aws.s3, config, DAY, supersede=False) == first
    assert published(aws) == before


def test_another_input_or_policy_is_refused_and_supersede_is_named(aws: Aws, config: NightConfig, stage: Stage) -> None:
    stage()
    publish(aws.s3, config, DAY, supersede=False)
    before = published(aws)
    for other in ({"digest": "d2"}, {"policy": {"sha256": "p2"}}):
        stage(**other)
        with pytest.raises(NightError, match="already published from another input or policy: supersede replaces it"):
            publish(aws.s3, config, DAY, supersede=False)
        assert published(aws) == before


def test_supersede_replaces_the_publication_and_its_files(aws: Aws, config: NightConfig, stage: Stage) -> None:
    stage()
    first = publish(aws.s3, config, DAY, supersede=False)
    stage(digest="d2")
    second = publish(aws.s3, config, DAY, supersede=True)
    assert second["input_digest"] == "d2"
    assert set(published(aws)) == {MANIFEST, *(item["key"] for item in second["files"])}
    assert not {item["key"] for item in first["files"]} & set(published(aws))


def test_supersede_replaces_what_another_model_made_of_the_same_input(
    aws: Aws, config: NightConfig, stage: Stage
) -> None:
    stage()
    first = publish(aws.s3, config, DAY, supersede=False)
    model = {"name": "frequency", "version": "0", "sha256": "cd", "fallback_level": "champion"}
    stage(model=model)
    # A retry of the same night publishes nothing anew.
    assert publish(aws.s3, config, DAY, supersede=False) == first
    second = publish(aws.s3, config, DAY, supersede=True)
    assert second["model"] == model
    assert not {item["key"] for item in first["files"]} & set(published(aws))
    aws.put("night-out", f"{FOLDER}_planned.json")
    # A retry of the replacement finds it done, also when the planner has begun since.
    assert publish(aws.s3, config, DAY, supersede=True) == second


def test_supersede_replaces_a_chain_that_was_withheld(aws: Aws, config: NightConfig, stage: Stage) -> None:
    tenants = stage()["tenants"]
    failed = {**tenants["alfa"], "status": "FAILED", "failure": "every offer has the score 0.5"}
    stage(tenants={**tenants, "alfa": failed})
    assert publish(aws.s3, config, DAY, supersede=False)["tenants"]["alfa"]["status"] == "FAILED"
    stage()
    assert publish(aws.s3, config, DAY, supersede=True)["tenants"]["alfa"]["status"] == "OK"


def test_the_manifest_says_whether_copies_were_made(aws: Aws, config: NightConfig, stage: Stage) -> None:
    stage()
    assert publish(aws.s3, config, DAY, supersede=False)["compaction"] is None
    stage(digest="d2")
    aws.put("night-out", f"staging/{DAY}/_compaction.json", b'{"objects":0,"failure":"No space left"}')
    said = {"objects": 0, "failure": "No space left"}
    assert publish(aws.s3, config, DAY, supersede=True)["compaction"] == said


def test_supersede_is_refused_once_the_planner_has_run(aws: Aws, config: NightConfig, stage: Stage) -> None:
    stage()
    publish(aws.s3, config, DAY, supersede=False)
    aws.put("night-out", f"{FOLDER}_planned.json")
    before = published(aws)
    stage(digest="d2")
    with pytest.raises(NightError, match="supersede is refused: the planner already sends"):
        publish(aws.s3, config, DAY, supersede=True)
    assert published(aws) == before


def test_a_planner_that_begins_while_the_files_are_copied_stops_the_replacement(
    aws: Aws, config: NightConfig, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage()
    publish(aws.s3, config, DAY, supersede=False)
    manifest = aws.read("night-out", MANIFEST)
    stage(digest="d2")
    copy = module._copy

    def plan_then_copy(*arguments: Any) -> Any:
        aws.put("night-out", f"{FOLDER}_planned.json")
        return copy(*arguments)

    monkeypatch.setattr(module, "_copy", plan_then_copy)
    with pytest.raises(NightError, match="the planner already sends"):
        publish(aws.s3, config, DAY, supersede=True)
    assert aws.read("night-out", MANIFEST) == manifest


def test_of_two_replacements_at_once_one_is_refused(
    aws: Aws, config: NightConfig, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage()
    publish(aws.s3, config, DAY, supersede=False)
    stage(digest="d2")
    copy = module._copy

    def be_overtaken(*arguments: Any) -> Any:
        aws.put("night-out", MANIFEST, b'{"input_digest":"d3"}')
        return copy(*arguments)

    monkeypatch.setattr(module, "_copy", be_overtaken)
    with pytest.raises(NightError, match="changed while it was being superseded"):
        publish(aws.s3, config, DAY, supersede=True)
    assert aws.read("night-out", MANIFEST) == {"input_digest": "d3"}


@pytest.mark.parametrize("survived", [0, 1, 2])
def test_a_crash_before_the_manifest_publishes_nothing_and_a_rerun_completes_it(
    aws: Aws, config: NightConfig, stage: Stage, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    stage()
    copy = module._copy
    left = iter(range(survived))

    def crash_after(*arguments: Any) -> Any:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return copy(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_copy", crash_after)
        patch.setattr(module, "put_if_absent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publish(aws.s3, config, DAY, supersede=False)
    assert MANIFEST not in published(aws)
    assert len(published(aws)) == survived
    manifest = publish(aws.s3, config, DAY, supersede=False)
    assert set(published(aws)) == {MANIFEST, *(item["key"] for item in manifest["files"])}


def test_files_of_a_try_that_never_was_published_are_gone_when_another_input_is(
    aws: Aws, config: NightConfig, stage: Stage
) -> None:
    stage()
    aws.put("night-out", f"{FOLDER}recommendations_00000000-0000-5000-8000-000000000000.txt")
    manifest = publish(aws.s3, config, DAY, supersede=False)
    assert set(published(aws)) == {MANIFEST, *(item["key"] for item in manifest["files"])}


@pytest.mark.parametrize("change", ["overwritten", "deleted"])
def test_an_input_object_that_changed_is_named_and_nothing_is_published(
    aws: Aws, config: NightConfig, stage: Stage, change: str
) -> None:
    stage()
    if change == "overwritten":
        aws.put("night-in", PURCHASE, b"other")
    else:
        aws.s3.delete_object(Bucket="night-in", Key=PURCHASE)
    with pytest.raises(NightError, match=f"s3://night-in/{PURCHASE} changed since .* with refreeze"):
        publish(aws.s3, config, DAY, supersede=False)
    assert published(aws) == {}


def test_an_object_that_came_after_the_freeze_waits_for_the_next_night(
    aws: Aws, config: NightConfig, stage: Stage
) -> None:
    stage()
    aws.put("night-in", PURCHASE.replace("a.parquet", "b.parquet"))
    publish(aws.s3, config, DAY, supersede=False)
    assert MANIFEST in published(aws)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ({**LINES, "alfa": b'{"a":1}\n'}, "alfa has 1 staged lines, the job wrote 2"),
        ({**LINES, "beta": b'{"b":1}'}, "is refused: its last line has no end"),
    ],
)
def test_a_staged_file_that_is_cut_off_is_refused(
    aws: Aws, config: NightConfig, stage: Stage, lines: dict[str, bytes], said: str
) -> None:
    stage(lines=lines)
    with pytest.raises(NightError, match=said):
        publish(aws.s3, config, DAY, supersede=False)
    assert MANIFEST not in published(aws)


def test_a_file_of_one_chain_under_the_name_of_another_is_refused(aws: Aws, config: NightConfig, stage: Stage) -> None:
    job = stage()
    job["files"][0]["tenant_id"] = "beta"
    stage(files=job["files"])
    with pytest.raises(NightError, match=r"tenant_id=alfa/.* is not one of beta"):
        publish(aws.s3, config, DAY, supersede=False)


def test_a_report_of_another_night_is_refused(aws: Aws, config: NightConfig, stage: Stage) -> None:
    stage(business_date="2026-11-19")
    with pytest.raises(NightError, match="2026-11-19"):
        publish(aws.s3, config, DAY, supersede=False)


def test_a_staged_file_that_is_gone_is_named(aws: Aws, config: NightConfig, stage: Stage) -> None:
    stage()
    aws.s3.delete_object(Bucket="night-out", Key=f"staging/{DAY}/tenant_id=beta/part=0/part-0.txt")
    with pytest.raises(NightError, match=r"tenant_id=beta/part=0/part-0.txt is in the job's report and not in staging"):
        publish(aws.s3, config, DAY, supersede=False)
    assert MANIFEST not in published(aws)


def test_a_night_whose_job_did_not_finish_cannot_be_published(aws: Aws, config: NightConfig, stage: Stage) -> None:
    del stage
    with pytest.raises(NightError, match="the Spark job did not finish"):
        publish(aws.s3, config, DAY, supersede=False)


def test_a_chain_without_events_has_a_status_and_no_file(aws: Aws, config: NightConfig, stage: Stage) -> None:
    job = stage()
    tenants = {
        **job["tenants"],
        "gama": {
            "status": "NO_DATA",
            "lines": 0,
            "by_fallback_level": {},
            "newest_purchase": None,
            "input_digest": "x",
        },
    }
    stage(tenants=tenants)
    manifest = publish(aws.s3, config, DAY, supersede=False)
    assert manifest["tenants"]["gama"]["status"] == "NO_DATA"
    assert {item["tenant_id"] for item in manifest["files"]} == {"alfa", "beta"}


def test_a_chain_whose_offers_are_withheld_has_the_reason(aws: Aws, config: NightConfig, stage: Stage) -> None:
    tenants = stage()["tenants"]
    failed = {**tenants["alfa"], "status": "FAILED", "failure": "every offer has the score 0.5"}
    stage(tenants={"alfa": failed, "beta": {**tenants["beta"], "failure": None}})
    manifest = publish(aws.s3, config, DAY, supersede=False)
    assert (manifest["tenants"]["alfa"]["status"], manifest["tenants"]["alfa"]["failure"]) == (
        "FAILED",
        "every offer has the score 0.5",
    )
    assert "failure" not in manifest["tenants"]["beta"]

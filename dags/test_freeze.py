"""The input of a night is decided once, and each object has the role that its date and its history give it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from earlier_night import EarlierNight
from freeze import build_input, freeze
from input_plan import InputPlan, role_of
from night import NightConfig, NightError

if TYPE_CHECKING:
    from conftest import Aws

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def key(contract: str, day: date, name: str = "a") -> str:
    return f"data/{contract}/event_date={day}/event_hour=10/event_type=sale/{name}.parquet"


def role(config: NightConfig, contract: str, day: date, seen: dict[str, str] | None = None) -> str:
    return role_of(contract, key(contract, day), "e1", DAY, config, seen)


@pytest.mark.parametrize("contract", ["purchase", "coupon"])
def test_the_window_is_the_56_local_days_that_end_on_d(config: NightConfig, contract: str) -> None:
    first = DAY - timedelta(days=55)
    assert [role(config, contract, day) for day in (first, DAY)] == ["window", "window"]
    assert role(config, contract, DAY + timedelta(days=1)) == "unread"
    assert role(config, contract, first - timedelta(days=1)) == "late"


def test_late_events_are_looked_for_14_days_before_the_window(config: NightConfig) -> None:
    first = DAY - timedelta(days=55)
    assert role(config, "purchase", first - timedelta(days=14)) == "late"
    assert role(config, "purchase", first - timedelta(days=15)) == "unread"


def test_what_an_earlier_night_saw_is_not_late_again(config: NightConfig) -> None:
    late = DAY - timedelta(days=60)
    seen = {key("purchase", late): "e1"}
    assert role(config, "purchase", late, seen) == "unread"
    assert role(config, "purchase", late, {}) == "late"
    assert role(config, "purchase", DAY, {key("purchase", DAY): "e1"}) == "window"


@pytest.mark.parametrize("contract", ["product", "shopper"])
def test_a_change_is_read_by_the_first_night_that_sees_it_whatever_its_date(config: NightConfig, contract: str) -> None:
    old = DAY - timedelta(days=300)
    assert role(config, contract, old) == "changes"
    assert role(config, contract, old, {}) == "changes"
    assert role(config, contract, old, {key(contract, old): "e1"}) == "unread"
    assert role(config, contract, old, {key(contract, old): "another"}) == "changes"


def test_the_first_night_takes_as_late_what_came_since_the_day_began(config: NightConfig) -> None:
    first = build_input(DAY, InputPlan(), None, NOW, "run", config)
    assert (first["first_night"], first["late_since"]) == (True, "2026-11-20T03:00:00Z")
    later = build_input(DAY, InputPlan(), EarlierNight(DAY - timedelta(days=2), {}), NOW, "run", config)
    assert (later["first_night"], later["late_since"]) == (False, None)
    assert later["previous_business_date"] == "2026-11-18"


def frozen(aws: Aws, config: NightConfig, day: date = DAY, run_id: str = "run", refreeze: bool = False) -> Any:
    return freeze(aws.s3, config, day, NOW, run_id, refreeze)


def test_a_retry_reads_what_the_first_try_froze(aws: Aws, config: NightConfig) -> None:
    aws.put("night-in", key("purchase", DAY))
    first = frozen(aws, config)
    aws.put("night-in", key("purchase", DAY, "later"))
    assert frozen(aws, config) == first
    (item,) = first.document["objects"]
    listed = aws.s3.head_object(Bucket="night-in", Key=key("purchase", DAY))
    assert item == {
        "contract": "purchase",
        "key": key("purchase", DAY),
        "etag": listed["ETag"].strip('"'),
        "size": 1,
        "role": "window",
    }


def test_two_runs_that_freeze_at_once_read_the_same_input(aws: Aws, config: NightConfig) -> None:
    aws.put("night-in", key("purchase", DAY))
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda number: frozen(aws, config, run_id=f"run-{number}"), range(12)))
    assert len({result.digest for result in results}) == 1
    assert aws.read("night-in", f"runs/{DAY}/input.json") == results[0].document


def test_only_parquet_of_the_contracts_that_are_read_is_frozen(aws: Aws, config: NightConfig) -> None:
    for name in (key("purchase", DAY), key("operator", DAY), "data/purchase/note.txt", key("purchase_v2", DAY)):
        aws.put("night-in", name)
    assert [item["key"] for item in frozen(aws, config).document["objects"]] == [key("purchase", DAY)]


def test_the_previous_night_is_the_newest_that_finished_its_snapshots(aws: Aws, config: NightConfig) -> None:
    done, unfinished = DAY - timedelta(days=2), DAY - timedelta(days=1)
    aws.put("night-in", key("product", done))
    frozen(aws, config, done)
    for contract in ("product", "shopper"):
        aws.put("night-in", f"snapshots/{contract}/{done}/_SUCCESS")
    frozen(aws, config, unfinished)
    aws.put("night-in", f"snapshots/product/{unfinished}/_SUCCESS")
    aws.put("night-in", key("product", DAY))
    document = frozen(aws, config).document
    assert document["previous_business_date"] == str(done)
    roles = {item["key"]: item["role"] for item in document["objects"]}
    assert roles == {key("product", done): "unread", key("product", DAY): "changes"}


def test_snapshots_made_anew_read_every_change_and_leave_what_is_late_as_it_was(aws: Aws, config: NightConfig) -> None:
    late, change = key("purchase", DAY - timedelta(days=60)), key("product", DAY - timedelta(days=300))
    aws.put("night-in", late)
    aws.put("night-in", change)
    freeze(aws.s3, config, DAY - timedelta(days=1), NOW, "before", refreeze=False)
    # Its snapshots are lost, and it was published.
    aws.put("night-out", f"data_output/{DAY}/_manifest.json")
    usual = frozen(aws, config).document
    rebuilt = freeze(aws.s3, config, DAY, NOW, "repair", refreeze=False, rebuild_snapshots=True)
    roles = {item["key"]: item["role"] for item in rebuilt.document["objects"]}
    assert roles == {late: "unread", change: "changes"}
    assert usual["first_night"], "without its snapshots a night is none to go on from"
    state = ("rebuild_snapshots", "first_night", "late_since", "previous_business_date")
    assert [rebuilt.document[name] for name in state] == [True, False, None, None]
    assert freeze(aws.s3, config, DAY, NOW, "repair", refreeze=False, rebuild_snapshots=True) == rebuilt
    # The next night goes on from the snapshots that were made.
    for contract in ("product", "shopper"):
        aws.put("night-in", f"snapshots/{contract}/{DAY}/_SUCCESS")
    following = frozen(aws, config, DAY + timedelta(days=1)).document
    assert following["previous_business_date"] == str(DAY)
    assert {item["role"] for item in following["objects"]} == {"unread"}


def test_refreeze_decides_anew_once_a_run(aws: Aws, config: NightConfig) -> None:
    aws.put("night-in", key("purchase", DAY))
    first = frozen(aws, config, run_id="night")
    aws.put("night-in", key("purchase", DAY, "b"))
    again = frozen(aws, config, run_id="repair", refreeze=True)
    assert (len(first.document["objects"]), len(again.document["objects"])) == (1, 2)
    aws.put("night-in", key("purchase", DAY, "c"))
    assert frozen(aws, config, run_id="repair", refreeze=True) == again, "a retry of the same run must not move"


def test_refreeze_is_refused_once_the_night_is_published(aws: Aws, config: NightConfig) -> None:
    first = frozen(aws, config, run_id="night")
    aws.put("night-out", "data_output/2026-11-21/_manifest.json", json.dumps({}).encode())
    with pytest.raises(NightError, match=r"refreeze is refused: .*_manifest\.json is already published"):
        frozen(aws, config, run_id="repair", refreeze=True)
    assert aws.read("night-in", f"runs/{DAY}/input.json") == first.document

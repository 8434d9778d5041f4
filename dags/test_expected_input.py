"""The cluster is ordered for what freezing would give to the job: nothing less, and no history that it never reads."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from expected_input import expected_load, order_cluster
from freeze import freeze
from night import NightConfig
from sizing import Load

if TYPE_CHECKING:
    from conftest import Aws

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
DEADLINE = datetime(2026, 11, 21, 10, tzinfo=UTC)


def purchase(day: str, name: str = "a") -> str:
    return f"data/purchase/event_date={day}/event_hour=10/event_type=sale/{name}.parquet"


PRODUCT = "data/product/event_date=2025-01-01/event_hour=1/event_type=listed/a.parquet"


@pytest.fixture
def lake(aws: Aws) -> Aws:
    sizes = {
        purchase("2026-11-20"): 1,
        purchase("2026-09-26"): 2,  # the window's first day
        purchase("2026-09-20"): 4,  # late, if no earlier night saw it
        purchase("2025-09-20"): 8,  # history
        PRODUCT: 16,
        purchase("2026-11-20", "b") + ".crc": 32,
    }
    for key, size in sizes.items():
        aws.put("night-in", key, b"x" * size)
    return aws


def frozen_bytes(aws: Aws, config: NightConfig) -> int:
    document = freeze(aws.s3, config, DAY, NOW, "run", refreeze=False).document
    return sum(item["size"] for item in document["objects"] if item["role"] != "unread")


def test_the_first_night_expects_window_lateness_and_every_change(lake: Aws, config: NightConfig) -> None:
    assert expected_load(lake.s3, config, DAY) == Load(1 + 2 + 4 + 16, 0)
    assert frozen_bytes(lake, config) == 23


def test_a_later_night_expects_what_is_new_and_the_snapshots_that_it_starts_from(
    lake: Aws, config: NightConfig
) -> None:
    objects = [
        {"key": key, "etag": lake.s3.head_object(Bucket="night-in", Key=key)["ETag"].strip('"')}
        for key in (PRODUCT, purchase("2026-09-20"))
    ]
    lake.put("night-in", "runs/2026-11-19/input.json", json.dumps({"objects": objects}).encode())
    for contract, size in (("product", 100), ("shopper", 200)):
        lake.put("night-in", f"snapshots/{contract}/2026-11-19/_SUCCESS", b"")
        lake.put("night-in", f"snapshots/{contract}/2026-11-19/part-0.parquet", b"x" * size)
        lake.put("night-in", f"snapshots/{contract}/2026-11-18/part-0.parquet", b"x" * 1000)
    assert expected_load(lake.s3, config, DAY) == Load(1 + 2, 300)
    # Every change is read anew.
    assert expected_load(lake.s3, config, DAY, rebuild_snapshots=True) == Load(1 + 2 + 16, 300)
    assert frozen_bytes(lake, config) == 3


def test_the_order_says_what_it_is_for_and_is_larger_for_more(
    lake: Aws, config: NightConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    small = order_cluster(lake.s3, config, DAY, DEADLINE, 1, said.append)
    monkeypatch.setattr("expected_input.expected_load", lambda *_: Load(50 * 1024**3))
    once, twice = (order_cluster(lake.s3, config, DAY, DEADLINE, 1, said.append, times) for times in (1, 2))
    machines = [flow["Instances"]["InstanceFleets"][1]["TargetOnDemandCapacity"] for flow in (small, once, twice)]
    assert machines == [1, 7, 8]
    assert [sentence.partition(" of events")[0] for sentence in said] == [
        *("Expecting 0.00 GiB", "Expecting 50.00 GiB", "Sized for 2 times the input. Expecting 100.00 GiB")
    ]
    assert "That is the largest cluster allowed, 12 were right" in said[2]

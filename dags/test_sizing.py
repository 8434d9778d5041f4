"""More input never gets a smaller cluster, the limits hold, and what Spark is given fits into the machines."""

from __future__ import annotations

import os
import shlex
import subprocess
from itertools import pairwise

import pytest

from sizing import DISK_BYTES_PER_BYTE, GIB, JOB_SECONDS, Limits, Load, cluster_size, core_seconds, sentence_of

MIB = 1024**2
XLARGE = Limits(vcpus=4, memory_gib=16, least=1, most=60)
LARGER = Limits(vcpus=8, memory_gib=32, least=2, most=40)
MEMORY = Limits(vcpus=16, memory_gib=128, least=1, most=20)
SHAPES = [XLARGE, LARGER, MEMORY]
MIXED = [Load(int(MIB * 1.5**step), int(MIB * 1.5**step / 4)) for step in range(40)]
# Without shoppers there is less work in a byte, and large machines would run out of disk first.
EVENTS = [Load(load.event_bytes) for load in MIXED]
LOADS = MIXED + EVENTS


@pytest.mark.parametrize(
    ("load", "instances", "executors", "volume"),
    [
        (Load(0), 1, 1, 64),
        (Load(MIB), 1, 1, 64),
        (Load(GIB), 1, 1, 64),
        (Load(100 * GIB), 12, 23, 167),
        # Few events of many shoppers: the snapshots alone ask for more than one machine.
        (Load(GIB, 6 * GIB), 6, 11, 64),
        (Load(10_000 * GIB), 60, 119, 1024),
    ],
)
def test_the_rule_as_a_table(load: Load, instances: int, executors: int, volume: int) -> None:
    size = cluster_size(load, XLARGE)
    assert (size.instances, size.executors, size.volume_gib) == (instances, executors, volume)


@pytest.mark.parametrize("limits", SHAPES)
def test_more_input_never_gets_a_smaller_cluster(limits: Limits) -> None:
    for loads in (MIXED, EVENTS):
        sizes = [cluster_size(load, limits) for load in loads]
        for smaller, larger in pairwise(sizes):
            assert smaller.instances <= larger.instances
            assert smaller.executors <= larger.executors
            assert smaller.wanted_instances <= larger.wanted_instances
        assert sizes[0].instances < sizes[-1].instances, "the loads do not reach from the smallest to the largest"


@pytest.mark.parametrize("limits", SHAPES)
def test_every_cluster_is_within_its_limits_and_says_when_it_is_too_small(limits: Limits) -> None:
    for load in LOADS:
        size = cluster_size(load, limits)
        assert limits.least <= size.instances <= limits.most
        told = "largest cluster allowed" in sentence_of(load, size, limits)
        assert told == (size.wanted_instances > limits.most)


@pytest.mark.parametrize("limits", SHAPES)
def test_within_the_limits_the_work_is_done_in_time_and_the_disks_hold_it(limits: Limits) -> None:
    for load in LOADS:
        size = cluster_size(load, limits)
        if size.wanted_instances <= limits.most:
            assert core_seconds(load) / (size.executors * size.executor_cores) <= JOB_SECONDS
            read = load.event_bytes + load.snapshot_bytes
            assert size.instances * size.volume_gib * GIB >= read * DISK_BYTES_PER_BYTE


@pytest.mark.parametrize("limits", SHAPES)
def test_executors_and_driver_fit_into_what_yarn_may_give_away(limits: Limits) -> None:
    for load in LOADS:
        size = cluster_size(load, limits)
        defaults, yarn = size.spark_defaults(), size.yarn_site()
        memory = {name: int(value.removesuffix("m")) for name, value in defaults.items() if "emory" in name}
        executor = memory["spark.executor.memory"] + memory["spark.executor.memoryOverhead"]
        driver = memory["spark.driver.memory"] + memory["spark.driver.memoryOverhead"]
        given = int(yarn["yarn.nodemanager.resource.memory-mb"])
        assert given < limits.memory_gib * 1024
        assert max(executor, driver) <= int(yarn["yarn.scheduler.maximum-allocation-mb"]) <= given
        # YARN rounds a container up to a multiple of 32 MiB.
        assert executor % 32 == driver % 32 == 0
        # No machine holds more containers than its memory, and all machines together hold all of them.
        assert size.instances * (given // max(executor, driver)) >= size.executors + 1
        assert (size.executors + 1) * size.executor_cores <= size.instances * limits.vcpus


def test_the_cluster_is_one_jobs_and_yarn_begins_no_second_one_by_itself() -> None:
    defaults = cluster_size(Load(GIB), LARGER).spark_defaults()
    assert (defaults["spark.dynamicAllocation.enabled"], defaults["spark.yarn.maxAppAttempts"]) == ("false", "1")
    assert (defaults["spark.executor.instances"], defaults["spark.executor.cores"]) == ("3", "4")


def test_the_virtual_machines_start_with_the_options_of_the_cluster() -> None:
    defaults = cluster_size(Load(GIB), LARGER).spark_defaults()
    options = [defaults[f"spark.{part}.defaultJavaOptions"] for part in ("driver", "executor")]
    for given in options:
        # A machine given two collectors does not start.
        assert given.count("-XX:+Use") == 1
        ended = subprocess.run(
            [f"{os.environ['JAVA_HOME']}/bin/java", *shlex.split(given), "-version"], capture_output=True, text=True
        )
        assert (ended.returncode, "warning" in ended.stderr.lower()) == (0, False), ended.stderr


def test_twice_as_much_is_sized_as_twice_as_much() -> None:
    assert Load(3, 5).times(2) == Load(6, 10)
    once, twice = (cluster_size(Load(200 * GIB).times(factor), XLARGE) for factor in (1, 2))
    assert once.instances < twice.instances


def test_the_sentence_says_what_was_expected_and_what_is_asked_for() -> None:
    load = Load(100 * GIB, GIB // 2)
    said = sentence_of(load, cluster_size(load, XLARGE), XLARGE)
    assert said.startswith("Expecting 100.00 GiB of events and 0.50 GiB of snapshots: ")
    assert "core machines of 4 vCPUs and 16 GiB" in said

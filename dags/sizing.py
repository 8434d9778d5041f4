"""How large a night's cluster is: one rule from the bytes that the job will read to machines, disks, Spark's memory.

Pure. The measurements that it rests on and its arithmetic are in docs/sizing.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

GIB = 1024**3
# Measured on two idle cores: the whole job over 10.1 million item rows in 132 s (`npm run bench -- scoring`).
CORE_SECONDS_PER_ITEM_ROW = 132 * 2 / 10.1e6
# Measured on a made lake of 1 million item rows.
BYTES_PER_ITEM_ROW = 25.6
ITEM_ROWS_PER_SHOPPER = 51
SNAPSHOT_BYTES_PER_SHOPPER = 200

# What the job may take in one try of its 150 minutes: room for a forecast that is wrong by more than three.
JOB_SECONDS = 40 * 60
# More tasks in one virtual machine wait for each other's memory and disks.
MOST_EXECUTOR_CORES = 4
# What YARN may give away of a machine: EMR's own default for machines of 16 and 32 GiB, less than it for larger ones.
YARN_SHARE = 0.75
# Of a container: the heap; the rest is the virtual machine's own, its network buffers, and Python's in the driver.
HEAP_SHARE = 0.8
# EMR takes a collector only in these options, which stand in the place of its own
# (https://docs.aws.amazon.com/emr/latest/ReleaseGuide/emr-spark-configure.html). Nobody waits for a pause of a batch
# job. A night compiles hundreds of classes and runs most of them for seconds: ten times the default thresholds
# (openjdk 17: 5000, 600, 15000, 40000) leave the thorough compiler what runs long.
JAVA_OPTIONS = (
    "-XX:OnOutOfMemoryError='kill -9 %p' -XX:+UseParallelGC -XX:Tier4InvocationThreshold=50000 "
    "-XX:Tier4MinInvocationThreshold=6000 -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000"
)
# A byte of Parquet is held decoded (6), kept twice on HDFS (2 × 3 copies) and shuffled (6), with a little air.
DISK_BYTES_PER_BYTE = 20
# A volume as EMR takes it: up to 1,024 GiB; below the least a few large files would fill it.
VOLUME_GIB = (64, 1024)


@dataclass(frozen=True)
class Load:
    """Bytes of Parquet that the job reads: events and changes, and the snapshots of the night before."""

    event_bytes: int
    snapshot_bytes: int = 0

    def times(self, factor: int) -> Load:
        """As if there were so many times as much to do."""
        return Load(self.event_bytes * factor, self.snapshot_bytes * factor)


@dataclass(frozen=True)
class Limits:
    """What an environment says of its cluster: the shape of a core machine, and the fewest and most of them."""

    vcpus: int
    memory_gib: int
    least: int
    most: int


@dataclass(frozen=True)
class ClusterSize:
    """The core machines of a cluster, and how Spark shares them out: equal containers, one of them the driver's."""

    instances: int
    wanted_instances: int
    volume_gib: int
    executors: int
    executor_cores: int
    container_mib: int
    yarn_mib: int

    @property
    def heap_mib(self) -> int:
        """The heap of an executor, and of the driver."""
        return int(self.container_mib * HEAP_SHARE)

    def spark_defaults(self) -> dict[str, str]:
        """The properties of EMR's classification spark-defaults."""
        heap, overhead = f"{self.heap_mib}m", f"{self.container_mib - self.heap_mib}m"
        return {
            # The cluster is one job's: all of it from the start to the end.
            "spark.dynamicAllocation.enabled": "false",
            # A job that failed is tried again by Airflow, on another cluster. YARN would begin it anew on this one,
            # even one that has refused its input.
            "spark.yarn.maxAppAttempts": "1",
            "spark.executor.instances": str(self.executors),
            "spark.executor.cores": str(self.executor_cores),
            "spark.executor.memory": heap,
            "spark.executor.memoryOverhead": overhead,
            "spark.driver.memory": heap,
            "spark.driver.memoryOverhead": overhead,
            "spark.driver.defaultJavaOptions": JAVA_OPTIONS,
            "spark.executor.defaultJavaOptions": JAVA_OPTIONS,
        }

    def yarn_site(self) -> dict[str, str]:
        """The properties of yarn-site: what the containers are cut from, whatever the machine's type has as default."""
        return {
            "yarn.nodemanager.resource.memory-mb": str(self.yarn_mib),
            "yarn.scheduler.maximum-allocation-mb": str(self.yarn_mib),
        }


def limits_of(emr: Mapping[str, Any]) -> Limits:
    """The limits in the `emr` part of the night's configuration."""
    machine, instances = emr["core_machine"], emr["core_instances"]
    return Limits(machine["vcpus"], machine["memory_gib"], instances["least"], instances["most"])


def core_seconds(load: Load) -> float:
    """What the job takes on one core.

    A row's time is charged to the events as a whole, and again to the shoppers as a whole: what a lake with many
    events of few shoppers takes, and one with few events of many. A lake in between pays twice, which is the margin.
    """
    rows = load.event_bytes / BYTES_PER_ITEM_ROW
    shoppers = load.snapshot_bytes / SNAPSHOT_BYTES_PER_SHOPPER
    return CORE_SECONDS_PER_ITEM_ROW * (rows + shoppers * ITEM_ROWS_PER_SHOPPER)


def cluster_size(load: Load, limits: Limits) -> ClusterSize:
    """The smallest cluster within the limits that does the load in JOB_SECONDS and holds it on its disks."""
    executor_cores = max(1, min(MOST_EXECUTOR_CORES, limits.vcpus // 2))
    containers_a_machine = limits.vcpus // executor_cores
    for_work = ceil(core_seconds(load) / JOB_SECONDS / executor_cores)
    disk = (load.event_bytes + load.snapshot_bytes) * DISK_BYTES_PER_BYTE / GIB
    least_volume, most_volume = VOLUME_GIB
    # The driver takes a container of its own, and something has to work.
    wanted = max(ceil((max(for_work, 1) + 1) / containers_a_machine), ceil(disk / most_volume))
    instances = min(max(wanted, limits.least), limits.most)
    yarn_mib = int(limits.memory_gib * 1024 * YARN_SHARE)
    return ClusterSize(
        instances=instances,
        wanted_instances=wanted,
        volume_gib=min(max(ceil(disk / instances), least_volume), most_volume),
        executors=instances * containers_a_machine - 1,
        executor_cores=executor_cores,
        container_mib=yarn_mib // containers_a_machine,
        yarn_mib=yarn_mib,
    )


def sentence_of(load: Load, size: ClusterSize, limits: Limits) -> str:
    """What the task's log says of the size: what was expected, what is asked for, and when that is too little."""
    said = (
        f"Expecting {load.event_bytes / GIB:.2f} GiB of events and {load.snapshot_bytes / GIB:.2f} GiB of snapshots: "
        f"{size.instances} core machines of {limits.vcpus} vCPUs and {limits.memory_gib} GiB, {size.volume_gib} GiB of "
        f"disk each, {size.executors} executors of {size.executor_cores} cores and {size.heap_mib} MiB"
    )
    if size.wanted_instances <= limits.most:
        return f"{said}."
    return (
        f"{said}. That is the largest cluster allowed, {size.wanted_instances} were right: "
        "raise cluster.coreInstances.most of the environment."
    )

"""Turns the spark-submit of an EMR step into one that runs on this machine against the local S3.

Pure but for the downloads: what EMR takes from YARN and EMRFS is set here by configuration, and the job cannot tell.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# With the heap at this size the whole JVM stays below 2 GiB.
DRIVER_MEMORY = "1400m"
# Options of spark-submit that say where to run; on this machine they are answered here.
PLACEMENT = frozenset({"--deploy-mode", "--master", "--num-executors", "--executor-memory", "--executor-cores"})
# Options that name files to fetch, as a comma-separated list.
FILE_LISTS = frozenset({"--py-files", "--files", "--archives"})
# Options that would fetch code from a host of the Internet.
REMOTE = frozenset({"--packages", "--repositories"})
KEPT = frozenset({"--conf", "--name", "--class", "--driver-memory"})
# Fetches s3://bucket/key and returns the path of the file it wrote.
Fetch = Callable[[str], str]


class StepRefused(ValueError):
    """A step that this machine cannot run as EMR would; the message names the argument."""


@dataclass(frozen=True)
class Machine:
    """Where Spark, Java and the S3 stand-in are on this machine."""

    python: str
    spark_home: str
    java_home: str | None
    jars: tuple[str, ...]
    endpoint: str
    scratch: str
    cores: int = 2
    # Whom the step is: the role of the cluster's machines, or the operator of this machine.
    access_key: str = "local"


def _local(path: str, fetch: Fetch) -> str:
    if path.startswith("s3://"):
        return fetch(path)
    raise StepRefused(f"{path} is not in S3: a step's code is read from s3:// only")


def submit_command(args: Sequence[str], machine: Machine, fetch: Fetch) -> list[str]:
    """The command that runs the step's spark-submit here; code is fetched, placement is local."""
    if not args or args[0] != "spark-submit":
        raise StepRefused(f"the step runs {args[0] if args else 'nothing'}: only spark-submit is known here")
    kept: list[str] = []
    rest = list(args[1:])
    while rest and rest[0].startswith("--"):
        option, _, inline = rest.pop(0).partition("=")
        if not inline and not rest:
            raise StepRefused(f"{option} has no value")
        value = inline or rest.pop(0)
        if option in REMOTE or option not in PLACEMENT | FILE_LISTS | KEPT:
            raise StepRefused(f"spark-submit's option {option} is not obeyed here")
        if option in FILE_LISTS:
            value = ",".join(_local(item, fetch) for item in value.split(","))
        if option not in PLACEMENT:
            kept += [option, value]
    if not rest:
        raise StepRefused("spark-submit is given no main file")
    settings = [part for name, value in spark_settings(machine).items() for part in ("--conf", f"{name}={value}")]
    placement = ["--master", f"local[{machine.cores}]", "--driver-memory", DRIVER_MEMORY]
    spark = str(Path(machine.spark_home) / "bin" / "spark-submit")
    return [spark, *placement, *settings, *kept, _local(rest[0], fetch), *rest[1:]]


def spark_settings(machine: Machine) -> dict[str, str]:
    """The configuration that stands for EMR's: s3:// is S3A on the local endpoint, and start-up is short."""
    scratch = machine.scratch
    temporary = _quoted(f"-Djava.io.tmpdir={scratch}")
    return {
        # By class path, not by spark.jars, which would copy the 280 MB of the AWS SDK in every run.
        "spark.driver.extraClassPath": os.pathsep.join(machine.jars),
        # One short job on few cores: a small collector, and no optimiser threads that would never pay.
        "spark.driver.extraJavaOptions": f"-XX:+UseSerialGC -XX:TieredStopAtLevel=1 {temporary}",
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": scratch,
        "spark.sql.warehouse.dir": f"{scratch}/warehouse",
        "spark.sql.shuffle.partitions": str(2 * machine.cores),
        "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
        "spark.hadoop.hadoop.tmp.dir": scratch,
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3a.endpoint": machine.endpoint,
        "spark.hadoop.fs.s3a.endpoint.region": "sa-east-1",
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
        "spark.hadoop.fs.s3a.access.key": machine.access_key,
        "spark.hadoop.fs.s3a.secret.key": "local",
        "spark.hadoop.fs.s3a.aws.credentials.provider": "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
        "spark.hadoop.fs.s3a.directory.marker.retention": "keep",
        "spark.hadoop.fs.s3a.attempts.maximum": "3",
    }


def _quoted(option: str) -> str:
    """One option of a list that Spark divides at blanks: a folder may have one in its name."""
    escaped = option.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def step_environment(machine: Machine, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of the step: its own Java and Python first, loopback, and no way to a real account."""
    path = [str(Path(machine.python).parent)]
    environment = {name: value for name, value in inherited.items() if not name.startswith(("AWS_", "SPARK_"))}
    if machine.java_home:
        environment["JAVA_HOME"] = machine.java_home
        path.append(str(Path(machine.java_home) / "bin"))
    return {
        **environment,
        "PATH": os.pathsep.join([*path, inherited.get("PATH", "/usr/bin:/bin")]),
        "SPARK_HOME": machine.spark_home,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": machine.python,
        "PYSPARK_DRIVER_PYTHON": machine.python,
        "PYTHONHASHSEED": "0",
        # In a plain C locale Java cannot name a folder with an accent.
        "LC_ALL": "C.UTF-8",
        "TMPDIR": machine.scratch,
        "AWS_ENDPOINT_URL": machine.endpoint,
        "AWS_ACCESS_KEY_ID": machine.access_key,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "sa-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }

"""What the tests of the night share: a configuration, a moto server with an instant Spark, and a way to run the DAG."""

from __future__ import annotations

import atexit
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from night import NightConfig, parse_config

ROOT = Path(__file__).parents[1]
HOME = Path(tempfile.mkdtemp(prefix="airflow-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

sys.path.append(str(ROOT / "local" / "airflow"))
from home import environment_of, prepare  # type: ignore[import-not-found]  # noqa: E402

# Before anything imports Airflow: it reads its environment once.
os.environ.update(environment_of(HOME, HOME / "dags", {}))

CONFIGURATION: dict[str, Any] = {
    "environment": "local",
    "region": "sa-east-1",
    "time_zone": "America/Sao_Paulo",
    "schedule": "0 23 * * *",
    "firehose_buffer_seconds": 900,
    "window_days": 56,
    "late_lookback_days": 14,
    "late_policy": "clip",
    "offers": {"*": {"k": 5, "minimum": 3}},
    "deadline_local": "07:00",
    "manual_deadline_hours": 8,
    "buckets": {"in": "night-in", "out": "night-out", "artifacts": "night-artifacts"},
    "read_contracts": ["purchase", "coupon", "product", "shopper"],
    "code": {"entry": "s3://night-artifacts/code/recommend.py", "package": "s3://night-artifacts/code/package.zip"},
    "emr": {
        "release_label": "emr-7.13.0",
        "log_uri": "s3://night-logs/emr/",
        "service_role": "emr-service",
        "job_flow_role": "emr-nodes",
        "subnet_ids": ["subnet-a", "subnet-b"],
        "security_configuration": "night",
        "security_groups": {"master": "sg-m", "core": "sg-c", "service": "sg-s", "additional": []},
        "managed_policy_tag": "for-use-with-amazon-emr-managed-policies",
        "idle_timeout_seconds": 1800,
        "instance_types": [["m6g.xlarge", "m7g.xlarge"], ["m6i.xlarge", "m5.xlarge"]],
        "core_machine": {"vcpus": 4, "memory_gib": 16},
        "core_instances": {"least": 1, "most": 8},
        "tags": {"project": "mercafacil"},
    },
}

TASKS = (
    "Subir_Cluster_EMR",
    "Processar_Dados_Usando_ML_Spark",
    "Gravar_Resultados_No_S3_Out",
    "Excluir_Cluster_EMR",
)

# Takes a step's spark-submit and runs its main file with Python alone, so that a run of the DAG costs no JVM.
INSTANT_SPARK = """#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    --*) shift 2 ;;
    *) exec "$PYSPARK_PYTHON" "$@" ;;
  esac
done
"""

# Stands for the Spark job: stages one line a chain, or what a test's wish says.
JOB = """
import hashlib, json, os, sys
import boto3
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
day, now = given["--business-date"], given["--now"]
from datetime import date, timedelta
s3 = boto3.client("s3")
IN, OUT = "night-in", "night-out"
def put(bucket, key, body):
    s3.put_object(Bucket=bucket, Key=key, Body=body if isinstance(body, bytes) else json.dumps(body).encode())
runs = s3.list_objects_v2(Bucket="night-artifacts", Prefix="runs/").get("KeyCount", 0)
put("night-artifacts", f"runs/{runs}", given)
wish = json.loads(s3.get_object(Bucket="night-artifacts", Key="wish")["Body"].read())
if wish.get("refuse"):
    put(OUT, f"staging/{day}/_error.json", {"message": wish["refuse"]})
    sys.exit(1)
if runs < wish.get("breaks", 0):
    put(OUT, f"staging/{day}/_error.json", {"message": "The Spark job failed with X: broken", "unexpected": True})
    sys.exit(1)
if runs < wish.get("crashes", 0):
    os.abort()
frozen = json.loads(s3.get_object(Bucket=IN, Key=given["--input"].removeprefix(f"s3://{IN}/"))["Body"].read())
digest = hashlib.sha256(json.dumps([o["etag"] for o in frozen["objects"]]).encode()).hexdigest()
policy = s3.get_object(Bucket=IN, Key=given["--policy"].removeprefix(f"s3://{IN}/"))["Body"].read()
offers = str(date.fromisoformat(day) + timedelta(days=1))
files, tenants = [], {}
for tenant in ("alfa", "beta"):
    key = f"staging/{day}/tenant_id={tenant}/part=0/part-00000.txt"
    put(OUT, key, b'{"tenant_id":"%s"}\\n' % tenant.encode())
    files.append({"key": key, "tenant_id": tenant, "part": 0})
    tenants[tenant] = {"status": "OK", "lines": 1, "by_fallback_level": {"champion": 1},
        "newest_purchase": now, "input_digest": digest}
for contract in ("product", "shopper"):
    put(IN, f"snapshots/{contract}/{day}/_SUCCESS", b"")
put(OUT, f"staging/{day}/_job.json", {
    "version": 1, "business_date": day, "offer_date": offers, "input_digest": digest,
    "model": {"name": "frequency", "version": "1", "sha256": "ab", "fallback_level": "champion"},
    "policy": {"sha256": hashlib.sha256(policy).hexdigest()},
    "counts": {"read": 2}, "by_contract": {}, "objects_set_aside": [], "tenants": tenants, "files": files})
if wish.get("overwrite"):
    put(IN, wish["overwrite"], b"replaced")
"""


@dataclass
class Aws:
    """Clients of the moto server of this session, its buckets empty for this test."""

    url: str
    s3: Any = field(init=False)
    emr: Any = field(init=False)

    def __post_init__(self) -> None:
        self.s3, self.emr = boto3.client("s3"), boto3.client("emr")

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """The keys of a bucket under a prefix."""
        return [item["Key"] for item in self.s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]

    def read(self, bucket: str, key: str) -> Any:
        """A JSON object of a bucket."""
        return json.loads(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    def put(self, bucket: str, key: str, body: bytes = b"x") -> None:
        """Writes an object."""
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def clusters(self, day: str) -> list[Any]:
        """Every cluster of the day, whatever its state."""
        listed = self.emr.list_clusters()["Clusters"]
        found = [self.emr.describe_cluster(ClusterId=it["Id"])["Cluster"] for it in listed if it["Name"].endswith(day)]
        return sorted(found, key=lambda it: str(it["Status"]["Timeline"]["CreationDateTime"]))

    def steps(self, cluster: Any) -> list[Any]:
        """The steps of a cluster, oldest first."""
        return list(reversed(self.emr.list_steps(ClusterId=cluster["Id"])["Steps"]))

    def core_fleet(self, cluster: Any) -> tuple[list[str], int]:
        """The types and the number of core machines that a cluster was asked to have."""
        _, core = self.emr.list_instance_fleets(ClusterId=cluster["Id"])["InstanceFleets"]
        types = [each["InstanceType"] for each in core["InstanceTypeSpecifications"]]
        return types, core["TargetOnDemandCapacity"]

    def lack(self, *types: str) -> None:
        """From now on EC2 has none of these types."""
        request = urllib.request.Request(f"{self.url}/_emr/lacking", json.dumps(types).encode(), method="POST")
        urllib.request.urlopen(request).close()


@pytest.fixture
def configuration() -> dict[str, Any]:
    return CONFIGURATION


@pytest.fixture(scope="session")
def config() -> NightConfig:
    return parse_config(CONFIGURATION)


@pytest.fixture(scope="session")
def moto_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    spark_home = tmp_path_factory.mktemp("spark")
    submit = spark_home / "bin" / "spark-submit"
    submit.parent.mkdir()
    submit.write_text(INSTANT_SPARK)
    submit.chmod(0o755)
    python = ROOT / ".local" / "python" / "spark" / "bin" / "python"
    arguments = ["--logs", str(tmp_path_factory.mktemp("logs")), "--jars", str(ROOT / ".local" / "java" / "jars")]
    server = subprocess.Popen(
        [str(python), str(ROOT / "local" / "aws" / "server.py"), *arguments, "--spark-home", str(spark_home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin
    assert server.stdout
    yield f"http://127.0.0.1:{json.loads(server.stdout.readline())['port']}"
    server.stdin.close()
    server.wait(30)


@pytest.fixture
def aws(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> Aws:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    stand_in = Aws(moto_server)
    existing = {bucket["Name"] for bucket in stand_in.s3.list_buckets()["Buckets"]}
    for name in ("night-in", "night-out", "night-artifacts"):
        if name in existing:
            for key in stand_in.keys(name):
                stand_in.s3.delete_object(Bucket=name, Key=key)
        else:
            stand_in.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "sa-east-1"})
    stand_in.lack()
    return stand_in


@dataclass
class Run:
    """How a run of the DAG ended."""

    state: str
    tasks: dict[str, str]
    errors: list[str]

    @property
    def states(self) -> list[str]:
        """The tasks' states in the order of the graph."""
        return [self.tasks[task] for task in TASKS]


@pytest.fixture(scope="session")
def shipped() -> Path:
    """The folder that MWAA syncs: what is shipped, with its configuration beside it."""
    dags = HOME / "dags"
    dags.mkdir()
    for source in Path(__file__).parent.glob("*.py"):
        if not source.name.startswith(("test_", "conftest")):
            (dags / source.name).write_bytes(source.read_bytes())
    (dags / "recommendations_nightly.json").write_text(json.dumps(CONFIGURATION))
    return dags


@pytest.fixture(scope="session")
def dag(shipped: Path) -> Any:
    """The shipped DAG in a real Airflow, its retries without a delay."""
    prepare(HOME, ROOT / ".local" / "airflow", shipped, {})
    from airflow.models.dagbag import DagBag

    import run_dag  # type: ignore[import-not-found]

    run_dag.keep_api_server()
    bag = DagBag(dag_folder=str(shipped), include_examples=False)
    assert bag.import_errors == {}
    return bag.dags["recommendations_nightly"]


@pytest.fixture
def run_night(dag: Any, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Runs the night of a day: run_night("2026-11-20", wish={...}, conf={...})."""
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    import run_dag

    attempts = itertools.count()
    listened = run_dag.TaskErrors()
    listened.listen()
    for task in dag.tasks:
        monkeypatch.setattr(task, "retry_delay", timedelta(0))
    aws.put("night-artifacts", "code/recommend.py", JOB.encode())
    aws.put("night-artifacts", "code/package.zip")

    def run(day: str | None, wish: dict[str, Any] | None = None, conf: dict[str, Any] | None = None) -> Run:
        listened.messages.clear()
        aws.put("night-artifacts", "wish", json.dumps(wish or {}).encode())
        # Another second each time: two runs of one day are two runs.
        played = day or "2026-11-20"
        logical = datetime.fromisoformat(f"{played}T23:00:{next(attempts):02}").replace(
            tzinfo=ZoneInfo("America/Sao_Paulo")
        )
        given = {"now": f"{played}T23:30:00-03:00", **(conf or {})}
        outcome = dag.test(logical_date=logical if day else None, run_conf=given)
        tasks = {instance.task_id: str(instance.state) for instance in outcome.get_task_instances()}
        return Run(str(outcome.state), tasks, list(listened.messages.values()))

    return run

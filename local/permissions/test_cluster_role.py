"""The cluster needs each permission of its role: without one, the Spark job fails, and the very action was refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from hostile_lake import HostileLake
from night_runs import POLICY
from recommend import recommend
from recommender.frozen_input import CONTRACTS
from recommender.session import SETTINGS
from recommender.settings import parse_settings
from role_proofs import RoleProofs
from spark_submit import Machine, spark_settings

ROOT = Path(__file__).parents[2]
JARS = ROOT / ".local" / "java" / "jars"
IN, OUT, ARTIFACTS = (f"mercafacil-local-{name}" for name in ("in", "out", "artifacts"))
DAY = "2026-11-20"
NODES = RoleProofs("mercafacil-local-emr-nodes", "emr-nodes")


class SmallLake(HostileLake):
    """One chain with one purchase of three listed products."""

    def __init__(self) -> None:
        super().__init__(0, date(2026, 11, 21), 7)
        moment = datetime(2026, 11, 20, 15, tzinfo=UTC)
        common: dict[str, Any] = {
            **{"tenant_id": "chain-a", "occurred_at": moment, "received_at": moment, "moment": moment},
            **{"schema_version": 1, "store_id": "s", "region": "none", "night": 1},
        }
        items = [{"sku": f"sku{it}", "name": None, "quantity": 1, "unit_price": 1} for it in range(3)]
        sale = {"event_type": "sale", "event_id": "p", "cpf": "f" * 64, "loyalty_id": None, "items": items}
        listed = {"event_type": "listed", "unit_price": None, "department": None, "in_stock": None}
        rows = [("purchase", {**common, **sale})]
        rows += [
            ("product", {**common, **listed, "event_id": str(it), "sku": f"sku{it}", "name": "n"}) for it in range(3)
        ]
        self.objects = self._spread(rows)


class Cluster:
    """A stand-in for AWS with the lake of a night, and a Spark session that is the cluster's role there."""

    def __init__(self, url: str, spark: SparkSession, schemas: dict[str, StructType]) -> None:
        self.url, self._spark, self._schemas = url, spark, schemas
        self.s3 = boto3.client(
            "s3",
            endpoint_url=url,
            region_name="sa-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def night(self) -> None:
        """The job's whole work; AssertionError unless it staged its report."""
        arguments = {
            **{"--business-date": DAY, "--now": "2026-11-21T02:30:00Z", "--time-zone": "America/Sao_Paulo"},
            **{"--input": f"s3://{IN}/runs/{DAY}/input.json", "--in": f"s3://{IN}", "--out": f"s3://{OUT}"},
            **{"--models": f"s3://{ARTIFACTS}/models", "--window-days": "7", "--late-lookback-days": "14"},
            **{"--late-policy": "clip", "--policy": f"s3://{IN}/runs/{DAY}/policy.json"},
        }
        self.s3.put_object(Bucket=OUT, Key=f"staging/{DAY}/left-by-an-earlier-try", Body=b"x")
        recommend(self._spark, parse_settings([text for pair in arguments.items() for text in pair]), self._schemas)
        listed = self.s3.list_objects_v2(Bucket=OUT, Prefix=f"staging/{DAY}/").get("Contents", [])
        keys = [item["Key"].removeprefix(f"staging/{DAY}/") for item in listed]
        assert "_job.json" in keys
        assert "left-by-an-earlier-try" not in keys


def _fill(s3: Any, folder: Path, schemas: dict[str, Any]) -> None:
    for name in (IN, OUT, ARTIFACTS):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "sa-east-1"})
    lake = SmallLake()
    document = lake.freeze(1, lake.write(folder, schemas))
    for file in (path for path in folder.rglob("*") if path.is_file()):
        s3.put_object(Bucket=IN, Key=str(file.relative_to(folder)), Body=file.read_bytes())
    for item in document["objects"]:
        item["etag"] = s3.head_object(Bucket=IN, Key=item["key"])["ETag"].strip('"')
    s3.put_object(Bucket=IN, Key=f"runs/{DAY}/input.json", Body=json.dumps(document).encode())
    s3.put_object(Bucket=IN, Key=f"runs/{DAY}/policy.json", Body=json.dumps(POLICY).encode())
    for file in (path for path in (ROOT / "models").rglob("*") if path.is_file()):
        s3.put_object(Bucket=ARTIFACTS, Key=str(file.relative_to(ROOT)), Body=file.read_bytes())


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    server = subprocess.Popen(
        [
            *(sys.executable, str(ROOT / "local" / "aws" / "server.py")),
            *("--logs", str(tmp_path_factory.mktemp("logs")), "--jars", str(JARS)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdin
    assert server.stdout
    url = f"http://127.0.0.1:{json.loads(server.stdout.readline())['port']}"
    scratch = str(tmp_path_factory.mktemp("scratch"))
    jars = tuple(str(jar) for jar in JARS.glob("*.jar"))
    machine = Machine(sys.executable, "", None, jars, url, scratch, access_key=NODES.role)
    builder = SparkSession.builder.master("local[2]").appName("cluster role")
    for name, value in {**SETTINGS, **spark_settings(machine)}.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    schemas = {name: json.loads((ROOT / "generated" / "spark" / f"{name}_v1.json").read_text()) for name in CONTRACTS}
    made = Cluster(url, spark, {name: StructType.fromJson(it) for name, it in schemas.items()})
    _fill(made.s3, tmp_path_factory.mktemp("lake"), schemas)
    yield made
    spark.stop()
    server.stdin.close()
    server.wait(30)


def test_the_job_succeeds_with_all_its_permissions(cluster: Cluster) -> None:
    NODES.teach(cluster.url, NODES.statements)
    cluster.night()


@pytest.mark.parametrize(("statement", "action"), NODES.provable, ids=str)
def test_a_permission_is_needed(statement: int, action: str, cluster: Cluster) -> None:
    NODES.teach(cluster.url, NODES.without(statement, action))
    with pytest.raises(Exception) as failure:  # noqa: PT011 - whatever the job says, the refusal below decides
        cluster.night()
    assert (NODES.role, action) in NODES.refused(cluster.url), failure.value
    NODES.report(statement, action, str(failure.value))

"""The cluster needs each permission of its role: without one, the Spark job fails, and the very action was refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
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
from spark_submit import Machine, spark_settings

ROOT = Path(__file__).parents[2]
JARS = ROOT / ".local" / "java" / "jars"
ROLE = "mercafacil-local-emr-nodes"
IN, OUT, ARTIFACTS = (f"mercafacil-local-{name}" for name in ("in", "out", "artifacts"))
DAY = "2026-11-20"
Statement = dict[str, Any]

GIVEN: dict[str, Any] = json.loads(
    subprocess.run(
        ["node", str(ROOT / "dist" / "local" / "permissions" / "print-access.js")], check=True, capture_output=True
    ).stdout
)
STATEMENTS: list[Statement] = GIVEN["access"]["roles"][ROLE]
PERMISSIONS = [(index, action) for index, one in enumerate(STATEMENTS) for action in one["actions"]]
UNPROVEN = [(row["statement"], row["action"]) for row in GIVEN["unproven"] if row["role"] == ROLE]


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
        self._url, self._spark, self._schemas = url, spark, schemas
        self.s3 = boto3.client(
            "s3",
            endpoint_url=url,
            region_name="sa-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def _post(self, path: str, body: object) -> Any:
        request = urllib.request.Request(f"{self._url}/_access/{path}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def learn(self, statements: list[Statement]) -> None:
        """Makes these the statements of the role, the only one that is judged."""
        access = GIVEN["access"]
        known = {"account": access["accountId"], "region": access["region"], "keys": access["keys"]}
        self._post("roles", {**known, "instance_profiles": {}, "roles": {ROLE: statements}})

    def refused(self) -> list[tuple[str, str]]:
        """The (role, action) pairs that were refused since."""
        return [(role, action) for role, action in self._post("refused", {})]

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
    machine = Machine(sys.executable, "", None, jars, url, scratch, access_key=ROLE)
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


def without(statement: int, action: str) -> list[Statement]:
    """The role's statements with one permission taken out."""
    return [
        {**one, "actions": [each for each in one["actions"] if (index, each) != (statement, action)]}
        for index, one in enumerate(STATEMENTS)
    ]


def test_the_job_succeeds_with_all_its_permissions(cluster: Cluster) -> None:
    cluster.learn(STATEMENTS)
    cluster.night()


@pytest.mark.parametrize(
    ("statement", "action"), [each for each in PERMISSIONS if each not in UNPROVEN], ids=lambda value: str(value)
)
def test_a_permission_is_needed(statement: int, action: str, cluster: Cluster) -> None:
    cluster.learn(without(statement, action))
    with pytest.raises(Exception) as failure:  # noqa: PT011 - whatever the job says, the refusal below decides
        cluster.night()
    assert (ROLE, action) in cluster.refused(), failure.value
    _report(statement, action, str(failure.value))


def _report(statement: int, action: str, why: str) -> None:
    file = os.environ.get("PERMISSION_PROOFS")
    if file:
        proof = {"part": "emr-nodes", "statement": statement, "action": action, "why": why[:300]}
        with Path(file).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(proof) + "\n")

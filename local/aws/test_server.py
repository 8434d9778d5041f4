"""The stand-in for AWS decides as AWS does and really runs what an EMR step says."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

HERE = Path(__file__).parent
JARS = HERE.parents[1] / ".local" / "java" / "jars"
Client = Callable[[str], Any]

JOB = """
import sys
from pyspark.sql import SparkSession
import helper
spark = SparkSession.builder.getOrCreate()
target, wish = sys.argv[1], sys.argv[2]
if wish == "fail":
    print("starting", flush=True)
    raise RuntimeError("no purchase in the window")
if wish == "hang":
    import time
    spark.range(1).write.mode("overwrite").parquet(target)
    time.sleep(600)
spark.range(helper.ROWS).write.mode("overwrite").parquet(target)
print(spark.read.parquet(target).count(), "rows", flush=True)
"""


def start(logs: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(HERE / "server.py"), "--logs", str(logs), "--jars", str(JARS), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="module")
def aws(logs: Path) -> Iterator[Client]:
    server = start(logs)
    assert server.stdin
    assert server.stdout
    port = json.loads(server.stdout.readline())["port"]

    def client(service: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="sa-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    yield client
    server.stdin.close()
    assert server.wait(30) == 0


def test_an_object_is_created_once_however_many_write_it_at_the_same_time(aws: Client) -> None:
    s3 = aws("s3")
    s3.create_bucket(Bucket="once", CreateBucketConfiguration={"LocationConstraint": "sa-east-1"})

    def put(writer: int) -> bool:
        try:
            s3.put_object(Bucket="once", Key="manifest", Body=str(writer).encode(), IfNoneMatch="*")
        except ClientError as error:
            return error.response["Error"]["Code"] != "PreconditionFailed"
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [writer for writer, first in enumerate(pool.map(put, range(40))) if first]
    assert len(won) == 1
    assert s3.get_object(Bucket="once", Key="manifest")["Body"].read() == str(won[0]).encode()


def test_an_object_is_replaced_only_by_who_knows_its_etag(aws: Client) -> None:
    s3 = aws("s3")
    s3.create_bucket(Bucket="match", CreateBucketConfiguration={"LocationConstraint": "sa-east-1"})
    first = s3.put_object(Bucket="match", Key="k", Body=b"1")["ETag"]
    s3.put_object(Bucket="match", Key="k", Body=b"2", IfMatch=first)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket="match", Key="k", Body=b"3", IfMatch=first)


def table(aws: Client, name: str) -> Any:
    dynamo = aws("dynamodb")
    dynamo.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "claim", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "claim", "AttributeType": "S"},
            {"AttributeName": "day_shard", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_day",
                "KeySchema": [
                    {"AttributeName": "day_shard", "KeyType": "HASH"},
                    {"AttributeName": "claim", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return dynamo


def test_a_claim_and_its_phone_are_taken_together_by_one_worker_only(aws: Client) -> None:
    dynamo = table(aws, "ledger")

    def claim(worker: int) -> bool:
        puts = [
            {
                "Put": {
                    "TableName": "ledger",
                    "Item": {"claim": {"S": key}, "worker": {"N": str(worker)}, "day_shard": {"S": "d#0"}},
                    "ConditionExpression": "attribute_not_exists(claim)",
                }
            }
            for key in (f"line-{worker % 2}", "phone")
        ]
        try:
            dynamo.transact_write_items(TransactItems=puts)
        except ClientError as error:
            return error.response["Error"]["Code"] != "TransactionCanceledException"
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [worker for worker, first in enumerate(pool.map(claim, range(40))) if first]
    assert len(won) == 1
    rows = dynamo.query(
        TableName="ledger",
        IndexName="by_day",
        KeyConditionExpression="day_shard = :d",
        ExpressionAttributeValues={":d": {"S": "d#0"}},
    )["Items"]
    assert sorted(row["claim"]["S"] for row in rows) == [f"line-{won[0] % 2}", "phone"]


def test_what_is_sealed_with_the_public_key_only_kms_opens(aws: Client) -> None:
    kms = aws("kms")
    key = kms.create_key(KeyUsage="ENCRYPT_DECRYPT", KeySpec="RSA_2048")["KeyMetadata"]["KeyId"]
    public = load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    sealed = public.encrypt(b"data key", oaep)  # type: ignore[union-attr]
    opened = kms.decrypt(KeyId=key, CiphertextBlob=sealed, EncryptionAlgorithm="RSAES_OAEP_SHA_256")
    assert opened["Plaintext"] == b"data key"
    with pytest.raises(ClientError, match="InvalidCiphertextException"):
        kms.decrypt(KeyId=key, CiphertextBlob=sealed[::-1], EncryptionAlgorithm="RSAES_OAEP_SHA_256")


def test_a_message_not_deleted_comes_back_and_after_three_times_is_parked(aws: Client) -> None:
    sqs = aws("sqs")
    parked = sqs.create_queue(QueueName="send-dlq")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=parked, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
    queue = sqs.create_queue(QueueName="send", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="shard")
    for _ in range(3):
        assert sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)["Messages"][0]["Body"] == "shard"
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    assert sqs.receive_message(QueueUrl=parked)["Messages"][0]["Body"] == "shard"


def test_a_taken_port_is_one_sentence(aws: Client, tmp_path: Path) -> None:
    port = aws("s3").meta.endpoint_url.rsplit(":", 1)[1]
    second = start(tmp_path, "--port", port)
    _, said = second.communicate(timeout=60)
    assert second.returncode == 1
    assert said.strip().splitlines()[-1] == f"Port {port} is already taken: choose another one, or 0 for any."


def cluster(aws: Client) -> str:
    flow = aws("emr").run_job_flow(
        Name="night",
        ReleaseLabel="emr-7.13.0",
        Instances={
            "InstanceGroups": [{"InstanceRole": "MASTER", "InstanceType": "m6g.xlarge", "InstanceCount": 1}],
            "KeepJobFlowAliveWhenNoSteps": True,
        },
        Tags=[{"Key": "business_date", "Value": "2026-11-20"}],
    )
    return str(flow["JobFlowId"])


def submit(aws: Client, cluster_id: str, *arguments: str, options: tuple[str, ...] = ()) -> str:
    s3 = aws("s3")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": "sa-east-1"})
    s3.put_object(Bucket="code", Key="code/job.py", Body=JOB.encode())
    s3.put_object(Bucket="code", Key="code/helper.py", Body=b"ROWS = 7\n")
    files = ["--py-files", "s3://code/code/helper.py", "s3://code/code/job.py"]
    step = {
        "Name": "job",
        "ActionOnFailure": "CANCEL_AND_WAIT",
        "HadoopJarStep": {
            "Jar": "command-runner.jar",
            "Args": ["spark-submit", "--deploy-mode", "cluster", *options, *files, *arguments],
        },
    }
    return str(aws("emr").add_job_flow_steps(JobFlowId=cluster_id, Steps=[step])["StepIds"][0])


def until(aws: Client, cluster_id: str, step_id: str, *states: str) -> dict[str, Any]:
    for _ in range(1200):
        status: dict[str, Any] = aws("emr").describe_step(ClusterId=cluster_id, StepId=step_id)["Step"]["Status"]
        if status["State"] in states:
            return status
        time.sleep(0.1)
    raise AssertionError(status)


DONE = ("COMPLETED", "FAILED", "CANCELLED")


def test_steps_run_in_their_order_and_a_failed_one_says_why_and_cancels_those_behind(aws: Client, logs: Path) -> None:
    cluster_id = cluster(aws)
    good = submit(aws, cluster_id, "s3://code/out/", "write")
    waiting = submit(aws, cluster_id, "s3://code/out/", "fail")
    behind = submit(aws, cluster_id, "s3://code/out/", "write")
    until(aws, cluster_id, good, "RUNNING")
    assert until(aws, cluster_id, waiting, "PENDING")
    assert until(aws, cluster_id, good, *DONE)["State"] == "COMPLETED"
    assert "7 rows" in (logs / f"emr-step-{good}.log").read_text()
    assert any(item["Key"].endswith(".parquet") for item in aws("s3").list_objects_v2(Bucket="code")["Contents"])
    status = until(aws, cluster_id, waiting, *DONE)
    assert status["State"] == "FAILED"
    assert status["FailureDetails"]["Message"] == "exit code 1: RuntimeError: no purchase in the window"
    assert until(aws, cluster_id, behind, *DONE)["State"] == "CANCELLED"
    assert aws("emr").describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]["State"] == "WAITING"


def test_terminating_a_cluster_kills_its_step(aws: Client) -> None:
    cluster_id = cluster(aws)
    hung = submit(aws, cluster_id, "s3://code/hung/", "hang")
    behind = submit(aws, cluster_id, "s3://code/out/", "write")
    for _ in range(600):
        if "Contents" in aws("s3").list_objects_v2(Bucket="code", Prefix="hung/_SUCCESS"):
            break
        time.sleep(0.1)
    aws("emr").terminate_job_flows(JobFlowIds=[cluster_id])
    assert until(aws, cluster_id, hung, *DONE)["State"] == "CANCELLED"
    assert until(aws, cluster_id, behind, *DONE)["State"] == "CANCELLED"
    assert aws("emr").describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]["State"] == "TERMINATED"
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "s3://code/hung/" not in listed


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--packages", "org.example:code:1"), "--packages is not obeyed here"),
        (("--jars", "s3://code/x.jar"), "--jars is not obeyed here"),
        (("--files", "https://example.com/x"), "https://example.com/x is not in S3"),
        (("--files", "s3://code/absent"), "s3://code/absent does not exist"),
    ],
)
def test_a_step_that_would_need_another_host_is_refused(aws: Client, options: tuple[str, ...], said: str) -> None:
    cluster_id = cluster(aws)
    status = until(aws, cluster_id, submit(aws, cluster_id, "s3://code/out/", "write", options=options), *DONE)
    assert status["State"] == "FAILED"
    assert said in status["FailureDetails"]["Message"]
